"""The model in print: every equation from the function that computes it, with its numbers, units, facts and grades."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..body.drain import DRAIN
from ..body.systemic import CHARCOAL, CLUMP
from ..body.transfers import Body, Rate, Value, arguments
from ..body.whole import WHOLE_BODY
from ..effects.whole import EFFECTS_WITH_SEROTONIN
from ..parameters import Parameter, parameters
from ..patient.scaling import LAWS
from ..quantities import CANAL, QUANTITIES
from .numbers import DERIVED
from .parcel import File, Parcel
from .tracing import Tracing, first_line

BODY = WHOLE_BODY + CLUMP + CHARCOAL + DRAIN
HEAD = """# The model, equation by equation

Written by `baclosim export equations` from the functions that a run computes with, and from the parameter files: do not
edit it. Names are those of the code, with blanks in place of underscores. Values are those of a typical adult of 70 kg
with a creatinine clearance of 110 mL/min; how they depend on the person is told under [Scaling](#scaling). Time is in
hours, amounts in micrograms, volumes in millilitres, lengths in centimetres.

"""
FLOWS = """## Amounts

Each compartment $i$ holds an amount $A_i$. Drug flows from $j$ to $i$ with the rate constant $k_{ji}$; a dose or an
infusion $u_c$ on channel $c$ appears in $i$ with the share $b_{ci}$. What leaves one compartment enters another, so
nothing is lost.

$$
\\frac{dA_i}{dt} = \\sum_j k_{ji} \\cdot A_j - \\sum_j k_{ij} \\cdot A_i + \\sum_c b_{ci} \\cdot u_c
$$

An effect site $s$ holds no drug. It follows concentrations $C_m$ with weights $w_m$ at its rate $k_s$.

$$
\\frac{ds}{dt} = k_s \\cdot \\left(\\sum_m w_m \\cdot C_m - s\\right)
$$

"""


def equations() -> Parcel:
    """The page as a file."""
    facts = tuple(dict.fromkeys(fact for parameter in used() for fact in parameter.facts))
    held = File("model.md", "every equation with its numbers, in Markdown with LaTeX", page().encode())
    return Parcel("equations", "model", (held,), (), facts)


@functools.cache
def page() -> str:
    """The page in Markdown."""
    effects = map(effect_room, EFFECTS_WITH_SEROTONIN.modules)
    return (
        HEAD + FLOWS + "".join((*map(body_room, body_modules()), sites_room(), person_room(), *effects)).rstrip() + "\n"
    )


def used() -> Iterator[Parameter]:
    """Every parameter of the table that some equation uses."""
    table = parameters()
    names = sorted(BODY.parameter_names | {*EFFECTS_WITH_SEROTONIN.parameters})
    return (table[name] for name in names if name in table)


def tracing() -> Tracing:
    """A fresh trace; SymPy is loaded only now."""
    from .printing import SympyNotation

    return Tracing(SympyNotation())


# --- the body ------------------------------------------------------------------------------------------


def body_modules() -> tuple[str, ...]:
    """Names of the modules that hold rates, in the order of the body."""
    found = (plain(rate).__module__ for rate in rates(BODY) if not isinstance(rate, Value))
    return tuple(dict.fromkeys(name for name in found if not name.endswith("transfers")))


def rates(body: Body) -> Iterator[Rate]:
    """Every function of a body: rates, shares, volumes."""
    yield from (t.rate for t in body.transfers)
    yield from (e.share for e in body.entries)
    yield from (c.volume for c in body.concentrations)


def plain(rate: Rate) -> Callable[..., Any]:
    """The function itself, without what is bound to it."""
    return rate.func if isinstance(rate, functools.partial) else rate


def body_room(module: str) -> str:
    """The rates that one module of the body defines, each function once, and their numbers."""
    told: dict[str, Rate] = {}
    for rate in rates(BODY):
        if plain(rate).__module__ == module:
            told.setdefault(plain(rate).__name__, rate)
    trace = tracing()
    parts = [body_equation(trace, name, rate) for name, rate in told.items() if not handles_tables(rate)]
    names = [name for rate in told.values() for name in arguments(rate)]
    return room(module, "".join(parts), trace, names)


def handles_tables(rate: Rate) -> bool:
    """Whether it adds up a list of cells, which no formula shows better than its sentence."""
    return isinstance(rate, functools.partial) and any(isinstance(value, tuple) for value in rate.keywords.values())


def body_equation(trace: Tracing, name: str, rate: Rate) -> str:
    """One rate, of symbols for what differs from cell to cell."""
    given = {argument: trace.notation.symbol(argument) for argument in arguments(rate)}
    bound = rate.keywords if isinstance(rate, functools.partial) else {}
    own = {key: as_symbol(key, value) for key, value in bound.items()}
    says = f"{first_line(rate)} {where(name)}"
    return stated(name, "", says, name, trace.applied(plain(rate), {**given, **own}))


def where(name: str) -> str:
    """Where a function of the body acts, in words: "From gut to central." """
    flows = [f"from {place(t.source)} to {place(t.target)}" for t in BODY.transfers if called(t.rate) == name]
    flows += [f"from {e.channel} into {place(e.target)}" for e in BODY.entries if called(e.share) == name]
    flows += [f"of {place(c.name)}" for c in BODY.concentrations if called(c.volume) == name]
    text = ", ".join(dict.fromkeys(flows))
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def called(rate: Rate) -> str:
    """The name of a function of the body; nothing for a parameter as it stands."""
    return "" if isinstance(rate, Value) else plain(rate).__name__


def place(name: str) -> str:
    """A compartment in words; cells of the canal are not told apart."""
    return "a cell of the canal" if name in CANAL else name.replace("_", " ")


def as_symbol(name: str, value: Any) -> Any:
    """A number that belongs to one cell, or a table of them, as symbols."""
    from .printing import Inside

    if isinstance(value, dict):
        return {key: as_symbol(f"{key}_of_{name}" if key != "size" else name, inner) for key, inner in value.items()}
    return Inside(name, positive=True)


def sites_room() -> str:
    """The effect sites: what feeds each, with which weight, at which rate; and flows whose constant is a parameter."""
    rows = [
        f"| {QUANTITIES[site.name].label} | {weighed(site.rate)} | "
        f"{', '.join(f'{name} x {weighed(weight)}' for name, weight in site.inputs.items())} |"
        for site in BODY.sites
    ]
    head = "| site | rate | fed by |\n| --- | --- | --- |\n"
    named = [t for t in BODY.transfers if isinstance(t.rate, Value)]
    flows = "".join(f"- {place(t.source)} to {place(t.target)}: {weighed(t.rate)}\n" for t in named)
    used = [r for site in BODY.sites for r in (site.rate, *site.inputs.values())] + [t.rate for t in named]
    names = [name for rate in used for name in arguments(rate)]
    about = "Where the drug acts, and flows whose rate constant is a parameter as it stands."
    return f"## Sites\n\n{about}\n\n{head}" + "\n".join(rows) + f"\n\n{flows}\n{table(names)}"


def weighed(rate: Rate) -> str:
    """A rate or weight that is a parameter or a number."""
    return f"`{rate.name}`" if isinstance(rate, Value) else f"{rate():g}"


def person_room() -> str:
    """What depends on who the patient is."""
    trace = tracing()
    parts = [stated(name, "", first_line(law), f"{name}_of_the_person", trace.of(law)) for name, law in LAWS.items()]
    names = [name for law in LAWS.values() for name in arguments(law)]
    return room(next(iter(LAWS.values())).__module__, "".join(parts), trace, names)


# --- the effects ---------------------------------------------------------------------------------------


def effect_room(module: str) -> str:
    """The quantities and states of one effect, and their numbers."""
    network, trace = EFFECTS_WITH_SEROTONIN, tracing()
    told = {name: equation for name, equation in network.quantities.items() if equation.__module__ == module}
    states = [state for state in network.states if state.rate.__module__ == module]
    parts = [
        stated(QUANTITIES[name].label, QUANTITIES[name].unit, first_line(equation), name, trace.of(equation))
        for name, equation in told.items()
    ]
    for state in states:
        from .printing import words

        quantity = QUANTITIES[state.name]
        says = f"{first_line(state.rate)} {state.start:g} before any drug."
        left = rf"\frac{{d\,{words(state.name)}}}{{dt}}"
        parts.append(stated(quantity.label, quantity.unit, says, left, trace.of(state.rate), is_name=False))
    names = [n for e in (*told.values(), *(s.rate for s in states)) for n in inspect.signature(e).parameters]
    return room(module, "".join(parts), trace, names)


# --- what both are printed with ------------------------------------------------------------------------


def room(module: str, equations: str, trace: Tracing, names: Iterable[str]) -> str:
    """One room: what it says of itself, its equations, the functions that they share, its numbers."""
    title = module.rsplit(".", 1)[1].replace("_", " ").capitalize()
    about = (importlib.import_module(module).__doc__ or "").split("\n\n")[0].replace("\n", " ")
    functions = "".join(
        stated(
            f"Function {f.name.replace('_', ' ')}", "", f.says, f"{f.name}({', '.join(f.arguments)})", f.body,
            of=f.arguments,
        )
        for f in trace.functions.values()
    )  # fmt: skip
    return f"## {title}\n\n{about}\n\n{equations}{functions}{table(names)}"


def stated(
    title: str, unit: str, says: str, left: str, expression: Any, *, of: tuple[str, ...] = (), is_name: bool = True
) -> str:
    """One equation under its name, in words and as a formula."""
    from .printing import lines, words

    side = left
    if of:
        side = rf"{words(left.split('(')[0])}\left({', '.join(map(words, of))}\right)"
    elif is_name:
        side = words(left)
    in_unit = f" [{unit}]" if unit and unit != "dimensionless" else ""
    formulas = "".join(f"$$\n{line}\n$$\n\n" for line in lines(side, expression))
    heading = title.replace("_", " ")
    return f"**{heading[:1].upper()}{heading[1:]}**{in_unit}. {says.strip()}\n\n{formulas}"


def table(names: Iterable[str]) -> str:
    """The parameters among these names: value, interval, unit, grade, facts."""
    known, rows = parameters(), []
    for name in dict.fromkeys(names):
        if name in known:
            rows.append(row(known[name]))
        elif name in DERIVED:
            rows.append(f"| `{name}` | | {DERIVED[name][1]} | | of the patient or the therapy | |")
    if not rows:
        return ""
    head = "| parameter | value | unit | interval | grade | facts |\n| --- | ---: | --- | --- | --- | --- |\n"
    return head + "\n".join(rows) + "\n\n"


def row(parameter: Parameter) -> str:
    """One parameter as a row."""
    low, high = parameter.interval
    unit = "" if parameter.unit == "dimensionless" else parameter.unit.replace("**", "^")
    facts = ", ".join(f"`{fact}`" for fact in parameter.facts)
    between = f"{low:.4g} to {high:.4g}"
    return f"| `{parameter.name}` | {parameter.value:.4g} | {unit} | {between} | {parameter.grade} | {facts} |"
