"""Syndromes: what ails this patient, from findings and exposures that are present, absent or unknown.

vocabulary, medicines   the words: findings, values with units, drugs and their classes
case                    a patient as a doctor would tell: what is there, what is not, what was given when
reading, typed, language  a case from a TOML file, from options, and from plain English
criteria                Hunter, Sternbach, Radomski and the NMS consensus, in three-valued logic
likelihood, timing      how likely each finding, exposure and time of onset is under each syndrome
course                  what the simulator predicts of withdrawal or overdose at that time
classifier, telling     probabilities with intervals, reasons, and what to look for next
actions, load           what is urgent; serotonergic drugs of a medication list
assessment              all of it together
"""

from __future__ import annotations

from .assessment import Assessment, assess
from .case import Case, Drug
from .reading import examples, load_case, loads_case
from .typed import case_from_options

__all__ = ["Assessment", "Case", "Drug", "assess", "case_from_options", "examples", "load_case", "loads_case"]
