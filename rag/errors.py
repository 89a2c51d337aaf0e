"""What can go wrong on the way to an answer.

    RagError
    ├── LLMError             the LLM cannot be used
    │   ├── LLMUnavailableError  nobody listens, the key is refused, it failed midway
    │   │   ├── BrokenOffError       its answer ended midway
    │   │   └── PromptTooLongError   it cannot read so much at once
    │   ├── UnusableDraftError   what it wrote cannot be an answer
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


class BrokenOffError(LLMUnavailableError):
    """The LLM's answer ended midway."""


class PromptTooLongError(LLMUnavailableError):
    """The LLM cannot read so much at once."""


class UnusableDraftError(LLMError):
    """What the LLM wrote cannot be an answer: it is empty, an echo, in another language, or without end."""


class WeightsError(LLMError):
    """The embedded LLM's weights are missing, or are not the file they should be."""


class QuestionError(RagError):
    """The question or its filters make no sense."""
