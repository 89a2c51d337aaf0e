"""The terminal's side of the commands: progress bars, JSON, and errors in one line."""

import json
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
        given = list(sys.argv[1:] if args is None else args)
        try:
            return super().main([arg for arg in given if arg != DEBUG], *rest, **options)
        except Exception as error:
            if DEBUG in given:
                raise
            say(describe(error))
            sys.exit(2 if is_usage_error(error) else 1)


def describe(error: Exception) -> str:
    """The error in one line; one that is not ours is named, and how to see more."""
    line = " ".join(str(error).split())
    return line if is_ours(error) else f"unexpected {type(error).__name__}: {line}; {DEBUG} shows where"


def is_ours(error: Exception) -> bool:
    """Whether its message was written for people."""
    return type(error).__module__.partition(".")[0] in {"index", "rag", "evals", "ui", "prompts"}


def is_usage_error(error: Exception) -> bool:
    """Whether the command was asked for something that makes no sense."""
    return type(error).__name__ in {"QuestionError", "ScopeError"}


def say(message: str) -> None:
    """Tell people something, on stderr: stdout is for what was asked for."""
    typer.echo(f"dateline: {message}", err=True)


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    """The value as JSON on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


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
    return "".join(char for char in text if char in "\n\t" or char.isprintable() or char == "\u00a0")
