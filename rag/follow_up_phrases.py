"""The phrases of a question or answer that another question can point back to: names, things, times, statements.

Without a tagger: what is a verb is guessed from its form and its place. A phrase that is cut too long or too short
reads oddly, but still holds the words that a search needs.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from index import sentence_spans
from rag.claims import CAPITALS, STOP_WORDS, stem_of
from rag.periods import periods
from rag.relative_periods import Now
from rag.texts.names import Name, is_title, names_of
from rag.texts.words import Word, is_verb, words_of

LONGEST_STATEMENT = 40  # words of an answer that a question can carry and still be read
DETERMINERS = frozenset("the a an this that these those his her its their my our your each every any no".split())
AUXILIARIES = frozenset(
    """do does did will would can could shall should may might must is are was were has have had am be been being
    isn't aren't wasn't weren't don't doesn't didn't won't hasn't haven't hadn't""".split()
)
_BEFORE_PLAIN_VERB = frozenset("do does did will would can could shall should may might must".split())
_BEFORE_VERB = _BEFORE_PLAIN_VERB | {"to", "who", "what"}
QUESTION_WORDS = frozenset("who whom whose what which when where why how".split())
_OPENERS = STOP_WORDS | AUXILIARIES | frozenset("compare tell name give list show explain describe".split())
# Plain verbs that end a question about their subject: "How did the vote on the tram go?"
PLAIN_VERBS = frozenset("go come happen end begin start stop change hold take become make get do cost say".split())
_JOINS = frozenset("of in for on at between from to with against over about near".split())
_MARKER = re.compile(r"\s*\[[\d,; ]+\]")
_PRESENT = re.compile(r"(?:[A-Z][\w'’]+ ){1,4}[a-z]+[a-rt-z]s (?!and\b)")  # "Irma Dahl leads"
_LEAD = re.compile(r"^(?:yes|no|yes and no|not quite|not exactly|correct|right|exactly)\b[,.:;!]*\s*", re.IGNORECASE)
_IN = re.compile(
    r"\b(?:visit|visits|visited|in|at|near|outside|across|around|off)\s+(?:the\s+)?(?:\w+\s+of\s+)?$", re.IGNORECASE
)
_BY_THE = re.compile(
    r"(?:\b(?:on|in|by|since|until|till|before|after|from|during|at|around|over|of|as of|the end of|early|late|mid)\s+"
    r"(?:the\s+)?)+$",
    re.IGNORECASE,
)
_TITLE = re.compile(r"([\w.'’-]+)\s+$")


@dataclass(frozen=True)
class Phrase:
    """Words where they stand: `text[start:end] == said`."""

    said: str
    start: int
    end: int


def lowered(text: str) -> str:
    """The text as it reads inside a sentence: its first word in lower case, unless that is a name."""
    first = re.match(r"\w+", text)
    if first and (first.group().lower() in _OPENERS or first.group() in {"No", "Initial", "First"}):
        return text[0].lower() + text[1:]
    if first and is_title(first.group()):
        return text
    named = [name for name in names_of(text) if name.start == 0 and not _may_be_plain(name, text)]
    return text if named or not first or first.group().isupper() else text[:1].lower() + text[1:]


def _may_be_plain(name: Name, text: str) -> bool:
    """Whether only its place at the start of a sentence makes it look like a name: followed by a plain word."""
    return name.opens and bool(re.match(r"\s+[a-z]", text[name.end :])) and name.said.endswith(("s", "ing", "people"))


@lru_cache(maxsize=256)
def names(text: str) -> tuple[Name, ...]:
    """The names in a question or answer, in order."""
    return names_of(lowered(text))


def is_place(name: Name, *texts: str) -> bool:
    """Whether one of the texts speaks of it as a place, or it is a state or its capital."""
    if any(stem_of(part) in _STATES for part in name.parts) and not name.last.endswith(("ese", "ish", "ian", "ean")):
        return True
    return any(_IN.search(text[: match.start()]) for text in texts for match in re.finditer(re.escape(name.said), text))


_STATES = frozenset(CAPITALS) | frozenset(CAPITALS.values())


def is_person(name: Name, *texts: str) -> bool:
    """Whether one of the texts gives it a title, or lets it speak."""
    return any(
        ((before := _TITLE.search(text[: match.start()])) and is_title(before[1]))
        or re.match(r"\s+(?:said|says|told|wrote)\b", text[match.end() :])
        for text in texts
        for match in re.finditer(re.escape(name.said), text)
    )


