"""The record that flows in: one article, its typed fields, and where each field came from."""

from datetime import date, datetime
from hashlib import sha256
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

ID_HASH_LENGTH = 16  # hex characters; a collision among a million articles has odds of 1 in 37 million

# Where the value of a field stood: in the record, row or object that was handed in; in what a page or file says
# about itself (HTML metadata, JSON-LD, front matter, mail headers, its address); in the article's own words; or in
# the name of its file.
Provenance = Literal["given", "metadata", "text", "file"]


class Article(BaseModel):
    """One article as it is stored: `text` is what every citation's offsets count in.

    `id` is derived, never given: from `url`, else `origin`, else the text, so that reading the same
    article again finds the same record.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1, description="clean text; paragraphs are separated by newlines")
    title: str = ""
    url: str | None = None
    source: str | None = Field(default=None, description="the outlet, as people name it")
    authors: tuple[str, ...] = ()
    published_at: date | None = Field(default=None, description="None: not known; such articles are undated")
    published_time: datetime | None = Field(default=None, description="the moment, only where its zone is known")
    modified_at: date | None = Field(default=None, description="the day of this wording, where it was changed")
    language: str | None = Field(default=None, description="ISO 639-1 code, such as en")
    origin: str | None = Field(default=None, description="file (and record in it) that it was read from")
    provenance: dict[str, Provenance] = Field(default_factory=dict, description="field name -> where its value stood")
    id: str = ""

    @field_validator("*", mode="before")
    @classmethod
    def _without_nul(cls, value: Any) -> Any:  # noqa: ANN401 - whatever was handed in
        """Databases end a text at a NUL, or refuse it; what stands in its place leaves offsets as they are."""
        return value.replace("\0", "\ufffd") if isinstance(value, str) else value

    @model_validator(mode="before")
    @classmethod
    def _split_moment(cls, fields: Any) -> Any:  # noqa: ANN401 - whatever was handed in
        """A `published_at` with a time of day becomes the day, and the moment where it has a zone."""
        moment = _moment(fields.get("published_at")) if isinstance(fields, dict) else None
        if moment is None:
            return fields
        times = {"published_time": moment} if moment.tzinfo else {}
        return times | fields | {"published_at": moment.date()}

    @model_validator(mode="after")
    def _derive(self) -> Self:
        identity = self.url or self.origin or self.text
        object.__setattr__(self, "id", sha256(identity.encode()).hexdigest()[:ID_HASH_LENGTH])
        given = self.model_fields_set & DESCRIBED
        told: dict[str, Provenance] = {name: "given" for name in sorted(given) if getattr(self, name)}
        object.__setattr__(self, "provenance", told | self.provenance)
        return self

    @property
    def text_sha256(self) -> str:
        """The hash of the text alone: equal for exact copies."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def fingerprint(self) -> str:
        """The hash of everything that is stored: differs when an article was edited."""
        return sha256(self.model_dump_json(exclude={"id", "origin"}).encode()).hexdigest()


def _moment(value: object) -> datetime | None:
    """The day and time that a value is, or writes; None for a day, and for whatever is neither."""
    if isinstance(value, str) and len(value) > len("2025-09-30"):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, datetime) else None


# The fields that say what an article is, and so have a provenance.
DESCRIBED = frozenset(
    ["title", "url", "source", "authors", "published_at", "published_time", "modified_at", "language"]
)
