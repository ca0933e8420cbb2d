"""`baclosim parameters`: the numbers of the model, each with its interval, grade and facts."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError, Problem, nearest
from .output import AsJson, console, print_json, table

if TYPE_CHECKING:
    from ..parameters import Parameter


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("parameters")(show_parameters)


def show_parameters(
    name: Annotated[str | None, typer.Argument(help="Name of one parameter, or a part of names.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the numbers of the model, or show one in full. With its interval, grade and evidence."""
    chosen = matching(name or "")
    if as_json:
        print_json([asdict(parameter) for parameter in chosen])
    elif len(chosen) == 1:
        console().print(card(chosen[0]), markup=False, soft_wrap=True)
    else:
        rows = ((p.name, f"{p.value:.4g}", bounds(p), p.unit, p.grade) for p in chosen)
        console().print(table(("parameter", "value", "interval", "unit", "grade"), rows))


def matching(name: str) -> list[Parameter]:
    """The parameter of that name, or all whose name holds it; raises InputError when there is none."""
    from ..parameters import parameters

    known = parameters()
    if name in known:
        return [known[name]]
    word = name.replace(" ", "_").lower()
    found = [parameter for key, parameter in known.items() if word in key]
    if not found:
        hint = f"{nearest(name, known)} `baclosim parameters` lists all {len(known)}.".lstrip()
        raise InputError(Problem("parameter", name, "the name of a parameter, or a part of one", hint))
    return found


def bounds(parameter: Parameter) -> str:
    """The interval of the typical value in words."""
    low, high = parameter.interval
    return f"{low:.4g} to {high:.4g}"


def card(parameter: Parameter) -> str:
    """One parameter in full, with the sources of its facts."""
    from ..evidence.library import library

    lines = [
        parameter.name,
        f"  {parameter.says}",
        f"  value     {parameter.value:.4g} {parameter.unit}",
        f"  interval  {bounds(parameter)} ({parameter.interval_is})",
        f"  spread    {parameter.spread:.3g} between patients ({parameter.distribution})",
        f"  grade     {parameter.grade}",
    ]
    if parameter.script:
        lines.append(f"  from      calibration/{parameter.script}.py")
    lines += [f"  fact      {fact}" for fact in parameter.facts]
    lines += [f"  source    {line}" for line in library().cite(*parameter.facts)]
    return "\n".join(lines)
