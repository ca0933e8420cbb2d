"""The words of policies: what may be observed, how it is compared, what may be done."""

from __future__ import annotations

import functools

from ..language.words import DOWN, UP, vocabulary
from .rules import Action, Relation, Role

HOLDS = ("hold", "hold dose", "keep", "keep dose", "stay", "wait", "pause", "no change")
STOPS = ("stop", "discontinue", "stop drug", "stop pump")
RULES: dict[str, Action] = {
    **dict.fromkeys(UP, "raise"),
    **dict.fromkeys(DOWN, "lower"),
    **dict.fromkeys(HOLDS, "hold"),
    **dict.fromkeys(STOPS, "stop"),
}
ROLES: dict[str, Role] = {
    **dict.fromkeys(("if", "when", "whenever", "while", "as long as"), "if"),
    **dict.fromkeys(("unless", "except if", "except when"), "unless"),
    **dict.fromkeys(("until", "till"), "until"),
}
OBSERVED = {
    **dict.fromkeys(
        ("ashworth", "ashworth score", "tone", "ashworth of legs", "ashworth legs", "leg ashworth"), "ashworth"
    ),
    **dict.fromkeys(("arm ashworth", "arms ashworth", "ashworth arms", "ashworth score arms", "arm tone"),
                    "arm_ashworth"),
    **dict.fromkeys(("spasms", "spasm", "spasm score", "spasm frequency", "spasm frequency score"), "spasm_score"),
    **dict.fromkeys(("drowsiness", "drowsy", "sleepiness", "sleepy", "somnolence", "sedated"), "drowsiness"),
    **dict.fromkeys(("weakness", "weak"), "weakness"),
    **dict.fromkeys(("worse walking", "walking worse", "walks worse", "function lost"), "function_lost"),
    **{f"{tier} withdrawal": f"{tier}_withdrawal" for tier in ("mild", "moderate", "severe")},
    "withdrawal": "mild_withdrawal",
    **dict.fromkeys(("coma", "comatose"), "coma"),
}  # fmt: skip
RELATIONS: dict[str, Relation] = {
    **dict.fromkeys(("below", "under", "less than", "lower than", "<"), "below"),
    **dict.fromkeys(("above", "over", "more than", "higher than", "greater than", ">"), "above"),
    **dict.fromkeys(("at most", "no more than", "up to", "< =", "≤"), "at most"),
    **dict.fromkeys(("at least", "no less than", "> =", "≥"), "at least"),
    **dict.fromkeys(("down by", "falls by", "fallen by", "lowered by", "better by"), "down by"),
}
MOST = ("at most", "no more than", "not above", "never above", "never more than", "up to", "maximum", "max")
LEAST = ("at least", "no less than", "not below", "never below", "never less than", "down to", "minimum", "min")
FILLERS = ("is", "are", "there is", "patient is", "he is", "she is", "they are", "has", "have", "occurs", "appears",
           "a", "any")  # fmt: skip
NOT_BY_POLICY = ("plasma", "level", "csf", "concentration", "temperature", "pain", "falls", "seizures", "sleep")


@functools.cache
def policy_vocabulary() -> frozenset[str]:
    """Every single word that may occur in a regimen or a policy."""
    tables = (RULES, ROLES, OBSERVED, RELATIONS, MOST, LEAST, FILLERS)
    words = {word for table in tables for phrase in table for word in phrase.split()}
    return vocabulary() | words | {"point", "points", "then", "or", "no"}
