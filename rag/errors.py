"""What can go wrong on the way to an answer.

    RagError
    ├── LLMError             the LLM cannot be used
    │   ├── LLMUnavailableError  nobody listens, the key is refused, it failed midway
    │   └── WeightsError     the embedded LLM's weights are missing or not the file they should be
    └── QuestionError        the question or its filters make no sense

Every message is one line: what happened: value; what to do.
"""


class RagError(Exception):
    """Anything that goes wrong in `rag`."""


class LLMError(RagError):
    """The LLM cannot be used."""


class LLMUnavailableError(LLMError):
    """Nobody listens at the address, the key is refused, or the LLM failed midway."""


class WeightsError(LLMError):
    """The embedded LLM's weights are missing, or are not the file they should be."""


class QuestionError(RagError):
    """The question or its filters make no sense."""
