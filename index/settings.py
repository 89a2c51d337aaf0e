"""Settings of the index, from the environment."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

STORE_FILE = "articles.db"  # the article store, in the index folder
SCHEMA_VERSION = "2"  # of its tables; one of another version is not opened


def default_index_path() -> Path:
    """The index in the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("dateline", appauthor=False) / "index"


class IndexSettings(BaseSettings):
    """Where the index lives and how it is made; every field has an environment variable."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", populate_by_name=True, env_ignore_empty=True)

    index: Path = Field(default_factory=default_index_path, alias="DATELINE_INDEX")
    embed: str = Field(default="minilm", alias="DATELINE_EMBED")
    store: str | None = Field(default=None, alias="DATELINE_STORE", description="None: SQLite in the index folder")
    chroma_url: str | None = Field(default=None, alias="CHROMA_URL", description="None: Chroma embedded")
    chroma_headers: dict[str, SecretStr] = Field(
        default_factory=dict, alias="CHROMA_HEADERS", description="JSON; for a server behind a proxy"
    )
    private_hosts: str = Field(
        default="",
        alias="DATELINE_PRIVATE_HOSTS",
        description="hosts that may be on a private network, by commas; .example.org: all below it",
    )
    threads: int | None = Field(default=None, alias="DATELINE_THREADS", ge=1, description="None: all cores")

    @property
    def headers(self) -> dict[str, str]:
        """What every request to the Chroma server carries."""
        return {name: value.get_secret_value() for name, value in self.chroma_headers.items()}

    @property
    def intranet(self) -> list[str]:
        """The hosts that may be on a private network."""
        return self.private_hosts.replace(",", " ").split()

    @property
    def exists(self) -> bool:
        """Whether there is an index to open here, rather than nothing, or a folder of something else."""
        path = self.index.expanduser()
        return path.is_file() or (path.is_dir() and (self.store is not None or (path / STORE_FILE).exists()))
