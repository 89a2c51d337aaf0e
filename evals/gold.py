"""One question and what a right answer states: a line of a gold-facts file in, a `Question` out.

    {"id": "summit-city", "question": "Where did the two leaders meet in September 2025?",
     "facts": [{"statement": "They met in Busan.", "accept": ["Busan"]}],
     "forbidden": [{"statement": "They met in Tokyo.", "accept": ["Tokyo"]}],
     "as_of": "2025-10-02", "slices": ["single-fact"],
     "support": [{"article": "https://…", "quote": "received him in the port city of Busan"}]}

A fact is stated when one of its accepted forms stands in the answer. A form is words, or
`{"number": 4200, "tolerance": 50, "unit": "people"}`, `{"date": "2025-09-30"}` (or `"2025-09"`), or
`{"regex": "…"}`. A fact that is one string is its own statement and only form.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator, model_validator

_ASKS_FOR_THE_ODD_ONE_OUT = re.compile(r"\bexcept\W*$", re.IGNORECASE)
KINDS = ("words", "number", "date", "regex")  # of accepted forms

Words = Annotated[str, Field(min_length=1, pattern=r"\w")]
Unit = Annotated[str, Field(pattern=r"\S")]  # "people", but "%" too


class Record(BaseModel):
    """What `evals` stores and hands on: it never changes, and holds no field that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NumberForm(Record):
    """A number, however written ("4,200", "4.2 thousand", "twelve"), beside its unit if one is given."""

    number: float = Field(allow_inf_nan=False)
    tolerance: float = Field(default=0.0, ge=0, allow_inf_nan=False, description="in the number's own unit")
    unit: Unit | tuple[Unit, ...] = Field(default=(), description="ways to write the unit; any of them will do")

    @property
    def units(self) -> tuple[str, ...]:
        """The ways to write the unit; none: the number may stand alone."""
        return (self.unit,) if isinstance(self.unit, str) else self.unit


class DateForm(Record):
    """A day (`2025-09-30`), month (`2025-09`) or year (`2025`), however written; the year may be left out."""

    date: str = Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")

    @field_validator("date")
    @classmethod
    def _exists(cls, value: str) -> str:
        date.fromisoformat(f"{value}-01-01"[: len("2025-09-30")])  # a month or year by its first day
        return value


class RegexForm(Record):
    """A regular expression (as the `regex` library reads it), searched in the answer without regard to case."""

    regex: Words

    @field_validator("regex")
    @classmethod
    def _compiles(cls, value: str) -> str:
        import regex  # what searches with it

        try:
            regex.compile(value)
        except regex.error as error:
            raise ValueError(f"no regular expression: {error}") from error
        return value


def _kind_of(form: object) -> str | None:
    if isinstance(form, str):
        return "words"
    keys = form if isinstance(form, Mapping) else vars(form) if isinstance(form, BaseModel) else ()
    return next((kind for kind in KINDS[1:] if kind in keys), None)


Form = Annotated[
    Annotated[Words, Tag("words")]
    | Annotated[NumberForm, Tag("number")]
    | Annotated[DateForm, Tag("date")]
    | Annotated[RegexForm, Tag("regex")],
    Discriminator(
        _kind_of,
        custom_error_type="form",
        custom_error_message='no accepted form; give words, or an object with "number", "date" or "regex"',
    ),
]


class GoldFact(Record):
    """A statement, and the forms of which one must stand in a text that states it."""

    statement: Words
    accept: tuple[Form, ...]

    @field_validator("accept")
    @classmethod
    def _is_not_empty(cls, value: tuple[Form, ...]) -> tuple[Form, ...]:
        if not value:
            raise ValueError("no accepted form; give at least one")
        return value

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, value: Any) -> Any:  # noqa: ANN401 - whatever the line holds
        return {"statement": value, "accept": [value]} if isinstance(value, str) else value


class Support(Record):
    """Where the answer stands: an article by its id, URL or title, and the exact words in it."""

    article: Words
    quote: Words | None = Field(default=None, description="None: the whole article")
    grade: int = Field(default=1, ge=1, description="relevance, where a data set has grades")
    published_at: date | None = Field(default=None, description="the article's day; tells the newest of several")


class Turn(Record):
    """An earlier question of the conversation, and its answer."""

    question: Words
    answer: Words


class Question(Record):
    """A question and what a right answer states."""

    id: Words
    question: Words
    facts: tuple[GoldFact, ...] = ()
    forbidden: tuple[GoldFact, ...] = Field(default=(), description="what no right answer states")
    answerable: bool = Field(default=True, description="False: the right answer is a refusal")
    as_of: date | None = Field(default=None, description="nothing published later may be seen")
    history: tuple[Turn, ...] = ()
    slices: tuple[Words, ...] = Field(default=(), description="groups that the report breaks the scores down by")
    support: tuple[Support, ...] = ()
    example: bool = Field(default=False, description="shown in the chat as an example question")
    draft: bool = Field(default=False, description="written by a machine, and not yet read by a person")

    @field_validator("as_of", mode="before")
    @classmethod
    def _is_written_as_a_day(cls, value: Any) -> Any:  # noqa: ANN401 - whatever the line holds
        if value is not None and not isinstance(value, str | date):
            raise ValueError("no day; write it as 2025-09-30")
        return value

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if not self.answerable and self.facts:
            raise ValueError("facts: not answerable, so a right answer states none; leave them out")
        return self

    @property
    def golds(self) -> tuple[str, ...]:
        """The words to compare a bare answer with, where one fact is asked for."""
        return tuple(form for form in self.facts[0].accept if isinstance(form, str)) if len(self.facts) == 1 else ()

    @property
    def needs_choices(self) -> bool:
        """Whether it asks for the odd one out of choices that the engine is not shown."""
        return bool(_ASKS_FOR_THE_ODD_ONE_OUT.search(self.question))
