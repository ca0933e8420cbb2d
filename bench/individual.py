"""Are individual estimates right? Bias and coverage of 90 % intervals, over persons whose truth is known.

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

from baclosim.individualise import fit
from baclosim.individualise.individual import prepared
from baclosim.individualise.likelihood import latent, log_likelihood
from baclosim.individualise.posterior import weighted_quantiles
from baclosim.parameters import parameters
from baclosim.patient.many import patients_at
from baclosim.patient.spread import at_deviate, deviates, varying
from fit_cases import DIARY, LEVELS, PATIENT, persons

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


def main() -> None:
    counts = [int(word) for word in sys.argv[1:3]] or [500, 500]
    found = {}
    for (name, design), n in zip(DESIGNS.items(), counts, strict=False):
        found[name] = judged(design, n)
        print(name, json.dumps(found[name], indent=1), flush=True)
        RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
