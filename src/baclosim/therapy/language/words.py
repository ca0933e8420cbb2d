"""The words of the dosing language: every phrase that is understood, and what it means."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from itertools import product

NOISE = frozenset({"take", "takes", "taking", "give", "giving", "baclofen", "of", "the", "please", "exactly"})

NUMBERS = {
    "half": 0.5, "quarter": 0.25, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0,
    "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0, "eleven": 11.0, "twelve": 12.0, "second": 2.0, "third": 3.0,
}  # fmt: skip
FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}

MASSES = {  # ug
    **dict.fromkeys(("ug", "mcg", "microgram", "micrograms", "microgramme", "microgrammes"), 1.0),
    **dict.fromkeys(("mg", "mgs", "milligram", "milligrams", "milligramme", "milligrammes"), 1e3),
    **dict.fromkeys(("g", "gm", "gram", "grams", "gramme", "grammes"), 1e6),
}
HOURS = {
    **dict.fromkeys(("minute", "minutes", "min", "mins"), 1 / 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 1.0),
    **dict.fromkeys(("d", "day", "days"), 24.0),
    **dict.fromkeys(("week", "weeks", "wk", "wks"), 168.0),
    **dict.fromkeys(("month", "months", "mo", "mos"), 720.0),
    **dict.fromkeys(("year", "years"), 8760.0),
}

ROUTES = {
    **dict.fromkeys(
        ("by mouth", "orally", "oral", "po", "per os", "swallowed", "by feeding tube", "through feeding tube",
         "via feeding tube", "by peg", "per peg", "via peg"),
        "mouth",
    ),
    **dict.fromkeys(("topically", "topical", "to skin", "on skin", "on to skin", "onto skin"), "skin"),
    **dict.fromkeys(("intravenously", "intravenous", "iv", "by vein", "into vein", "into a vein"), "vein"),
    **dict.fromkeys(
        ("intrathecally", "intrathecal", "itb", "by pump", "via pump", "per pump", "through pump", "by itb pump",
         "via itb pump", "by lumbar puncture", "into spinal canal"),
        "intrathecal",
    ),
}  # fmt: skip
GELS = ("by gel", "in gel", "as gel", "as a gel", "in a gel", "by a gel", "gel")
NO_ROUTE = {
    **dict.fromkeys(
        ("rectally", "rectal", "by rectum", "per rectum", "pr", "suppository", "suppositories", "as suppository",
         "as a suppository", "enema", "by enema", "as enema"),
        "It is not absorbed from the rectum (route.rectal.kriel-1997).",
    ),
    **dict.fromkeys(
        ("subcutaneously", "subcutaneous", "sc", "intramuscularly", "intramuscular", "im", "inhaled", "by inhalation",
         "nasally", "nasal", "intranasally", "sublingually", "sublingual", "buccally", "buccal", "vaginally",
         "epidurally", "epidural", "patch", "by patch", "as patch", "transdermally"),
        "There is no evidence to simulate that route.",
    ),
}  # fmt: skip
FOODS = {
    **dict.fromkeys(
        ("with food", "with meals", "with a meal", "after food", "after meals", "after a meal", "with milk"),
        "with food",
    ),
    **dict.fromkeys(
        ("without food", "before food", "before meals", "before a meal", "fasting", "fasted", "on an empty stomach"),
        "without food",
    ),
}

_COUNTS = {"once": 1, "twice": 2, "thrice": 3}
PER_DAY = ("daily", "a day", "per day", "each day", "every day", "/ day", "/ d", "in 24 h")
TIMES_A_DAY = {
    **{f"{count} {per}": n for (count, n), per in product(_COUNTS.items(), PER_DAY)},
    **dict.fromkeys(("od", "qd"), 1),
    **dict.fromkeys(("bd", "bid", "bds"), 2),
    **dict.fromkeys(("tds", "tid"), 3),
    **dict.fromkeys(("qds", "qid"), 4),
}
_HOUR_OF = {
    **dict.fromkeys(("morning", "mornings", "breakfast"), 8.0),
    **dict.fromkeys(("noon", "midday"), 12.0),
    **dict.fromkeys(("lunch", "lunchtime"), 13.0),
    **dict.fromkeys(("afternoon", "afternoons"), 15.0),
    **dict.fromkeys(("evening", "evenings", "dinner", "supper", "teatime"), 18.0),
    **dict.fromkeys(("night", "nights", "bedtime", "bed"), 22.0),
    "midnight": 0.0,
}
PARTS_OF_DAY = {
    **{f"{before} {noun}".strip(): hour
       for before, (noun, hour) in product(("", "in", "at", "every", "each", "with", "before"), _HOUR_OF.items())},
    "mane": 8.0, "nocte": 22.0, "nightly": 22.0,
}  # fmt: skip
_DAY_NAMES = (
    ("monday", "mon"), ("tuesday", "tue", "tues"), ("wednesday", "wed"), ("thursday", "thu", "thur", "thurs"),
    ("friday", "fri"), ("saturday", "sat"), ("sunday", "sun"),
)  # fmt: skip
DAYS = {
    **{name + s: (i,) for i, names in enumerate(_DAY_NAMES) for name in names for s in ("", "s")},
    **dict.fromkeys(("weekdays", "weekday"), (0, 1, 2, 3, 4)),
    **dict.fromkeys(("weekends", "weekend"), (5, 6)),
}
ALTERNATE = ("every other day", "every alternate day", "alternate days", "on alternate days", "on every other day")

UP = ("increase", "increasing", "increased", "raise", "raising", "raised", "rising", "titrate up", "go up", "step up")
DOWN = (
    "reduce", "reducing", "reduced", "decrease", "decreasing", "decreased", "lower", "lowering", "lowered",
    "taper", "tapering", "tapered", "cut", "come down", "step down",
)  # fmt: skip
STEPS = {**dict.fromkeys(UP, True), **dict.fromkeys(DOWN, False)}
TO_ZERO = ("to zero", "to nothing", "to 0", "until zero", "down to zero", "down to nothing", "off", "until stopped")
STOPS = ("stop", "stopping", "stopped", "and stop", "end", "discontinue")
PAUSES = ("nothing", "pause", "no drug", "no doses", "wait", "none", "break")
ONCE = (
    "once", "once only", "one off", "stat", "bolus", "a bolus", "as a bolus", "one dose", "single dose",
    "a single dose", "one single dose", "as a single dose", "loading dose", "a loading dose", "as a loading dose",
)  # fmt: skip
MISSING = ("missing", "misses", "skipping", "skips", "forgetting", "forgets", "omitting", "but missing", "and missing")
WORN = ("worn", "left on", "kept on", "leave on", "leave", "left", "wear")

_OTHER_DRUGS = """
    diazepam clonazepam lorazepam midazolam tizanidine dantrolene gabapentin pregabalin phenibut sertraline citalopram
    fluoxetine paroxetine venlafaxine amitriptyline tramadol morphine oxycodone methadone alcohol ethanol
    cyproheptadine oxybate naltrexone acamprosate
