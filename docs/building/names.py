"""Public names, a page by room: those that the package or the room exports, and those that an example imports."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from . import rst

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^( *)```python\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
LAMBDA = re.compile(r"<function .*? at 0x[0-9a-f]+>")


def rooms() -> list[str]:
    """Names of the rooms from the roof down, as the contract of the layers has them."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    layers = [re.findall(r"\w+", layer) for layer in contract[0]["layers"]]
    return [room for layer in layers for room in layer if (ROOT / "src/baclosim" / room).exists() or is_file(room)]


def is_file(room: str) -> bool:
    """Whether a room is a single file."""
    return (ROOT / "src/baclosim" / f"{room}.py").exists()


def pages() -> Iterator[tuple[str, str]]:
    """Name and text of each room's page, and of the page that lists them."""
    listed = ["package", *rooms()]
    yield "names/index.rst", index(listed)
    yield "names/package.rst", package_page()
    for room in rooms():
        yield f"names/{room}.rst", room_page(room)


def index(listed: list[str]) -> str:
    """The page that lists the rooms."""
    rows = [(f":doc:`{room}`", rst.prose(rst.first_sentence(doc_of(module(room))))) for room in rooms()]
    return (
        rst.title("Names in the code")
        + ":doc:`package` holds what ``import baclosim as bs`` offers. Below are the rooms from the roof down;\n"
        "each may use those below it. A room's page holds its public names in full and says what each file is for.\n\n"
        + rst.table(("room", "what it does"), rows, "20 80")
        + rst.directive("toctree", body="\n".join(listed), options=("hidden:",))
    )


def package_page() -> str:
    """The names of the package itself."""
    import baclosim

    names = [name for name in sorted(baclosim.__all__, key=str.lower) if name != "__version__"]
    listed = "".join(entry(getattr(baclosim, name), name) for name in names)
    head = rst.title("baclosim") + rst.docstring(doc_of(baclosim)) + "\n\n"
    return head + rst.directive("py:currentmodule", "baclosim") + listed


def room_page(room: str) -> str:
    """A room: what it is for, its public names, its files."""
    own, here = public()[room], f"baclosim.{room}"
    parts = [rst.title(room), rst.docstring(doc_of(module(room))), "\n\n"]
    if own:
        parts += [rst.title("Public names", "-"), rst.directive("py:currentmodule", here)]
        parts += [entry(thing, name.removeprefix(f"{here}.")) for name, thing in own.items()]
    files = list(inside(room))
    if files:
        parts.append(rst.title("Files", "-"))
        parts += [rst.table(("file", "what it does"), files, "30 70")]
    return "".join(parts)


def public() -> dict[str, dict[str, Any]]:
    """Public things by room and by full name; what the package exports stands on its own page."""
    import baclosim

    exported = {id(getattr(baclosim, name)) for name in baclosim.__all__}
    found: dict[str, dict[str, Any]] = {room: {} for room in rooms()}
    for home, name in [*exports(), *imported_by_examples()]:
        thing = getattr(importlib.import_module(home), name)
        if id(thing) not in exported and not isinstance(thing, ModuleType):
            found[home.split(".")[1]][f"{home}.{name}"] = thing
    return {room: once(things) for room, things in found.items()}


def once(things: dict[str, Any]) -> dict[str, Any]:
    """Each thing under its shortest name."""
    kept: dict[int, str] = {}
    for name in sorted(things, key=lambda name: (name.count("."), name)):
        kept.setdefault(id(things[name]), name)
    return {name: things[name] for name in sorted(kept.values(), key=str.lower)}


def exports() -> Iterator[tuple[str, str]]:
    """Room and name of all that rooms export."""
    for room in rooms():
        for name in getattr(module(room), "__all__", ()):
            yield f"baclosim.{room}", name


def imported_by_examples() -> Iterator[tuple[str, str]]:
    """Module and name of all that an example on a page imports."""
    for page in sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")]):
        for indent, text in BLOCK.findall(page.read_text(encoding="utf-8")):
            lines = (line.removeprefix(indent) for line in text.split("\n"))
            for node in ast.walk(ast.parse("\n".join(lines))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("baclosim."):
                    yield from ((str(node.module), alias.name) for alias in node.names)


def inside(room: str) -> Iterator[tuple[str, str]]:
    """File and first sentence of each module of a room."""
    home = module(room)
    if not hasattr(home, "__path__"):
        return
    for found in pkgutil.walk_packages(home.__path__, f"{home.__name__}."):
        text = doc_of(importlib.import_module(found.name))
        path = found.name.removeprefix("baclosim.").replace(".", "/") + ("/" if found.ispkg else ".py")
        yield rst.code(path), rst.prose(rst.first_sentence(text))


def module(room: str) -> ModuleType:
    """The module of a room, which the package's own names do not hide."""
    return importlib.import_module(f"baclosim.{room}")


def doc_of(thing: Any) -> str:
    """The docstring; raises ValueError when there is none, for then the reference would be empty."""
    text = thing.__doc__ if isinstance(thing, ModuleType) else inspect.getdoc(thing)
    if not text or not text.strip():
        raise ValueError(f"no docstring: {getattr(thing, '__qualname__', thing)}")
    return text


def entry(thing: Any, name: str) -> str:
    """One public name with its signature and docstring."""
    if inspect.isclass(thing):
        return class_entry(thing, name)
    if callable(thing):
        return rst.directive("py:function", name + signature(thing), rst.docstring(doc_of(thing)))
    text = f"A constant of type {rst.code(type(thing).__name__)}, see {rst.code(name.rsplit('.', 1)[0])}."
    return rst.directive("py:data", name, text)


def class_entry(thing: type, name: str) -> str:
    """A class with its own public methods."""
    members = [
        method_entry(key, member)
        for key, member in vars(thing).items()
        if not key.startswith("_") and (inspect.isfunction(unwrapped(member)) or isinstance(member, property))
    ]
    body = rst.docstring(doc_of(thing)) + "\n\n" + "".join(members)
    return rst.directive("py:class", name + signature(thing), body)


def method_entry(name: str, member: Any) -> str:
    """A method or a property."""
    if isinstance(member, property):
        return rst.directive("py:property", name, rst.docstring(doc_of(member.fget)))
    kind = "py:staticmethod" if isinstance(member, staticmethod) else "py:method"
    options = ("classmethod:",) if isinstance(member, classmethod) else ()
    function = unwrapped(member)
    return rst.directive(kind, name + signature(function, method=True), rst.docstring(doc_of(function)), options)


def unwrapped(member: Any) -> Any:
    """The function within a class method, a static method or a cached property."""
    return getattr(member, "__func__", getattr(member, "func", member))


def signature(thing: Any, method: bool = False) -> str:
    """Arguments as they are written in the code; empty for what has none, such as an exception."""
    try:
        found = inspect.signature(thing)
    except (TypeError, ValueError):
        return "()"
    arguments = [a for a in found.parameters.values() if not (method and a.name in ("self", "cls"))]
    return LAMBDA.sub("...", str(found.replace(parameters=arguments)).replace("'", "")) if arguments else "()"
