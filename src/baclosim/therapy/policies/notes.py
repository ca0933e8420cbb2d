"""What a reader must know about a policy that is allowed: limits above a label, a rule that stops the drug."""

from __future__ import annotations

from collections.abc import Iterator

from ...cautions import Caution
from .. import speech
from ..notes import EXPERIENCE_INTRATHECAL, LABEL_DAY
from .policy import Dosage, Policy, levels


def policy_notes(policy: Policy, usual: Dosage) -> Iterator[Caution]:
    """What to know about a policy: limits above a label, and a rule that stops the drug at once."""
    most = levels(policy.most, usual) * usual.day
    if policy.route == "mouth" and usual.measure == "ug" and most > LABEL_DAY * (1 + 1e-9):
        said = f"The policy may raise to {speech.mass(most)} in a day, above the label's maximum of 80 mg/day."
        yield Caution("policy", said, ("label.dose_range.us",))
    if policy.route == "intrathecal" and usual.measure == "ug" and most > EXPERIENCE_INTRATHECAL * (1 + 1e-9):
        said = f"The policy may raise to {speech.mass(most, 'intrathecal')} in a day; experience above 1000 is limited."
        yield Caution("policy", said, ("dose.above-1000.label-us",))
    if any(rule.action == "stop" for rule in policy.rules):
        said = "A rule stops the drug at once: that brings withdrawal, which can be fatal, and needs care in hospital."
        yield Caution("policy", said, ("withdrawal.boxed-warning.fda-2002",))
