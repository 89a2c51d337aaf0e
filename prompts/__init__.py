"""Prompts as text: name in, text out.

One `.md` file a prompt, with `$placeholders`. A prompt's version is the hash of its text, so every
answer can say which words it was asked with.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from string import Template

__all__ = ["Prompt", "PromptError", "load_prompt"]


class PromptError(Exception):
    """A prompt does not exist, or its variables are not the ones it takes."""


@dataclass(frozen=True)
class Prompt:
    """A named text with `$placeholders`."""

    name: str
    text: str

    @property
    def variables(self) -> list[str]:
        """The names of the placeholders, sorted."""
        return sorted(Template(self.text).get_identifiers())

    @property
    def fingerprint(self) -> str:
        """The version: the first 12 hex digits of the text's SHA-256."""
        return sha256(self.text.encode()).hexdigest()[:12]

    def render(self, **values: str) -> str:
        """The text with every placeholder filled.

        Raises:
            PromptError: a placeholder has no value, or a value no placeholder.
        """
        if sorted(values) != self.variables:
            raise PromptError(f"prompt {self.name!r} takes {self.variables}, got {sorted(values)}")
        return Template(self.text).substitute(values)


@cache
def load_prompt(name: str) -> Prompt:
    """The prompt in `NAME.md`.

    Raises:
        PromptError: no such prompt, or a `$` in it that starts no placeholder.
    """
    file = files(__package__) / f"{name}.md"
    if not name.isidentifier() or not file.is_file():
        raise PromptError(f"no prompt named {name!r}; prompts are {', '.join(_names())}")
    prompt = Prompt(name, file.read_text(encoding="utf-8").strip())
    if not Template(prompt.text).is_valid():
        raise PromptError(f"prompt {name!r} has a stray '$'; write '$$' for a dollar sign")
    return prompt


def _names() -> list[str]:
    return sorted(f.name.removesuffix(".md") for f in files(__package__).iterdir() if f.name.endswith(".md"))
