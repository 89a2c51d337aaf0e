"""Scores of how an answer treats time."""

from collections.abc import Iterable
from datetime import date
from itertools import chain

from evals.gold import Question
from evals.metrics.support import is_of_support
from rag.answer import Answer, ArticleRef


def leaked(answer: Answer, as_of: date) -> float:
    """1.0 if something retrieved or cited was published after the day that was asked as of, else 0.0.

    What a rerun of the past must not do (RealTime QA, Kasai et al., NeurIPS 2023, https://arxiv.org/abs/2207.13332).
    """
    days = (article.published_at for article in _articles(answer))
    return float(any(day is not None and day > as_of for day in days))


def latest_first(question: Question, answer: Answer) -> float:
    """1.0 if the first cited article is at least as new as the newest support, else 0.0.

    The day of a support is what the question says, or else that of its article where the engine found it.
    """
    day = answer.citations[0].article.published_at if answer.citations else None
    told = [support.published_at for support in question.support if support.published_at]
    newest = max(chain(told, _days_of_support(question, answer)), default=None)
    return float(day is not None and newest is not None and day >= newest)


def _articles(answer: Answer) -> Iterable[ArticleRef]:
    return chain((p.article for p in answer.passages), (c.article for c in answer.citations))


def _days_of_support(question: Question, answer: Answer) -> Iterable[date]:
    found = chain(
        ((passage.article, passage.text) for passage in answer.passages),
        ((citation.article, citation.quote) for citation in answer.citations),
    )
    for article, text in found:
        if article.published_at and any(is_of_support(article, text, support) for support in question.support):
            yield article.published_at
