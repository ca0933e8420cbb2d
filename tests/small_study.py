"""A small study for tests: tablets with missed doses, a pump that may fail, an overdose that some bodies hold back."""

from __future__ import annotations

import hashlib
from pathlib import Path

TEXT = """
title = "A small study"

[patient]
condition = "multiple sclerosis"

[simulate]
duration = "2 days"
every = "2 h"
patients = 700
seed = 5

[design]
arms = "shared"
record = ["plasma", "ashworth", "drowsiness"]
visits = ["0 h", "1 day", "2 days"]
courses = 3

[design.drop_out]
share = 0.1
quantity = "drowsiness"
above = 0.9

[[arm]]
name = "tablets"
[arm.therapy]
oral = "10 mg every 8 h, missing 20 % of doses at random"

[[arm]]
name = "pump"
[arm.therapy.pump]
device = "synchromed-ii-40"
concentration = "2000 ug/mL"
catheter = { length = "66 cm", tip = "T10" }
program = [{ at = "0 h", mode = "simple continuous", dose = "350 ug/day" }]
hazards = "published"

[[arm]]
name = "much at once"
[arm.therapy]
oral = "70 mg once"

[[endpoint]]
name = "sleepy"
quantity = "drowsiness"
measure = "reported"

[[endpoint]]
name = "soft"
quantity = "ashworth"
measure = "first below"
level = 2.5

[[endpoint]]
name = "exposure"
quantity = "plasma"
measure = "area"
"""

ORAL = """
[patient]
condition = "multiple sclerosis"
[simulate]
duration = "1 day"
[design]
record = ["plasma"]
[[arm]]
name = "tablets"
[arm.therapy]
oral = "10 mg every 8 h"
"""
GUIDED = """
[patient]
condition = "multiple sclerosis"
[simulate]
duration = "4 days"
every = "2 h"
patients = 300
seed = 3
[design]
record = ["plasma", "ashworth", "drowsiness"]
courses = 3
[[arm]]
name = "tablets"
[arm.therapy]
oral = "10 mg every 8 h, raise by 15 mg/day every 24 h until ashworth below 2 or drowsiness, at most 75 mg/day"
[[arm]]
name = "pump"
[arm.therapy.pump]
device = "synchromed-ii-40"
concentration = "2000 ug/mL"
catheter = { length = "66 cm", tip = "T10" }
program = [{ at = "0 h", mode = "simple continuous", dose = "100 ug/day" }]
policy = "raise by 20 % every 24 h until ashworth below 2 or drowsiness"
"""
RANDOMISED = TEXT.replace('"shared"', '"randomised"')


def tree(folder: Path) -> dict[str, str]:
    """Manifest and shards of a study with a digest of their bytes."""
    files = [folder / "manifest.json", *(p for p in (folder / "shards").rglob("*") if p.is_file())]
    return {str(p.relative_to(folder)): hashlib.blake2b(p.read_bytes()).hexdigest() for p in files}


REPORTED = """
[[reported]]
arm = "pump"
against = "tablets"
endpoint = "sleepy"
fact = "sedation.drowsiness-drug.fda-label"
"""
