"""Syndromes: what ails this patient, from findings and exposures that are present, absent or unknown.

vocabulary, medicines   the words: findings, values with units, drugs and their classes
case, measured          a patient as a doctor would tell: what is there, what is not, what was given when
text                    a case from plain English, the one reader that guesses what words mean
reading, typed, tables  a case from a TOML file or from options; the shape of that file
vignettes               published cases, as cases
criteria                Hunter, Sternbach, Radomski and the NMS consensus, in three-valued logic
weighing                probabilities with intervals, reasons, and what to look for next
actions, load           what is urgent; serotonergic drugs of a medication list
assessment              all of it together;  record: the same as JSON;  page: the tables of its page in the docs
"""

from __future__ import annotations

from .assessment import Assessment, assess
from .case import Case, Drug
from .reading import examples, load_case, loads_case
from .typed import case_from_options

__all__ = ["Assessment", "Case", "Drug", "assess", "case_from_options", "examples", "load_case", "loads_case"]
