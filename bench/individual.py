"""Are individual estimates right? Bias, coverage of 90 % intervals and speed, over persons whose truth is known.

    .venv/bin/python bench/individual.py [persons of the first design] [persons of the second]

Every parameter of every simulated person follows the spread between people, also those that are not estimated;
readings scatter as the likelihood says. Levels below 20 ng/mL are told as such, scores are rounded.

Beside each result stands what weighting plain virtual patients by their likelihood gives for the same persons: slow,
but free of every approximation of the fit.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from baclosim.individualise import Person, fit
from baclosim.individualise.individual import prepared
from baclosim.individualise.likelihood import latent, log_likelihood
from baclosim.individualise.optimum import optimum
from baclosim.individualise.posterior import posterior, weighted_quantiles
from baclosim.parameters import parameters
from baclosim.patient.many import at_deviate, deviates, patients_at, varying
from baclosim.therapy.language import parse
from fit_cases import DIARY, LEVELS, PATIENT, TABLETS, observation, persons
from measuring import seconds_of

RESULTS = Path(__file__).parent / "results" / "individual.json"
DESIGNS = {"eight plasma levels": LEVELS, "two levels and a diary": DIARY}
DRAWS = 1000
PLAIN = 40_000  # virtual patients of the comparison


def apparent_clearance(group):
    """CL/F [mL/h] of each person (n,)."""
    p = group.parameters
    return (p["renal_clearance"] + p["nonrenal_clearance"]) / p["bioavailability"]


def judged(design, n):
    """Coverage, bias and spread of the error of each parameter and of CL/F over n persons."""
    made, truth = persons(n, design, seed=11)
    rows, effective = {}, []
    for i, person in enumerate(made):
        found = fit(person, draws=DRAWS, seed=i)
        effective.append(found.draws.effective)
        for e in found.estimates:
            z = truth[e.parameter.name][i]
            value = float(at_deviate(e.parameter, np.array([z]))[0])
            inside = e.posterior[0] <= value <= e.posterior[2]
            rows.setdefault(e.parameter.name, []).append(
                (inside, np.log(e.posterior[1] / value), np.log(e.best / value))
            )
        draws = found.draws
        own = {name: draws.z[:, k] for k, name in enumerate(found.target.names)}
        low, high = draws.quantile(apparent_clearance(patients_at(draws.others | own, draws.n, PATIENT)), 0.05, 0.95)
        true = apparent_clearance(patients_at({name: z[i : i + 1] for name, z in truth.items()}, 1, PATIENT))[0]
        error = np.log(apparent_clearance(found.most_probable)[0] / true)
        rows.setdefault("CL/F", []).append((low <= true <= high, np.nan, error))
    table = {name: summary(np.array(values, dtype=float)) for name, values in rows.items()}
    for name, covered in plainly(made, truth, [name for name in table if name != "CL/F"]).items():
        table[name]["covered_by_plain_weighting"] = covered
    return {"persons": n, "draws": DRAWS, "median effective draws": float(np.median(effective)), "parameters": table}


def plainly(made, truth, names):
    """Share of 90 % intervals that hold the truth when plain virtual patients are weighted by each person's data."""
    z = deviates(varying(parameters()), PLAIN, seed=99, first=5_000_000)
    target = prepared(made[0])
    predicted = made[0].data.chosen(target.predictor(patients_at(z, PLAIN, PATIENT)))
    readiness = np.random.default_rng(5).standard_normal((PLAIN, len(made[0].data.symptoms)))
    values = latent(made[0].data, predicted, readiness)
    columns = np.stack([z[name] for name in names], axis=1)
    inside = []
    for i, person in enumerate(made):
        logs = log_likelihood(person.data, values).sum(axis=1)
        weights = np.exp(logs - logs.max())
        low, high = weighted_quantiles(columns, weights / weights.sum(), (0.05, 0.95))
        true = np.array([truth[name][i] for name in names])
        inside.append((low <= true) & (true <= high))
    return dict(zip(names, np.mean(inside, axis=0).tolist(), strict=True))


def summary(values):
    """Share of intervals that hold the truth; geometric bias of the best fit [%], its standard error; of the median."""
    errors = values[:, 2]
    return {
        "covered": float(values[:, 0].mean()),
        "bias_percent": float(100.0 * np.expm1(errors.mean())),
        "bias_error_percent": float(100.0 * errors.std() / np.sqrt(len(errors))),
        "median_bias_percent": float(100.0 * np.expm1(values[:, 1].mean())) if np.isfinite(values[0, 1]) else None,
        "sd_of_log_error": float(errors.std()),
    }


def timed():
    """Processor time [s] of a best fit with 10 samples and of 20,000 draws, warm."""
    regimen = parse(TABLETS)
    times = (1.0, 2.5, 5.0, 8.0, 73.0, 75.0, 200.0, 204.0, 330.0, 335.5)
    rng = np.random.default_rng(1)
    seen = tuple(
        observation("plasma", t, float(x)) for t, x in zip(times, 0.15 * rng.lognormal(0, 0.3, 10), strict=True)
    )
    oral = Person("", PATIENT, regimen, seen)
    pump = Person(
        "", PATIENT, parse("100 ug/day intrathecally"),
        (*(observation("ashworth", 24.0 * day, 2.0) for day in (10, 20, 30, 45, 60)), observation("csf", 240.0, 0.15)),
    )  # fmt: skip
    found = {}
    for name, person in (("oral, 14 days, 10 levels", oral), ("whole model, 60 days", pump)):
        target = prepared(person)
        best = optimum(target)
        found[name] = {
            "best fit": cpu(lambda t=target: optimum(t)),
            "20,000 draws": cpu(lambda t=target, b=best: posterior(t, b, 20_000)),
        }
    return found


def cpu(work):
    """Processor and wall-clock time [s] of one call."""
    return dict(zip(("processor_s", "wall_s"), seconds_of(work), strict=True))


def main() -> None:
    counts = [int(word) for word in sys.argv[1:3]] or [500, 500]
    found = {"speed": timed()}
    print(json.dumps(found, indent=1))
    for (name, design), n in zip(DESIGNS.items(), counts, strict=False):
        found[name] = judged(design, n)
        print(name, json.dumps(found[name], indent=1), flush=True)
        RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
