"""Settings of the index, from the environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def default_index_path() -> Path:
    """The index in the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("dateline", appauthor=False) / "index"


class IndexSettings(BaseSettings):
    """Where the index lives and how it is made; every field has an environment variable."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    index: Path = Field(default_factory=default_index_path, alias="DATELINE_INDEX")
    embed: str = Field(default="minilm", alias="DATELINE_EMBED")
    store: str | None = Field(default=None, alias="DATELINE_STORE", description="None: SQLite in the index folder")
    chroma_url: str | None = Field(default=None, alias="CHROMA_URL", description="None: Chroma embedded")
    threads: int | None = Field(default=None, alias="DATELINE_THREADS", ge=1, description="None: all cores")
