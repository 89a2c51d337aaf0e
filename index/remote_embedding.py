"""Embeddings from any server of the OpenAI protocol."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from llama_index.core.bridge.pydantic import PrivateAttr

from index.embedding import TextEmbedding, Vectors, fingerprint_of, normalised, readable
from index.errors import EmbeddingError

if TYPE_CHECKING:
    import openai

REQUEST_TEXTS: Final = 256  # texts a request; at ~200 tokens each a sixth of the 300,000 that OpenAI takes
REQUEST_SECONDS: Final = 60.0  # a server that is silent for longer will not answer a reader in time


class RemoteEmbedding(TextEmbedding):
    """Unit vectors from any server of the OpenAI protocol, named by the usual environment variables."""

    _client: Any = PrivateAttr(default=None)

    @property
    def fingerprint(self) -> str:
        """A hash of the model's name: a server tells nothing more about its weights."""
        return fingerprint_of(self.name)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (n_texts, dim).

        Raises:
            EmbeddingError: no key, no server, a refusal, or a reply that does not fit the texts.
        """
        requests = [texts[i : i + REQUEST_TEXTS] for i in range(0, len(texts), REQUEST_TEXTS)]
        replies = [self._request([readable(text) or " " for text in request]) for request in requests]
        if len({reply.shape[1] for reply in replies}) > 1:
            raise self._unusable("vectors of different lengths")
        return np.concatenate(replies) if replies else np.zeros((0, 0), dtype=np.float32)

    def _request(self, texts: list[str]) -> Vectors:
        import openai

        try:
            reply = self._connected().embeddings.create(model=self.name.removeprefix("openai:"), input=texts)
        except openai.OpenAIError as error:
            raise self._unusable(str(error)) from error
        rows = [item.embedding for item in sorted(reply.data, key=lambda item: item.index)]
        if len(rows) != len(texts) or len({len(row) for row in rows}) != 1:
            raise self._unusable(f"{len(rows)} vectors for {len(texts)} texts")
        return normalised(np.array(rows, dtype=np.float32))

    def _connected(self) -> "openai.OpenAI":
        import openai

        if self._client is None:
            # A server of one's own usually wants no key, but the client insists on one.
            has_server = bool(os.environ.get("OPENAI_BASE_URL"))
            key = os.environ.get("OPENAI_API_KEY") or ("none" if has_server else None)
            self._client = openai.OpenAI(api_key=key, timeout=REQUEST_SECONDS)
        client: openai.OpenAI = self._client
        return client

    def _unusable(self, why: str) -> EmbeddingError:
        return EmbeddingError(
            f"no embeddings from {self.name}: {' '.join(why.split())}; "
            "check OPENAI_API_KEY and OPENAI_BASE_URL, or set DATELINE_EMBED=minilm"
        )
