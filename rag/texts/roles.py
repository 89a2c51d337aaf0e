"""Who does what in a text: the names before each verb, or after its "by"; and who says what."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.texts.names import Name
from rag.texts.text import Reading
from rag.texts.words import Word, is_verb

CLOSE = 5  # words between a verb and what it is about: "must pay 4,200 passengers"
REACH = 8  # words between a name and its verb: "Samira Haddad, the editor of the Sawt, was released"
SPEECH = re.compile(
    r"\b(?:said|says?|told|tells|warn(?:ed|s)|announc(?:ed|es)|report(?:ed|s)|add(?:ed|s)|explain(?:ed|s)|caution(?:ed|s)"
    r"|promis(?:ed|es)|claim(?:ed|s)|wrote|writes|stat(?:ed|es)|insist(?:ed|s)|argu(?:ed|es)|pledg(?:ed|es)|call(?:ed|s)"
    r"|calling|describ(?:ed|es)|den(?:ied|ies)|admitted|admits|testified|saying|(?P<by>according to))\b",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"\b(?:in|at|of|from|to|for|with|against|by|on|near|off|over|between|than)\s+(?:\w+\s+){0,2}?$",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    r"\b(?:was|were|been|being|is|are|be)\s+(?:(?:\w+ly|still|also|not|never|now|already|being|been)\s+)*$"
)
_DETERMINERS = frozenset("the a an his her its their this that each every no".split())
_LOCATIVE = re.compile(
    r"\b(?:in|on|at|near|off|from|of|about|over|during|after|before|under|between)\s+(?:the\s+)?(?:\w+\s+of\s+)?$"
)
_JOINED = re.compile(r"(?:,|,? and|,? with| &)\s+(?:[a-z]+\s+){0,2}(?:[A-Z][a-z]+\s+){0,2}$")


@dataclass(frozen=True)
class Role:
    """A verb, the names that do it, and those after it that it may be done to."""

    verb: Word
    doers: tuple[Name, ...]
    others: tuple[Name, ...]
    before: tuple[Name, ...]  # all that may do it: "Hodge and Britain's prime minister, Eleanor Price, signed"
    after: tuple[Name, ...]  # with those of places: "came to the island of Jeju"


def roles_of(reading: Reading) -> Iterator[Role]:
    """The verbs with the names on either side; passives turned round."""
    for word in reading.telling:
        if not is_verb(word) or _is_noun(reading, word):
            continue
        before, after = _before(reading, word) or _inherited(reading, word), _after(reading, word)
        everywhere = (*before, *after)
        possible = _subjects(reading, word) or before
        if _PASSIVE.search(reading.text[: word.start]):
            agents = tuple(name for name in after if re.search(r"\bby\b", reading.text[word.end : name.start]))
            before, after, possible = agents, before, agents
        others = tuple(name for name in after if not _LOCATIVE.search(reading.text[: name.start]))
        yield Role(word, before, others, possible, everywhere)


def _is_noun(reading: Reading, word: Word) -> bool:
    """Whether it stands where a noun does: "the meeting", "a Tokyo meeting"."""
    before = reading.words[word.place - 1].text if word.place else ""
    return before.lower() in _DETERMINERS or (word.text.endswith("ing") and before[:1].isupper())


def _before(reading: Reading, word: Word) -> tuple[Name, ...]:
    """The name before the verb in its clause, and those joined to it by "and"."""
    names = _subjects(reading, word)
    doers = list(names[-1:])
    while doers and len(names) > len(doers):
        previous = names[-len(doers) - 1]
        if not _JOINED.fullmatch(reading.text[previous.end : doers[0].start]):
            break
        doers.insert(0, previous)
    return tuple(doers)


def _subjects(reading: Reading, word: Word) -> tuple[Name, ...]:
    return tuple(name for name in reading.names if name.end <= word.start and _is_subject(reading, name, word))


def _is_subject(reading: Reading, name: Name, word: Word) -> bool:
    here = reading.word_at(name.start)
    if here is None or here.clause != word.clause or word.place - here.place > REACH:
        return False
    between = reading.words[here.place : word.place]
    return not _PREPOSITION.search(reading.text[: name.start]) and not any(is_verb(other) for other in between)


def _inherited(reading: Reading, word: Word) -> tuple[Name, ...]:
    """The doers of the clause before, of a verb that opens its clause: "met Varga and promised"."""
    clause = [other for other in reading.words if other.clause == word.clause]
    opening = [other for other in clause if other.text.lower() not in {"and", "but", "then", "later", "also"}]
    if not word.clause or not opening or opening[0] is not word:
        return ()
    earlier = (other for other in reading.telling if other.clause == word.clause - 1 and is_verb(other))
    first = next(earlier, None)
    return _before(reading, first) if first else ()


def _after(reading: Reading, word: Word) -> tuple[Name, ...]:
    places = ((name, reading.word_at(name.start)) for name in reading.names if name.start >= word.end)
    return tuple(
        name for name, here in places if here and here.clause == word.clause and here.place - word.place <= 2 * REACH
    )


def order_of(reading: Reading, word: Word) -> tuple[frozenset[str], frozenset[str]]:
    """The roots of the telling words just before a verb, and of those just after; a passive turned round."""
    clause = [other for other in reading.telling if other.clause == word.clause and not is_verb(other)]
    before = frozenset(other.root for other in clause if 0 < word.place - other.place <= CLOSE)
    after = frozenset(other.root for other in clause if 0 < other.place - word.place <= CLOSE)
    is_passive = _PASSIVE.search(reading.text[: word.start]) is not None
    return (after, before) if is_passive else (before, after)


def speakers_of(reading: Reading) -> Iterator[Name]:
    """The names that stand by a verb of saying."""
    for match in SPEECH.finditer(reading.text):
        after = next((name for name in reading.names if name.start >= match.end()), None)
        before = [name for name in reading.names if name.end <= match.start()]
        if after and _follows(reading.text[match.end() : after.start], match):
            yield after
        elif before and not match["by"] and _leads(reading.text[before[-1].end : match.start()]):
            yield before[-1]


def _follows(between: str, match: re.Match[str]) -> bool:
    """Whether a name after the verb is the speaker: "said owner Tor Lind", "according to Tor Lind"."""
    if match["by"]:
        return len(between.split()) <= REACH and not re.search(r"[.;]", between)
    is_turned = match.group().lower() in {"said", "says", "added", "warned"}
    titles = re.fullmatch(r"\s+(?:[a-z-]+\s+){0,3}(?:[A-Z][a-z]+ ){0,3}", between)
    return is_turned and bool(titles) and not re.search(r"\b(?:that|in|on|at|the|it|he|she|they|a)\b", between)


def _leads(between: str) -> bool:
    """Whether a name before the verb is the speaker: nothing but an aside stands between."""
    return bool(re.fullmatch(r"['’s]*\s*(?:,[^,;]{1,60},\s*)?(?:\w+\s+){0,2}", between)) or bool(
        re.fullmatch(r",? (?:who|which) [^,;.]{1,60},? (?:and )?", between)
    )