"""
_BRANCHING = """
    if unless when whenever while otherwise depending according needed required prn tolerated response symptoms
"""
_GRAMMAR = """
    by every each other for from until till to over on at in up down day days dose doses tablet tablets tab tabs hourly
    hour week weeks weekly a an per kg and plus but then followed daily times time x missing random randomly adherence
    with am pm divided equal split single separate skin cm2 m2 square cm percent zero through end during starting steps
"""
OTHER_DRUGS = frozenset(_OTHER_DRUGS.split())
BRANCHING = frozenset(_BRANCHING.split())


@functools.cache
def vocabulary() -> frozenset[str]:
    """Every single word that may occur in a regimen."""
    tables: tuple[Mapping[str, object] | tuple[str, ...] | frozenset[str], ...] = (
        NUMBERS, MASSES, HOURS, ROUTES, GELS, NO_ROUTE, FOODS, PER_DAY, TIMES_A_DAY, PARTS_OF_DAY, DAYS, ALTERNATE,
        STEPS, TO_ZERO, STOPS, PAUSES, ONCE, MISSING, WORN, NOISE,
    )  # fmt: skip
    phrases = (phrase for table in tables for phrase in table)
    words = {word for phrase in phrases for word in phrase.split()} | set(_GRAMMAR.split())
    return frozenset(word for word in words if word.isalnum())
