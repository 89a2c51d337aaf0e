"""Questions in, answers out: cited to the sentence, dated and checked.

A question flows in with the bounds it is asked under; an `Answer` flows out, whose citations give the
exact place of the exact words. Between them: plan, retrieve, select, generate, cite, verify.
"""

from rag.answer import (
    Answer,
    AnswerReady,
    ArticleRef,
    Citation,
    LLMFailure,
    Passage,
    PassagesFound,
    Refusal,
    Report,
    Sentence,
    StreamEvent,
    TextDelta,
    TextWithdrawn,
)
from rag.conversation import Turn
from rag.engine import QueryEngine
from rag.errors import LLMError, LLMUnavailableError, QuestionError, RagError, WeightsError
from rag.retrieval import HybridRetriever
from rag.settings import RagSettings

__all__ = [
    "Answer",
    "AnswerReady",
    "ArticleRef",
    "Citation",
    "HybridRetriever",
    "LLMError",
    "LLMFailure",
    "LLMUnavailableError",
    "Passage",
    "PassagesFound",
    "QueryEngine",
    "QuestionError",
    "RagError",
    "RagSettings",
    "Refusal",
    "Report",
    "Sentence",
    "StreamEvent",
    "TextDelta",
    "TextWithdrawn",
    "Turn",
    "WeightsError",
]
