"""The outlets that a question asks by name: "according to Reuters", "what did AP say", "in the Courier's report"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.words import Words

_SAYS = (
    r"(?:say|says|said|report|reports|reported|reporting|write|writes|wrote|written|claim|claims|claimed|tell|tells|told"
    r"|count|counts|counted|publish|publishes|published|print|prints|printed|estimate|estimates|estimated|quote|quotes"
    r"|quoted|cite|cites|cited|describe|describes|described|mention|mentions|mentioned|note|notes|noted|call|calls"
    r"|called|give|gives|gave|given|put|puts|name|names|named|find|finds|found|reveal|reveals|revealed|state|states"
    r"|stated|agree|disagree|differ|correct|corrected)"
)
_REPORT = (
    r"(?:reports?|reporting|stor(?:y|ies)|articles?|coverage|accounts?|figures?|numbers?|version|view|tally|counts?"
    r"|interviews?|editorials?|headlines?|reporters?|journalists?|correspondents?|own)"
)
_THE = r"(?:(?:the|newspaper|news\s+agency|agency|broadcaster|daily|weekly|magazine|site)\s+)*"
# What makes a name the source that is asked for; a bare name may be what the question is about.
_BEFORE = re.compile(
    rf"(?:\baccording\s+to\s+|\bas\s+|\bper\s+|\b(?:did|does|do|has|have|had)\s+"
    rf"|\b(?:reported|published|printed|written|carried|covered|quoted|cited|told)\s+(?:by|in|on)\s+"
    rf"|\b{_REPORT}\s+(?:by|from|in|of)\s+|\b(?:say|said|read|reads|stands?|stood|appeared|news)\s+(?:in|on|from)\s+"
    rf"|^\W*(?:in|from|on)\s+){_THE}$",
    re.IGNORECASE,
)
_SUBJECT = re.compile(rf"\b(?:did|does|do|has|have|had)\s+{_THE}$", re.IGNORECASE)
_SAYS_LATER = re.compile(rf"[^,;:.?!]*?\b{_SAYS}\b", re.IGNORECASE)
_AFTER = re.compile(
    rf"(?:\s+(?:has\s+|have\s+|had\s+)?{_SAYS}\b|['’]s?\s+(?:[\w-]+\s+){{0,2}}?{_REPORT}\b|\s+{_REPORT}\b)",
    re.IGNORECASE,
)
_EXCLUDED = re.compile(
    rf"\b(?:ran|carried|reprinted|picked\s+up|other\s+than|apart\s+from|besides|except|excluding|unlike|but\s+not|not)"
    rf"\s+(?:in\s+|from\s+|by\s+)?{_THE}$",
    re.IGNORECASE,
)
_AND = re.compile(rf"\s*(?:,|,?\s*\b(?:and|or|nor)\b)\s*(?:(?:in|by|from|to)\s+)?{_THE}", re.IGNORECASE)
_DOMAIN = re.compile(r"^(?:[\w-]+\.)*?([\w-]+)\.(?:(?:co|com|org|net|ac|gov)\.)?[a-z]{2,}$", re.IGNORECASE)
_SHORTEST_INITIALS = 2
_SHORTEST_JOINED = 4  # letters of a domain's name that may be written apart: "usatoday", "USA Today"


@dataclass(frozen=True)
class OutletWords(Words):
    """Words of a question that name outlets to ask."""

    sources: tuple[str, ...]


def outlets_named(question: str, sources: Sequence[str]) -> tuple[OutletWords, ...]:
    """The outlets, of these, that the question wants to hear, in the order of its words.

    A name counts where it is asked as a source ("Reuters reported"); elsewhere it may be what the question is about
    ("Who bought the Courier?").
    """
    named: list[OutletWords] = []
    for listed in _lists(question, list(_mentions(question, sources))):
        if not _EXCLUDED.search(question[: listed[0].start]) and _are_asked(question, listed):
            named += listed
    return tuple(named)


def _lists(question: str, found: Sequence[OutletWords]) -> list[list[OutletWords]]:
    """The mentions, those that "and" joins together."""
    lists: list[list[OutletWords]] = []
    for words in found:
        if lists and _AND.fullmatch(question[lists[-1][-1].end : words.start]):
            lists[-1].append(words)
        else:
            lists.append([words])
    return lists


def _are_asked(question: str, listed: Sequence[OutletWords]) -> bool:
    """Whether the names listed in one breath are asked as sources."""
    before, end = question[: listed[0].start], listed[-1].end
    if _SUBJECT.search(before):
        return bool(_SAYS_LATER.match(question, end))
    return bool(_BEFORE.search(before) or _AFTER.match(question, end))


def _mentions(question: str, sources: Sequence[str]) -> Iterator[OutletWords]:
    """Every outlet named in the question; of names that overlap, the longest."""
    spans: dict[tuple[int, int], list[str]] = {}
    for source in sources:
        for name in _names(source):
            for match in name.finditer(question):
                spans.setdefault(match.span(), []).append(source)
    end = 0
    for start, stop in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= end:
            yield OutletWords(question[start:stop], start, stop, tuple(dict.fromkeys(spans[start, stop])))
            end = stop


@lru_cache(maxsize=4096)  # outlets; compiling their patterns is most of the work
def _names(source: str) -> tuple[re.Pattern[str], ...]:
    return tuple(_patterns(source))


def _patterns(source: str) -> Iterator[re.Pattern[str]]:
    """How people write the outlet: its name without "The", its domain's name, its initials; AP in full."""
    domain = _DOMAIN.match(source.strip())
    words = re.findall(r"[^\W_]+", domain[1] if domain else source)
    core = words[1:] if len(words) > 1 and words[0].lower() == "the" else words
    if not core:
        return
    if domain:
        yield _pattern(re.escape(source.strip()))
        if len("".join(core)) >= _SHORTEST_JOINED:
            core = ["".join(core)]
            yield _pattern(r"[\s.’'-]?".join(core[0]))
    yield _pattern(r"[\s.,&’'-]+".join(map(re.escape, core)), exact=len(core) == 1)
    if domain and len(core) == 1:  # "cnn.com", "time.com"
        yield _pattern(rf"(?:{core[0].upper()}|{core[0].capitalize()})", exact=True)
    if len(core) >= _SHORTEST_INITIALS:
        yield _pattern("".join(word[0] for word in core).upper(), exact=True)
    elif core[0].isupper() and len(core[0]) >= _SHORTEST_INITIALS:
        yield _pattern(r"[\s-]".join(rf"{letter}[a-z]+" for letter in core[0]), exact=True)


def _pattern(name: str, *, exact: bool = False) -> re.Pattern[str]:
    """The name as whole words; in its very case where it may be an everyday word ("Metro", "Time") or initials."""
    written = rf"(?:{name}|(?<=ccording to )(?i:{name}))" if exact else rf"(?i:{name})"
    return re.compile(rf"(?<![\w.@]){written}(?![\w@]|\.\w)")
