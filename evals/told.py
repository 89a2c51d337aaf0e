"""What a Python function says it answers: a text, a `dict` or an `Answer` in, an `Answer` out.

The keys of a `dict`, all optional but `text`:

- `text`: the answer, with [n] markers, or what is said in place of one.
- `citations`: what the markers stand for, in their order or each with its `n`; a `quote` and its `article`.
  A text without any marker rests on all of them.
- `passages`: what was retrieved, best first; a `text` and its `article`.
- `refusal`: whether it is one: true or false, or the words for it. Without it, as the text reads.
- `short`, `model`, `usage` (`prompt_tokens`, `completion_tokens`), `timings_ms`: as in an `Answer`.

An `article` is its id, its address, or an object with `id`, `url`, `title`, `source`, `published_at`
and `authors`, of which the first three must name it. `start` and `end` say where a quote stands in it.
"""

from datetime import date
from typing import Any, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, model_validator

from evals.errors import RunError
from evals.foreign import as_answer
from rag.answer import Answer, ArticleRef, Passage, Refusal, Style, Timings, Usage


class _Article(BaseModel):
    id: str = ""
    url: str | None = None
    title: str = ""
    source: str | None = None
    published_at: date | None = None
    authors: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:  # noqa: ANN401 - whatever the function says
        if isinstance(value, str):
            return {"id": value, "url": value if "://" in value else None}
        return value

    @model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if not (self.id or self.url or self.title):
            raise ValueError("no article; give its id, url or title")
        return self

    def ref(self) -> ArticleRef:
        return ArticleRef(**self.model_dump(exclude={"id"}), id=self.id or self.url or self.title)


class _Source(BaseModel):
    text: str = Field(validation_alias=AliasChoices("quote", "text"), min_length=1)
    article: _Article
    n: int | None = Field(default=None, ge=1)
    start: int = 0
    end: int = 0
    score: float = Field(default=0.0, allow_inf_nan=False)

    def passage(self) -> Passage:
        article = self.article.ref()
        return Passage(**self.model_dump(exclude={"article", "n"}), article_id=article.id, article=article)


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str
    short: str | None = None
    citations: tuple[_Source, ...] = ()
    passages: tuple[_Source, ...] = ()
    refusal: bool | str | Refusal | None = None
    model: str = ""
    usage: Usage = Usage()
    timings_ms: Timings = Timings()


def answer_told(said: object, *, question: str, style: Style, name: str) -> Answer:
    """What the function `name` said to the question, as an `Answer`.

    Raises:
        RunError: it is none.
    """
    if isinstance(said, Answer):
        return said
    if isinstance(said, str):
        return as_answer(said, {}, question=question, style=style, model=name)
    if not isinstance(said, dict):
        raise RunError(f"{name} gave no answer: {type(said).__name__}; return a text, a dict or an Answer")
    try:
        told = _Told.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise RunError(f"{name} gave no answer: {where}: {first['msg']}; see evals.told for its keys") from error
    return _answer(told, question=question, style=style, name=name)


def _answer(told: _Told, *, question: str, style: Style, name: str) -> Answer:
    answer = as_answer(
        told.text,
        {source.n or place: source.passage() for place, source in enumerate(told.citations, start=1)},
        question=question,
        style=style,
        refused=bool(told.refusal) if "refusal" in told.model_fields_set else None,
        rests_on_all=True,
        model=told.model or name,
        passages=tuple(source.passage() for source in told.passages),
        usage=told.usage,
        timings_ms=told.timings_ms,
    )
    return answer.model_copy(update={"short": told.short}) if told.short else answer
