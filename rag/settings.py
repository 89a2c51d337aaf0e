"""Settings of the engine, from the environment."""

from typing import Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
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
    price_in: float | None = Field(
        default=None,
        alias="DATELINE_PRICE_IN",
        ge=0,
        allow_inf_nan=False,
        description="US dollars for a million tokens that the LLM reads",
    )
    price_out: float | None = Field(
        default=None,
        alias="DATELINE_PRICE_OUT",
        ge=0,
        allow_inf_nan=False,
        validate_default=True,
        description="US dollars for a million tokens that it writes",
    )
    threads: int | None = Field(default=None, alias="DATELINE_THREADS", ge=1, description="None: all cores")
    unsupported: Literal["drop", "strike"] = Field(
        default="drop",
        alias="DATELINE_UNSUPPORTED",
        description="what becomes of a sentence that the articles do not bear out: left out, or shown struck",
    )
    timeout: float = Field(default=SILENCE_S, alias="DATELINE_TIMEOUT", gt=0, description="seconds of silence")

    @property
    def prices(self) -> tuple[float, float] | None:
        """US dollars for a million tokens read, and written; None: nobody told them."""
        return None if self.price_in is None or self.price_out is None else (self.price_in, self.price_out)

    @field_validator("price_out")
    @classmethod
    def _is_one_of_two(cls, price_out: float | None, info: ValidationInfo) -> float | None:
        if (price_out is None) != (info.data.get("price_in") is None):
            raise ValueError("a cost needs both DATELINE_PRICE_IN and DATELINE_PRICE_OUT")
        return price_out
