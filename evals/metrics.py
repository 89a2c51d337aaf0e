"""Scores of one prediction against its gold answers, and the interval of a mean: pure functions.

`normalize_answer`, `exact_match` and `f1` follow the official SQuAD v1.1 evaluation script
(Rajpurkar et al., EMNLP 2016, https://arxiv.org/abs/1606.05250).
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

from rag.answer import Answer

RESAMPLES = 2000  # bootstrap samples; the ends of an interval move by less than a point between seeds
CONFIDENCE = 0.95  # share of the bootstrap means inside the interval

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_POSSESSIVE = re.compile(r"['’]s\b")
_DASHES = re.compile(r"[-‐‑‒–—]")  # noqa: RUF001 (the dashes that news text uses)


def normalize_answer(text: str) -> str:
    """The text in lower case, without punctuation, articles and extra white space.

    As in SQuAD, except that typographic quotes and dashes go too: SQuAD's script knows ASCII only.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKC", text).lower() if not _is_punctuation(c))
    return " ".join(_ARTICLES.sub(" ", plain).split())


def exact_match(prediction: str, golds: Sequence[str]) -> float:
    """1.0 if the prediction equals one of the gold answers after normalisation, else 0.0."""
    return float(any(normalize_answer(prediction) == normalize_answer(gold) for gold in golds))


def f1(prediction: str, golds: Sequence[str]) -> float:
    """The token F1 with the gold answer that it is closest to."""
    return max((_token_f1(prediction, gold) for gold in golds), default=0.0)


def contains(text: str, golds: Sequence[str]) -> bool:
    """Whether a gold answer stands in the text, whole words only: 19 does not stand in 2019.

    A dash counts as a space and a possessive 's is dropped on both sides, so that "Jae-myung" holds
    "Jae Myung" and "Busan's" holds "Busan".
    """
    words = f" {_spread(text)} "
    return any(gold and f" {gold} " in words for gold in map(_spread, golds))


def hit_at_k(passages: Sequence[str], golds: Sequence[str], *, k: int) -> float:
    """1.0 if a gold answer stands in one of the first k passages, else 0.0."""
    return float(any(contains(passage, golds) for passage in passages[:k]))


def answer_correct(answer: Answer, golds: Sequence[str]) -> float:
    """1.0 if it is not a refusal and a gold answer stands in its text or its short form, else 0.0."""
    said = (answer.text, answer.short or "")
    return float(answer.refusal is None and any(contains(text, golds) for text in said))


def cited_correct(answer: Answer, golds: Sequence[str]) -> float:
    """1.0 if it is not a refusal and a gold answer stands in the quote of a citation, else 0.0."""
    quotes = (citation.quote for citation in answer.citations)
    return float(answer.refusal is None and any(contains(quote, golds) for quote in quotes))


def bootstrap_interval(values: Sequence[float], *, seed: int = 0) -> tuple[float, float]:
    """The percentile bootstrap interval of the mean (Efron 1979, https://doi.org/10.1214/aos/1176344552).

    Resamples cases with replacement. The same values and seed give the same interval.
    """
    import numpy as np

    sample = np.asarray(values, dtype=float)
    picks = np.random.default_rng(seed).integers(0, len(sample), size=(RESAMPLES, len(sample)))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(sample[picks].mean(axis=1), [tail, 1 - tail])
    return float(low), float(high)


def _token_f1(prediction: str, gold: str) -> float:
    predicted, wanted = normalize_answer(prediction).split(), normalize_answer(gold).split()
    shared = sum((Counter(predicted) & Counter(wanted)).values())
    if not shared:
        return 0.0
    precision, recall = shared / len(predicted), shared / len(wanted)
    return 2 * precision * recall / (precision + recall)


def _spread(text: str) -> str:
    return normalize_answer(_DASHES.sub(" ", _POSSESSIVE.sub("", text)))


def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")
