"""How a command reads its line: every slip is told at once, by the option's name, with what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

import typer
from typer.core import TyperCommand, TyperGroup

from ..errors import InputError, Problem, Problems, nearest

_MINUS = re.compile(r"-[\d.]")
NEEDED = "Needed: "  # begins the help of an option without which the command refuses


class Commands(typer.Typer):
    """A group that tells every slip of its line at once, and whose commands do so of theirs."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"cls": Group, **settings})

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
        if problems.found:
            problems.found.extend(missing(self.get_params(ctx), options, named | {p.where for p in problems.found}))
        problems.raise_as(InputError)
        return super().parse_args(ctx, known)


class Group(TyperGroup):
    """A group that likens an unknown option or command to those it has."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read what stands before the command; raises InputError with every slip, or where no command follows."""
        problems = Problems()
        known = without_unknown(self, ctx, list(args), problems)
        _, words, _ = self.make_parser(ctx).parse_args(args=list(known))
        problems.found = [belonging(self, problem, words) for problem in problems.found]
        problems.raise_as(InputError)
        rest = super().parse_args(ctx, known)
        if not words:
            raise InputError(Problem("command", None, f"a command of `{ctx.command_path} --help`"))
        return rest

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of that name; raises InputError with the likely one."""
        if args[0] not in self.commands:
            hint = nearest(args[0], self.commands)
            raise InputError(Problem("command", args[0], f"a command of `{ctx.command_path} --help`", hint))
        return super().resolve_command(ctx, args)


def belonging(group: TyperGroup, problem: Problem, words: Sequence[str]) -> Problem:
    """The same, with a better hint where the option is one of the command that follows."""
    following = group.commands.get(words[0]) if words else None
    if following is None or str(problem.given).split("=")[0] not in option_names(following):
        return problem
    return replace(problem, hint=f"It stands behind the command: `{words[0]} … {problem.given}`.")


def option_names(command: Any) -> list[str]:
    """The long names of a command's options."""
    return [name for param in command.params for name in param.opts if name.startswith("--")]


def without_unknown(command: TyperCommand | TyperGroup, ctx: Any, args: list[str], problems: Problems) -> list[str]:
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


def unknown(command: TyperCommand | TyperGroup, given: str, option: str) -> Problem:
    """An option that is none, that lacks its value, or that takes none."""
    names = option_names(command)
    if option in names:
        return Problem(option, given if "=" in given else None, "this alone" if "=" in given else "a value after it")
    hint = nearest(given.split("=")[0], names)
    return Problem("options", given, f"an option of `{command.name} --help`", hint)


def missing(params: Sequence[Any], options: Mapping[str, Any], named: Collection[str]) -> Iterator[Problem]:
    """What is needed and was not given, though the line can be read without it: the command itself would ask next."""
    for param in params:
        about = str(getattr(param, "help", None) or "")
        if about.startswith(NEEDED) and options.get(param.name) is None and param.opts[0] not in named:
            yield Problem(param.opts[0], None, about.removeprefix(NEEDED).rstrip("."))


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
