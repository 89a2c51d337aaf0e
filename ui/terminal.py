"""The terminal's side of the commands: progress bars, JSON, and errors in one line."""

import io
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperGroup

DEBUG = "--debug"


class OneLineErrors(TyperGroup):
    """A group of commands whose errors are one line; `--debug`, anywhere, shows the traceback instead."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:  # noqa: ANN401 - typer's
        """Run the command that the arguments name; say in one line why it failed."""
        _never_fail_to_print()
        given = list(sys.argv[1:] if args is None else args)
        options = {"prog_name": "dateline"} | options | {"standalone_mode": False}
        try:
            status = super().main([arg for arg in given if arg != DEBUG], *rest, **options)
        except Exception as error:
            if DEBUG in given:
                raise
            say(describe(error))
            status = getattr(error, "exit_code", 2 if is_usage_error(error) else 1)
        sys.exit(status)


def _never_fail_to_print() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a letter shows '?'


def describe(error: Exception) -> str:
    """The error in one line; one that is not ours is named, and how to see more."""
    if hasattr(error, "format_message"):
        return _misuse(error)
    if is_setting_error(error):
        return _wrong_setting(error)
    line = " ".join(str(error).split())
    return line if is_ours(error) else f"unexpected {type(error).__name__}: {line}; {DEBUG} shows where"


def _misuse(error: Any) -> str:  # noqa: ANN401 - typer's own errors have no public base class
    command = error.ctx.command_path if getattr(error, "ctx", None) else "dateline"
    return f"{' '.join(error.format_message().split()).rstrip('.')}; see: {command} --help"


def _wrong_setting(error: Any) -> str:  # noqa: ANN401 - pydantic's, which is not imported for its name
    first = error.errors(include_url=False)[0]
    return f"{first['loc'][0]} makes no sense: {first['input']!r}: {first['msg']}; set it anew, or leave it out"


def is_ours(error: Exception) -> bool:
    """Whether its message was written for people."""
    return type(error).__module__.partition(".")[0] in {"index", "rag", "evals", "ui", "prompts"}


def is_usage_error(error: Exception) -> bool:
    """Whether the command was asked for something that makes no sense."""
    return type(error).__name__ in {"QuestionError", "ScopeError"} or is_setting_error(error)


def is_setting_error(error: Exception) -> bool:
    """Whether it says that an environment variable has no value that makes sense."""
    return type(error).__name__ == "ValidationError" and getattr(error, "title", "").endswith("Settings")


def say(message: str) -> None:
    """Tell people something, on stderr: stdout is for what was asked for."""
    typer.echo(f"dateline: {' '.join(printable(message).split())}", err=True)


def show(line: str) -> None:
    """Print what was asked for, on stdout."""
    typer.echo(printable(line))


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    """The value as JSON on stdout."""
    in_ascii = not (sys.stdout.encoding or "").lower().startswith("utf")
    typer.echo(json.dumps(value, ensure_ascii=in_ascii, indent=2, default=str))


@contextmanager
def progress_bar(what: str, *, in_bytes: bool = True) -> Iterator[Callable[[int, int], None]]:
    """A function of (done, total) that draws a bar on stderr, where stderr is a terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    amount = DownloadColumn() if in_bytes else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), amount, TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def printable(text: str) -> str:
    """The text without control characters: an article must not steer the terminal."""
    return "".join(char if char in "\n\t" or char.isprintable() else " " if char.isspace() else "" for char in text)


def without_password(address: str) -> str:
    """The address without the user and password in it."""
    return re.sub(r"(?<=://)[^/@]*@", "…@", address)
