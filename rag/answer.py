"""The record that flows out: an answer, its citations, and the events of a stream."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rag.asks import Asks

Style = Literal["full", "short", "timeline"]
Verdict = Literal["supported", "partly", "unsupported"]
WordsState = Literal["applied", "relaxed", "ignored", "overridden"]
RefusalReason = Literal["not_in_articles", "low_confidence", "outside_dates", "no_articles", "llm_unavailable"]

LLMFailureReason = Literal["unavailable", "unusable"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ArticleRef(_Record):
    """The article that a citation or passage stands in."""

    id: str
    title: str
    source: str | None
    url: str | None
    authors: tuple[str, ...]
    published_at: date | None
    also_in: tuple[str, ...] = Field(default=(), description="other outlets with a copy of the same story")


class Passage(_Record):
    """Retrieved words: `index.get(article_id).text[start:end] == text`."""

    article_id: str
    text: str
    score: float
    start: int
    end: int
    best_chunk: tuple[int, int] | None = Field(default=None, description="start and end of what was found first in it")
    article: ArticleRef

    @property
    def best_text(self) -> str:
        """The words that the passage was found by."""
        start, end = self.best_chunk or (self.start, self.end)
        return self.text[max(start - self.start, 0) : max(end - self.start, 0)]


class Citation(_Record):
    """The words that support a sentence: `index.get(article.id).text[start:end] == quote`."""

    n: int = Field(ge=1, description="the number of its [n] markers in the answer's text")
    quote: str
    start: int
    end: int
    verdict: Verdict
    article: ArticleRef


class Sentence(_Record):
    """One sentence of the answer, without its markers, and the citations that it rests on."""

    text: str
    citations: tuple[int, ...]
    verdict: Verdict
    reasons: tuple[str, ...] = Field(default=(), description="why the verdict is not better, each for people to read")
    day: date | None = Field(default=None, description="in a timeline: the day that it tells of")


class Report(_Record):
    """What one outlet reports, where outlets or days differ."""

    said: str = Field(description="the figure, date or name that differs, as it is written")
    citation: int = Field(ge=1, description="the number of the citation that says so")
    source: str | None
    published_at: date | None


class Refusal(_Record):
    """Why there is no answer, in a form that programs can read."""

    reason: RefusalReason
    message: str
    newest_article: date | None
    nearest: tuple[ArticleRef, ...] = Field(default=(), description="the articles that come closest, best first")


class LLMFailure(_Record):
    """Why the LLM gave no answer: it could not be reached or failed, or what it wrote cannot be one."""

    reason: LLMFailureReason
    message: str


class Usage(_Record):
    """Tokens that the LLM read and wrote, and what they cost."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = Field(
        default=None, description="an estimate, at the prices in the settings; None: no prices, or nothing counted"
    )


class Timings(_Record):
    """Milliseconds since the question was asked; None: it did not come to that."""

    retrieve: float | None = None
    first_token: float | None = None
    total: float | None = None


class PlanWords(_Record):
    """Words of the question that narrow the search: `standalone_question[start:end] == text`."""

    text: str
    start: int
    end: int
    kind: Literal["time", "outlet"]
    first: date | None = Field(default=None, description="the first day that they speak of")
    last: date | None = None
    since: date | None = Field(default=None, description="the first day on which articles about those days come out")
    until: date | None = None
    sources: tuple[str, ...] = ()
    state: WordsState = Field(
        default="applied",
        description="relaxed: they would have left no article; overridden: by the caller's own bounds",
    )


class QueryPlan(_Record):
    """What was read in the question's words, and the bounds that they set beside the caller's own."""

    standalone_question: str
    asks: Asks | None = Field(default=None, description="for the latest state, a past event, a change over time")
    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()
    words: tuple[PlanWords, ...] = ()


class Answer(_Record):
    """An answer, cited and checked, or a refusal; never both."""

    question: str
    standalone_question: str
    as_of: date | None = None
    plan: QueryPlan | None = None
    text: str
    style: Style = "full"
    short: str | None = Field(default=None, description="the bare fact, where one could be told")
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    reports: tuple[Report, ...] = Field(
        default=(), description="what each outlet reports where they differ, in the order of time"
    )
    confidence: float | None = Field(
        default=None, ge=0, le=1, description="how likely the answer is right; below a threshold it is refused"
    )
    refusal: Refusal | None = None
    llm_failure: LLMFailure | None = Field(
        default=None, description="why the LLM gave no answer; the sentences are then the articles' own"
    )
    passages: tuple[Passage, ...] = ()
    usage: Usage = Usage()
    timings_ms: Timings = Timings()
    model: str
    prompts: dict[str, str] = Field(default_factory=dict, description="prompt name -> fingerprint")


class PassagesFound(_Record):
    """The first event of a stream: how the question was read, and what was retrieved, best first."""

    passages: tuple[Passage, ...]
    plan: QueryPlan | None = None


class TextDelta(_Record):
    """A piece of the answer as the LLM writes it: not yet cited, not yet checked."""

    text: str


class TextWithdrawn(_Record):
    """The text streamed so far does not count: the LLM begins again."""


class AnswerReady(_Record):
    """The last event of a stream: the checked answer, which replaces the text streamed so far."""

    answer: Answer


StreamEvent = PassagesFound | TextDelta | TextWithdrawn | AnswerReady
