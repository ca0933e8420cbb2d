"""How a command reads its line: every slip is told at once, by the option's name, with what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, get_args

import typer
from typer.core import TyperCommand

from ..errors import InputError, Problem, Problems, nearest

_MINUS = re.compile(r"-[\d.]")


class Commands(typer.Typer):
    """A group whose commands tell every slip of their line at once."""

    def command(self, name: str | None = None, **settings: Any) -> Callable[..., Any]:
        """Register a command."""
        return super().command(name, **{"cls": Command, **settings})


class Command(TyperCommand):
    """A command that looks at its whole line before it begins."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the line; raises InputError with every slip."""
        problems = Problems()
        known = without_unknown(self, ctx, list(args), problems)
        options, more, _ = self.make_parser(ctx).parse_args(args=list(known))
        named = {problem.where for problem in problems.found}
        for param in sorted(self.get_params(ctx), key=lambda param: not param.is_eager):
            try:
                param.handle_parse_result(ctx, options, more)
            except typer.BadParameter:
                if param.opts[0] not in named:
                    problems.found.append(problem_of(param, param.consume_value(ctx, options)[0]))
        if more and not problems.found:
            problems.found.append(too_many(known, more))
        problems.raise_as(InputError)
        return super().parse_args(ctx, known)


def without_unknown(command: TyperCommand, ctx: Any, args: list[str], problems: Problems) -> list[str]:
    """The line without the options that are none, each noted."""
    while True:
        try:
            command.make_parser(ctx).parse_args(args=list(args))
        except typer.TyperException as error:
            option = str(getattr(error, "option_name", ""))
            place = next((i for i, text in enumerate(args) if option and text.startswith(option)), None)
            if place is None:
                raise
            given = args[place]
            problems.found.append(minus(given) if _MINUS.match(given) else unknown(command, given, option))
            args[place : place + 1] = [given.lstrip("-")] if _MINUS.match(given) else []
        else:
            return args


def minus(given: str) -> Problem:
    """A text that begins with a minus and a number, which was read as an option."""
    hint = f"It begins with a minus, so it was read as an option. Did you mean {given.lstrip('-')!r}?"
    return Problem("arguments", given, "words, or an option; what follows -- is no option", hint)


def unknown(command: TyperCommand, given: str, option: str) -> Problem:
    """An option that is none, that lacks its value, or that takes none."""
    names = [name for param in command.params for name in param.opts if name.startswith("--")]
    if option in names:
        return Problem(option, given if "=" in given else None, "this alone" if "=" in given else "a value after it")
    hint = nearest(given.split("=")[0], names)
    return Problem("options", given, f"an option of `{command.name} --help`", hint)


def problem_of(param: Any, given: Any) -> Problem:
    """What is wrong with the value of an option or an argument, or that it is missing."""
    named = param.opts[0] if param.param_type_name == "option" else param.metavar or param.name
    if given is None:
        said = str(param.help or "a value").rstrip(".")
        return Problem(named, None, said[0].lower() + said[1:])
    return Problem(named, given, allowed(param))


def allowed(param: Any) -> str:
    """The values that an option takes, in words."""
    about = param.type_descriptor
    if about.choices:
        return f"one of {', '.join(str(choice.value) for choice in about.choices)}"
    kinds = {about.annotation, *get_args(about.annotation)}
    kind = "a whole number" if int in kinds else "a number" if float in kinds else "another value"
    low, high = about.parameter_info.min, about.parameter_info.max
    if low is None:
        return kind
    return f"{kind} from {low:,} to {high:,}" if high is not None else f"{kind} from {low:,}"


def too_many(args: Sequence[str], more: Sequence[str]) -> Problem:
    """Words beyond those that a command takes: a sentence that was not put in quotes, as a rule."""
    words = [text for text in args if not text.startswith("-")]
    hint = f'Words that belong together stand in quotes: "{" ".join(words)}".' if len(more) > 1 else ""
    return Problem("arguments", " ".join(more), "nothing more", hint)
