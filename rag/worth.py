"""What a sentence is worth as evidence: pure functions, and the weights of what counts.

The weights are those of a conditional logit (McFadden 1974): of a question's sentences, the one with the gold answer
is chosen with a probability that grows with exp(worth). It was fitted on 378 questions of RealTime QA 2025 and 269 that
the bundled sets have to practise on, and confirmed on questions of 2024 and on `sample` (RESULTS.md). The weights are
relative to that of the cosine, which is 1.
"""

import re
from collections import Counter
from collections.abc import Sequence
from math import log

from rag.claims import Claim

SHARE_WEIGHT = 0.75  # of the share of the question's words that a sentence holds
RANK_WEIGHT = 0.2  # of the logarithm of its passage's rank
NAMES_WEIGHT = 0.21  # of the logarithm of the number of names that the question does not have
NUMBERS_WEIGHT = 0.3  # of that of numbers instead, where a number is asked for
COST_WEIGHT = 0.18  # of the logarithm of what it costs in tokens

_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|long|old|big|large|far|often|high|tall)\b|\bpercent|\b(?:what|which) (?:year|day|date|time)\b"
    r"|\bwhen\b",
    re.IGNORECASE,
)


def shares_of_question(asked: Claim, sentences: Sequence[Claim]) -> list[float]:
    """The share of the question's telling words that each sentence holds, rare ones weighing more.

    A word weighs its inverse document frequency, the documents being the sentences: Spärck Jones 1972,
    https://doi.org/10.1108/eb026526.
    """
    held = Counter(word for sentence in sentences for word in sentence.words & asked.words)
    weights = {word: log(1 + len(sentences) / (1 + held[word])) for word in asked.words}
    total = sum(weights.values()) or 1.0
    return [sum(weights[word] for word in sentence.words & asked.words) / total for sentence in sentences]


def new_facts(question: str, asked: Claim, sentences: Sequence[Claim]) -> list[float]:
    """What each sentence could answer with: the names that the question does not have, or the numbers.

    A name that opens a sentence is one if it stands inside another sentence, too.
    """
    if _ASKS_NUMBER.search(question):
        return [NUMBERS_WEIGHT * log(1 + len(sentence.numbers - asked.words)) for sentence in sentences]
    names = frozenset[str]().union(*(sentence.names for sentence in sentences)) - asked.words
    return [NAMES_WEIGHT * log(1 + len(sentence.words & names)) for sentence in sentences]


def prior(rank: int) -> float:
    """What speaks for a sentence whatever it says: that its passage was found early; ranks count from 0.

    >>> prior(0) > prior(1) > prior(9)
    True
    """
    return -RANK_WEIGHT * log(1 + rank)


def for_its_cost(worth: float, tokens: int) -> float:
    """The worth of a sentence that takes so many tokens, its article's heading included where it is the first.

    >>> for_its_cost(0.9, 20) > for_its_cost(0.9, 60)
    True
    """
    return worth - COST_WEIGHT * log(tokens)
