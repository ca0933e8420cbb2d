"""The numbers of the model and the quantities of a run, as tables from the code."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from baclosim.parameters import GRADES, Parameter, parameters
from baclosim.quantities import CANAL, QUANTITIES, Quantity

from . import rst


def pages() -> Iterator[tuple[str, str]]:
    """Name and text of the two pages."""
    yield "parameters.rst", parameters_page()
    yield "quantities.rst", quantities_page()


def parameters_page() -> str:
    """Every parameter with its grade and its facts."""
    known = parameters()
    tally = Counter(parameter.grade for parameter in known.values())
    counts = ", ".join(f"{tally[grade]} {grade}" for grade in GRADES)
    return (
        rst.title("Parameters") + f"All {len(known)} numbers of the model: {counts}. *Interval* is where the typical\n"
        "value may lie, *spread* how people differ: a coefficient of variation, or on the scale that it names.\n\n"
        + "".join(map(parameter_entry, known.values()))
    )


def parameter_entry(parameter: Parameter) -> str:
    """One parameter under its name."""
    low, high = parameter.interval
    unit = "" if parameter.unit == "dimensionless" else f" {parameter.unit}"
    body = (
        f":value: {rst.plain(f'{parameter.value:.4g}{unit}')}\n"
        f":interval: {rst.plain(f'{low:.4g} to {high:.4g} ({parameter.interval_is})')}\n"
    )
    if parameter.spread:
        body += f":spread: {parameter.spread:.3g} ({parameter.distribution})\n"
    body += f":grade: {parameter.grade}\n"
    if parameter.script:
        body += f":fitted by: ``calibration/{parameter.script}.py``\n"
    if parameter.facts:
        body += f":facts: {', '.join(map(rst.code, parameter.facts))}\n"
    return rst.directive("parameter", parameter.name, rst.plain(parameter.says) + "\n\n" + body)


def quantities_page() -> str:
    """Every quantity that a run can report, by kind."""
    shown = [q for q in QUANTITIES.values() if q.name not in CANAL[1:-1]]
    parts = [
        rst.title("Quantities"),
        "What a run can report: ``simulate(..., quantities=[...])``, ``course[\"ashworth\"]``. Reports show ng/mL\n"
        f"where the code holds ug/mL. Between ``{CANAL[0]}`` and ``{CANAL[-1]}`` lie the other cells of the canal.\n\n",
    ]  # fmt: skip
    for kind in dict.fromkeys(quantity.kind for quantity in shown):
        rows = [quantity_row(quantity) for quantity in shown if quantity.kind == kind]
        parts += [rst.title(kind.capitalize(), "-"), rst.table(("quantity", "name", "unit", "never outside"), rows)]
    return "".join(parts)


def quantity_row(quantity: Quantity) -> tuple[str, str, str, str]:
    """One row of the table."""
    unit = "" if quantity.unit == "dimensionless" else quantity.unit
    low, high = ("" if math.isinf(end) else f"{end:g}" for end in quantity.limits)
    limits = f"{low} to {high}" if high else f"above {low}" if low else ""
    return rst.plain(quantity.label), f"``{quantity.name}``", rst.plain(unit), limits