def times(text: str) -> list[Phrase]:
    """The times that the text names, with the prepositions before them."""
    found = list[Phrase]()
    for period in periods(text, Now(datetime.now(UTC).date())):
        before = _BY_THE.search(text[: period.start])
        start = before.start() if before else period.start
        if found and re.fullmatch(r"\s*(?:and|to|until|till|-|–|,)?\s*", text[found[-1].end : start]):
            start = found.pop().start
        found.append(Phrase(text[start : period.end], start, period.end))
    return found


def sentences(answer: str) -> list[str]:
    """The sentences of an answer, without markers, "Yes" and "No"."""
    text, found = _MARKER.sub("", answer), list[str]()
    for start, end in sentence_spans(text):
        sentence = _LEAD.sub("", text[start:end].strip())
        if found and _is_open(found[-1]):
            found[-1] += f" {sentence}"
        elif sentence:
            found.append(sentence)
    return found


def _is_open(text: str) -> bool:
    """Whether a quotation in it has not ended."""
    return text.count('"') % 2 == 1 or text.count("“") > text.count("”")


def statement(answer: str) -> str | None:
    """What the answer states, as it reads after "that"; None: it states nothing, or too much to repeat."""
    stated = [sentence.rstrip(".!") for sentence in sentences(answer) if _is_clause(sentence)]
    for kept in (stated[:2], stated[:1]):
        text = " and that ".join(lowered(sentence) for sentence in kept)
        if text and len(text.split()) <= LONGEST_STATEMENT:
            return text
    return None


def _is_clause(sentence: str) -> bool:
    words = words_of(sentence)
    return len(words) > 2 and not sentence.endswith("?") and any(_is_finite(word) for word in words[1:])  # noqa: PLR2004


def _is_finite(word: Word) -> bool:
    return word.text.lower() in AUXILIARIES | {"said", "says", "reported"} or (
        is_verb(word) and word.text.lower() not in _NOUNS
    )


def has_verb(text: str) -> bool:
    """Whether the text has a word that can be its verb."""
    return any(_is_finite(word) for word in words_of(text)) or bool(_PRESENT.match(text))


def things(text: str) -> list[Phrase]:
    """The things that a question or answer speaks of, in order: "the water levy", "Magnus Rell", "180 homes"."""
    read = without_times(lowered(text))
    words, named = words_of(read), names(text)
    runs = list[list[Word]]()
    for n, word in enumerate(words):
        if runs and runs[-1] and runs[-1][-1] is words[n - 1] and _goes_on(read, runs[-1], word, named):
            runs[-1].append(word)
        elif (word.text.lower() in DETERMINERS and not _is_conjunction(word, words)) or _is_content(word):
            runs.append([word])
    kept = (_noun(run, words) for run in runs)
    return [_phrase(text, run[0].start, run[-1].end) for run in kept if run]


def _phrase(text: str, start: int, end: int) -> Phrase:
    """The phrase between these places, without the "'s" at its end."""
    said = re.sub(r"['’]s?$", "", text[start:end])
    return Phrase(said, start, start + len(said))


def without_times(text: str) -> str:
    """The text with its times blanked, but for those that name something: "the November vote"."""
    for time in times(text):
        if not re.match(r"\s+[a-z]{4,}", text[time.end :]) or time.said[:1].islower():
            text = text[: time.start] + " " * (time.end - time.start) + text[time.end :]
    return text


def _is_content(word: Word) -> bool:
    return (
        word.is_telling
        and word.text.lower() not in _NO_THINGS
        and (word.text.lower() in _NOUNS or word.text[0].isupper() or not is_verb(word))
    )


# Forms of verbs, as `is_verb` sees them, that are mostly nouns in the news.
_NOUNS = frozenset(
    """person persons people man men woman women child children price prices vote votes voters sentence life lives deal
    deals strike strikes rise fall win loss losses sale sales meeting meetings death deaths cut cuts run lead fight
    growth payment payments injury injuries victory winner winners""".split()
)
_NO_THINGS = (
    AUXILIARIES
    | QUESTION_WORDS
    | frozenset(
        """true everybody everyone somebody someone anybody anyone nobody everything something anything nothing first
        last many much fewer less really exactly ago yes long once twice instead already still yet soon""".split()
    )
)


