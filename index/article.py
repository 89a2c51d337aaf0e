"""The record that flows in: one article, its typed fields, and where each field came from."""

from datetime import date
from hashlib import sha256
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

ID_HASH_LENGTH = 16  # hex characters; a collision among a million articles has odds of 1 in 37 million


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
    origin: str | None = Field(default=None, description="file (and record in it) that it was read from")
    provenance: dict[str, str] = Field(default_factory=dict, description="field name -> where its value stood")
    id: str = ""

    @model_validator(mode="after")
    def _derive_id(self) -> Self:
        identity = self.url or self.origin or self.text
        object.__setattr__(self, "id", sha256(identity.encode()).hexdigest()[:ID_HASH_LENGTH])
        return self

    @property
    def text_sha256(self) -> str:
        """The hash of the text alone: equal for exact copies."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def fingerprint(self) -> str:
        """The hash of everything that is stored: differs when an article was edited."""
        return sha256(self.model_dump_json(exclude={"id", "origin"}).encode()).hexdigest()
