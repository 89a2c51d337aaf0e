"""Answers to how things stand: the sentence of the newest report first, with that report's day."""

import re
from collections.abc import Sequence
from datetime import date

from rag.asks import Asks
from rag.citations import Cited, renumbered
from rag.claims import STOP_WORDS
from rag.dates import long_date
from rag.texts import read

# Of the first sentence's score; a newer one that is less close may be about something else. Of 16 bundled questions for
# the latest, 6 had the fact in the first quote and 8 have it in the newest; 0.9 gains one of these only, 0.6 no more.
AS_CLOSE = 0.8
_STANDS = re.compile(r"\b(?:is|are|has|have|remains?|stands?|now)\b")  # "As of 3 May, they met" is no English
_PAST = re.compile(r"\b(?:was|were|had|did|said)\b|\b[a-z]{3,}ed\b")
_END = re.compile(r"[.!?…]*[\"'”’)]*$")


def led_by_newest(cited: Sequence[Cited], asks: Asks | None) -> list[Cited]:
    """The sentences, of an answer to how things stand that of the newest report first, and dated; else as they are."""
    if asks != "latest" or not cited:
        return list(cited)
    lead = _newest(cited)
    rest = [item for item in cited if item is not lead]
    return renumbered([_with_day(lead), *rest])


def _newest(cited: Sequence[Cited]) -> Cited:
    """The supported sentence of the newest report that is about as close to the question as the first one."""
    first = cited[0]
    near = [
        item
        for item in cited
        if item.sentence.verdict == "supported" and _score(item) >= AS_CLOSE * _score(first) and _day(item)
    ]
    newest = max(near, key=lambda item: _day(item) or date.min, default=first)
    return newest if (_day(newest) or date.min) > (_day(first) or date.min) else first


def _score(item: Cited) -> float:
    return max((words.score for words in item.evidence), default=0.0)


def _day(item: Cited) -> date | None:
    """The day of the newest report that it rests on."""
    return max((day for words in item.evidence if (day := words.article.published_at)), default=None)


def _with_day(item: Cited) -> Cited:
    day = _day(item)
    if day is None or _names_a_day(item.sentence.text):
        return item
    return Cited(item.sentence.model_copy(update={"text": dated(item.sentence.text, day)}), item.evidence)


def _names_a_day(text: str) -> bool:
    """Whether it names a day of the calendar; whoever reads "on Tuesday" does not know which."""
    return any(told.day for mention in read(text, None).dates for told in mention.meanings)


def dated(text: str, day: date) -> str:
    """The sentence with the day of its report: in front where it tells how things stand, else at its end.

    >>> dated("The toll is 14.", date(2025, 9, 30)), dated("Lee won.", date(2025, 9, 30))
    ('As of 30 September 2025, the toll is 14.', 'Lee won (30 September 2025).')
    """
    opening = text.split(maxsplit=1)[0] if text.split() else ""
    is_state = _STANDS.search(text) and not _PAST.search(text)
    if is_state and opening != "I" and opening.capitalize() == opening and opening.lower() in STOP_WORDS:
        return f"As of {long_date(day)}, {text[0].lower()}{text[1:]}"
    end = _END.search(text)
    at = end.start() if end else len(text)
    return f"{text[:at]} ({long_date(day)}){text[at:]}"