def _goes_on(text: str, run: Sequence[Word], word: Word, named: Sequence[Name]) -> bool:
    last, between = run[-1], text[run[-1].end : word.start]
    if between == "-":
        return True
    if not between.isspace() or len(between) > 1:
        return False
    if last.text.lower() in DETERMINERS or _is_described(run, word):
        return word.is_telling  # "the deal", "that lead", "the November vote" are no verbs
    if not _is_content(word):
        return False
    if not last.text[0].isupper() or run[0].text.lower() in DETERMINERS or last.text.endswith(("'s", "’s")):
        return True
    return any(name.start <= last.start and word.end <= name.end for name in named) or word.text[0].isupper()


def _is_conjunction(word: Word, words: Sequence[Word]) -> bool:
    """Whether it is the "that" of "true that Lee went"."""
    after = words[word.place + 1 : word.place + 2]
    before = words[word.place - 1].text.lower() if word.place else ""
    return word.text.lower() == "that" and (
        before in {"true", "said", "say"} or not after or after[0].text[0].isupper()
    )


def _is_described(run: Sequence[Word], word: Word) -> bool:
    """Whether a name between "the" and the word describes it: "the November vote"."""
    return (
        len(run) == len(("the", "November"))
        and run[0].text.lower() in DETERMINERS
        and run[-1].text[0].isupper()
        and (word.text.islower())
    )


def _noun(run: Sequence[Word], words: Sequence[Word]) -> list[Word]:
    """The part of the run that is a thing: without the adjective after "how", the plain verb after its subject."""
    kept = list(run)
    before = words[kept[0].place - 1] if kept[0].place else None
    if before and (before.text.lower() == "how" or _is_plain_verb(kept, before, words)):
        kept = kept[1:]
    elif before and kept[0].text.islower() and kept[0].text.lower() not in DETERMINERS and len(kept) == 1:
        kept = [] if before.text.lower() in _BEFORE_VERB or before.text[0].isupper() else kept
    elif before and before.text.lower() in _BEFORE_PLAIN_VERB and _ends_in_verb(kept, words):
        kept.pop()
    if kept and _is_before_object(kept, words):
        kept.pop()
    return kept if any(word.text.lower() not in DETERMINERS for word in kept) else []


def _is_plain_verb(run: Sequence[Word], before: Word, words: Sequence[Word]) -> bool:
    """Whether the run starts with a verb: "to deliver cells", "who runs the taxi", "did Lee receive Mr Ishiba"."""
    if not run[0].text.islower() or run[0].text.lower() in DETERMINERS:
        return False
    after = words[run[0].place + 1].text.lower() if run[0].place + 1 < len(words) else ""
    asks = before.text.lower() in {"to", "who"} or (before.text.lower() == "what" and after not in AUXILIARIES)
    return asks or (before.text[0].isupper() and len(run) > 1 and run[1].text[0].isupper())


def _is_before_object(run: Sequence[Word], words: Sequence[Word]) -> bool:
    """Whether its last word is a verb: "the deal cuts the tariff"."""
    after = words[run[-1].place + 1] if run[-1].place + 1 < len(words) else None
    content = [word for word in run if word.text.lower() not in DETERMINERS]
    return (
        after is not None
        and after.text.lower() in {"the", "its", "his", "her", "their"}
        and (len(content) > 1 and run[-1].text.islower() and after.clause == run[-1].clause)
    )


def _ends_in_verb(run: Sequence[Word], words: Sequence[Word]) -> bool:
    """Whether the run took in the verb that follows its subject: "did the assembly decide on"."""
    after = words[run[-1].place + 1] if run[-1].place + 1 < len(words) else None
    rest = itertools.takewhile(lambda word: word.clause == run[-1].clause, words[run[-1].place + 1 :])
    ended = any(word.text in PLAIN_VERBS or word.text.lower() in {"be", "have"} for word in rest) or (
        after is not None and is_verb(after)
    )
    content = [word for word in run if word.text.lower() not in DETERMINERS]
    return not ended and not run[-1].text[0].isupper() and len(content) > 1


def is_bare(thing: str) -> bool:
    """Whether it is a bare word, which mostly belongs to its verb: "take part in", "put an end to"."""
    return thing.isalpha() and thing.islower() and not thing.endswith("s")


def whole_things(text: str) -> list[Phrase]:
    """The things, those that "of" or "in" join together: "the price of a ticket", "the run-off in Wenlow"."""
    joined = list[Phrase]()
    for phrase in things(text):
        between = text[joined[-1].end : phrase.start].strip().lower() if joined else ""
        if joined and between in _JOINS and not (between != "of" and is_bare(joined[-1].said)):
            start = joined.pop().start
            joined.append(Phrase(text[start : phrase.end], start, phrase.end))
        else:
            joined.append(phrase)
    return joined
