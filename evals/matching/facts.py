"""Whether a text states a gold fact: one of the accepted forms stands in it."""

import logging

from evals.gold import DateForm, GoldFact, NumberForm, RegexForm
from evals.matching.dates import names_date
from evals.matching.numbers import states_number
from evals.matching.text import has_words
from rag.texts.plain_text import plain

MAX_SEARCHED = 20_000  # characters that a gold regex is searched in; an answer has under 2,000, a passage too
MAX_SEARCH_SECONDS = 1.0  # for one regex; a good one takes microseconds, "(a+)+$" would take years

_log = logging.getLogger(__name__)


def states_fact(text: str, fact: GoldFact) -> bool:
    """Whether one of the fact's accepted forms stands in the text.

    >>> states_fact("It passed, 19-14 [1].", GoldFact.model_validate("19"))
    True
    """
    return any(states(text, form) for form in fact.accept)


def states(text: str, form: str | NumberForm | DateForm | RegexForm) -> bool:
    """Whether the form stands in the text, however the text writes it; [n] markers and Markdown are no words.

    >>> states("Some 4.2 thousand people came.", NumberForm(number=4200, unit="people"))
    True
    >>> states("They met on Sept. 30 [2].", DateForm(date="2025-09-30"))
    True
    """
    if isinstance(form, NumberForm):
        return states_number(plain(text), form)
    if isinstance(form, DateForm):
        return names_date(plain(text), form)
    return _found(form.regex, plain(text)) if isinstance(form, RegexForm) else has_words(plain(text), form)


def _found(pattern: str, text: str) -> bool:
    """Whether the pattern is found in the start of the text, in time.

    Both bounds are needed: a bad pattern can take exponential time on a short text, and a model writes the text.
    """
    import regex  # `re` cannot be stopped

    try:
        return regex.search(pattern, text[:MAX_SEARCHED], regex.IGNORECASE, timeout=MAX_SEARCH_SECONDS) is not None
    except TimeoutError:
        _log.warning("regex given up after %s s: %r; write it without nested repetition", MAX_SEARCH_SECONDS, pattern)
        return False
