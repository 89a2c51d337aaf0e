"""Settings of the engine, from the environment."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

SILENCE_S = 120.0  # seconds without a byte; a 2,000-token prompt takes two CPU cores about 30 s to read


class RagSettings(BaseSettings):
    """Which LLM answers and how it is reached; every field has an environment variable."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", populate_by_name=True, env_ignore_empty=True)

    llm: str = Field(default="auto", alias="DATELINE_LLM")
    api_key: SecretStr | None = Field(default=None, alias="OPENAI_API_KEY")
    base_url: str | None = Field(default=None, alias="OPENAI_BASE_URL", description="None: OpenAI's own")
    model: str | None = Field(
        default=None,
        alias="OPENAI_MODEL",
        description="None: gpt-4o-mini, or the first model that the server at base_url lists",
    )
    threads: int | None = Field(default=None, alias="DATELINE_THREADS", ge=1, description="None: all cores")
    timeout: float = Field(default=SILENCE_S, alias="DATELINE_TIMEOUT", gt=0, description="seconds of silence")
