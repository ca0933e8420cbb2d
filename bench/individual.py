"""Are individual estimates right? Bias, coverage of 90 % intervals and speed, over persons whose truth is known.

    .venv/bin/python bench/individual.py [persons of the first design] [persons of the second]

Every parameter of every simulated person is drawn from the spread between people, also those that are not estimated;
readings scatter as the likelihood says. Levels below 20 ng/mL are told as such, scores are rounded.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from baclosim.individualise import Person, fit
from baclosim.individualise.individual import prepared
from baclosim.individualise.optimum import optimum
from baclosim.individualise.posterior import posterior
from baclosim.patient.many import at_deviate, patients_at
from baclosim.therapy.language import parse
from fit_cases import DIARY, LEVELS, PATIENT, TABLETS, observation, persons

RESULTS = Path(__file__).parent / "results" / "individual.json"
DESIGNS = {"eight plasma levels": LEVELS, "two levels and a diary": DIARY}
DRAWS = 1000


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
    return {"persons": n, "draws": DRAWS, "median effective draws": float(np.median(effective)), "parameters": table}


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
    began, clock = time.process_time(), time.perf_counter()
    work()
    return {"processor_s": time.process_time() - began, "wall_s": time.perf_counter() - clock}


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
