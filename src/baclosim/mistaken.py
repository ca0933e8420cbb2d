"""A file given for another: what it looks like, and which command takes it; what libraries' complaints mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

BUNDLE = "It looks like a FHIR bundle: `baclosim import fhir FILE -o scenario.toml` makes a scenario of it."
PLAN = "It looks like a plan: `baclosim export ics` and `baclosim export fhir` take it."
SCENARIO = "It looks like a scenario: `baclosim run` takes it."
STUDY = "It looks like a study: `baclosim cohort` takes it."
CASE = "It looks like a case: `baclosim assess` takes it."
TABLE = "It looks like a table of records: `baclosim fit` takes it."
LOOKS = (  # the first that is found tells
    (re.compile(r"\A\s*\{.*\"resourceType\"", re.DOTALL), BUNDLE),
    (re.compile(r"\A\s*\{.*\"kind\"\s*:", re.DOTALL), PLAN),
    (re.compile(r"\A\s*[{\[]\s*(?:[{\"\d\]}]|\Z)", re.DOTALL), "It looks like JSON."),
    (re.compile(r"\A\s*<(?:!doctype|html|\?xml|svg)", re.IGNORECASE), "It looks like a page or a picture."),
    (re.compile(r"\A(?:PK\x03\x04|%PDF)"), "It looks like a workbook or a PDF; a workbook is saved as CSV."),
    (re.compile(r"^[ \t]*\[\[arm\]\]", re.MULTILINE), STUDY),
    (re.compile(r"^[ \t]*\[(?:therapy|simulate|patient)\]", re.MULTILINE), SCENARIO),
    (re.compile(r"^[ \t]*\[(?:findings|values)\]|^[ \t]*(?:present|absent)\s*=", re.MULTILINE), CASE),
    (re.compile(r"\A\s*\"?[A-Za-z_]+\"?\s*([,;\t])\s*\"?[A-Za-z_]+\"?\s*(?:\1|\n)"), TABLE),
)
SLIPS = (  # what parsers of TOML and JSON say, and what it means
    ("Cannot overwrite", "The key is given twice."),
    ("Cannot declare", "The table is given twice."),
    ("Expected '='", "A line sets a key: key = value."),
    ("Expected newline", "More follows than one value: text stands in quotes, and numbers have no comma."),
    ("Invalid value", "That is no value: text stands in quotes, numbers have no comma, lists end with ]."),
    ("Invalid statement", "A line is a [table] or key = value."),
    ("Unterminated string", "A quote is missing at the end."),
    ("Illegal character", "A quote is missing, or the text goes on in the next line."),
    ("Expecting value", "A value is missing there."),
    ("delimiter", "A comma, a colon or a bracket is missing there."),
    ("property name", "A name in double quotes is missing there."),
    ("Extra data", "More follows after the end."),
)
SHAPES = {  # what pydantic finds, and what is allowed
    "missing": "a value",
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "list_type": "a list in square brackets",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "literal_error": "one of {expected}",
    "enum": "one of {expected}",
    "extra_forbidden": "nothing of this name",
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than_equal": "{le} or less",
    "less_than": "less than {lt}",
    "string_too_long": "text of at most {max_length} characters",
    "string_too_short": "text of at least {min_length} characters",
    "too_long": "at most {max_length} of them",
    "too_short": "at least {min_length} of them",
}


def allowed_shape(fault: Mapping[str, Any]) -> str:
    """What is allowed where pydantic found a fault."""
    return str(SHAPES.get(fault["type"], fault["msg"])).format(**fault.get("ctx", {}))


def looks_like(text: str, *but: str) -> str:
    """What a file seems to be, and what takes it, as a hint; "" when that is unknown, or one of `but`."""
    start = text[:20_000]
    found = next((hint for look, hint in LOOKS if look.search(start)), "")
    return "" if found in but else found


def slip_in_words(error: Exception) -> str:
    """What a parser found, in the words of somebody who writes the file, with the place."""
    said = str(error)
    meant = next((words for begin, words in SLIPS if begin in said), f"{said}.")
    place = re.search(r"\bline \d+,? column \d+", said)
    return f"{meant} ({place[0]})" if place and meant != f"{said}." else meant
