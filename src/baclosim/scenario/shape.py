"""From raw tables to checked names and types, keeping what is sound so that the rest can still be judged."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ..errors import Problems, nearest
from ..mistaken import allowed_shape
from .reading import Source, line_of
from .tables import ScenarioTable

Path = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


def shaped(source: Source, problems: Problems) -> tuple[ScenarioTable, set[str]]:
    """The tables of a scenario without their faulty entries; see `shaped_as`."""
    return shaped_as(ScenarioTable, source, problems)


def shaped_as(model: type[Model], source: Source, problems: Problems) -> tuple[Model, set[str]]:
    """The tables without their faulty entries, which go to `problems`; and the names that were dropped."""
    raw: dict[str, Any] = copy.deepcopy(source.raw)
    try:
        return model.model_validate(raw), set()
    except ValidationError as error:
        faults = error.errors(include_url=False)
    for fault in faults:
        note(fault, source, problems, model)
    paths = {fault["loc"] for fault in faults}
    for path in sorted(paths, key=_from_the_end):
        _drop(raw, path)
    return model.model_validate(raw), {dotted(path) for path in paths}


def _from_the_end(path: Path) -> tuple[int, list[int]]:
    return -len(path), [-part for part in path if isinstance(part, int)]


def note(fault: ErrorDetails, source: Source, problems: Problems, model: type[BaseModel] = ScenarioTable) -> None:
    """Turn one finding of pydantic into a problem in the words of the file."""
    path = fault["loc"]
    if fault["type"] == "extra_forbidden":
        keys = keys_at(path[:-1], model)
        place = located(path, source.text, dotted(path[:-1]) or "file")
        problems.add(place, str(path[-1]), f"one of {', '.join(keys)}", nearest(str(path[-1]), keys))
        return
    problems.add(located(path, source.text), fault["input"], allowed_shape(fault))


def located(path: Path, text: str, shown: str = "") -> str:
    """A path in words with its line, such as "patient.age (line 4)"."""
    line = line_of(text, tuple(str(part) for part in path))
    return (shown or dotted(path)) + (f" (line {line})" if line else "")


def dotted(path: Path) -> str:
    """A path as people write it; entries of lists count from 1: therapy.pump.program[2].dose."""
    words = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return words.removeprefix(".")


def keys_at(path: Path, model: type[BaseModel] = ScenarioTable) -> list[str]:
    """The keys that the table at a path may have."""
    for part in path:
        if isinstance(part, str):
            model = next(iter(_models_in(model.model_fields[part].annotation)))
    return list(model.model_fields)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _drop(raw: Any, path: Path) -> None:
    """Remove what lies at a path."""
    table = raw
    for part in path[:-1]:
        table = table[part]
    del table[path[-1]]
