"""A question in, what kind of thing it asks for out: a person, a place, a number, a reason."""

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.claims import STOP_WORDS
from rag.span_nouns import NOUNS, Kind, kind_of_noun
from rag.texts.words import root_of

MAX_PHRASE = 6  # words after "which" in which the asked noun is looked for: "which former US cabinet member"
_KINDS_OF_THINGS = frozenset("type kind sort breed species form genre brand style piece variety flavour flavor".split())
_TRUE_OR_FALSE = re.compile(r"\btrue or false\b|^\W*(?:yes or no|fact or fiction)\b", re.IGNORECASE)
_YES_NO = re.compile(
    r"^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)\b", re.IGNORECASE
)
_CHOICE = re.compile(r"\bor\b", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:whom?|whose|where|when|why|how|which|what)\b", re.IGNORECASE)
_SIDE = frozenset({"when", "where", "who", "how", "why"})  # they open clauses, too: "the man who …"
_HOW = (
    (re.compile(r"how (?:many|large|big) (?:an? |of )?(?P<unit>percent|per cent)", re.I), "percentage"),
    (re.compile(r"how many (?P<unit>[\w'’-]+(?: [\w'’-]+)?)", re.I), "number"),
    (re.compile(r"how many", re.I), "number"),
    (re.compile(r"(?:by )?how much (?P<unit>time)\b", re.I), "duration"),
    (re.compile(r"how much (?P<unit>rain|snow|water|land|gas|oil|carbon|weight|sleep)\b", re.I), "measure"),
    (re.compile(r"how much", re.I), "money"),
    (re.compile(r"how (?:long ago|soon)", re.I), "date"),
    (re.compile(r"how (?:long|often|frequently)", re.I), "duration"),
    (re.compile(r"how (?P<unit>old|tall|high|far|fast|big|large|deep|heavy|wide|hot|cold|strong)\b", re.I), "measure"),
    (re.compile(r"how", re.I), "reason"),
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_WHAT_IS = re.compile(r"what(?:['’]s| is| was| are| were) (?:the |its |his |her |their |one of the )?", re.IGNORECASE)
_CALLED = re.compile(r"\b(?:called|named|known as|nicknamed|with (?:what|which) name)\b", re.IGNORECASE)
_ORDINAL = re.compile(r"\b(?:in )?(?:what|which) (?:place|position|rank)\b.*\b(?:finish|rank|place|come|came)", re.I)
_NOT_NOUNS = frozenset("new following major popular former famous iconic other recent these two three".split())


@dataclass(frozen=True)
class AnswerType:
    """What kind of thing is asked for, and the words of what it is to be called."""

    kind: Kind
    noun: str = ""  # in lower case: "airline" of "which Irish airline", "days" of "how many days"
    words: tuple[str, ...] = ()  # all of its phrase: "irish", "airline"


@lru_cache(maxsize=512)  # a question is read for every sentence of its evidence
def answer_type(question: str) -> AnswerType:  # noqa: PLR0911 (a kind of question each)
    """What kind of thing the question asks for.

    >>> answer_type("Which Irish airline bought ten aircraft?").kind
    'organisation'
    >>> answer_type("How many days did the strike last?")
    AnswerType(kind='number', noun='days', words=('days',))
    """
    if _TRUE_OR_FALSE.search(question):
        return AnswerType("yes_no")
    asked = _asking_part(question)
    word = asked[:5].lower()
    if not word:
        return AnswerType("yes_no" if _YES_NO.match(question) and not _CHOICE.search(question) else "other")
    if word.startswith("how"):
        return _of_how(asked)
    if word.startswith("who"):
        return AnswerType("person")
    if word.startswith("why"):
        return AnswerType("reason")
    if word in {"where", "when"} or word.startswith("when"):
        return AnswerType("place" if word == "where" else "date")
    return AnswerType("ordinal") if _ORDINAL.match(asked) else _of_noun(asked)


def _asking_part(question: str) -> str:
    """The question from the word on that asks; "": none does."""
    clauses = [clause for clause in re.split(r"(?<=[?!])\s+|(?<=[a-z0-9”\"’']\.)\s+(?=[A-Z])", question) if clause]
    for clause in reversed(clauses):
        places = list(_ASKS.finditer(clause))
        opening = [match for match in places if match.start() == 0]
        if not opening and _YES_NO.match(clause) and clause.rstrip().endswith("?"):
            return ""
        told = [match for match in places if match.group().lower() not in _SIDE or _before_how(match)]
        if told and opening and opening[0].group().lower() == "when":  # "When the strike ended, which union …"
            opening = []
        for match in (*opening, *told, *places):
            return clause[match.start() :]
    return ""


def _before_how(match: re.Match[str]) -> bool:
    return bool(re.match(r"how (?:many|much|long|old|far|often|big|tall)\b", match.string[match.start() :], re.I))


def _of_how(asked: str) -> AnswerType:
    for pattern, kind in _HOW:
        if match := pattern.match(asked):
            unit = (match.groupdict().get("unit") or "").lower()
            words = tuple(word for word in unit.split() if word not in STOP_WORDS)
            return AnswerType(_kind(kind), words[-1] if words else "", words)
    return AnswerType("reason")


def _kind(name: str) -> Kind:
    return next(kind for kind in (*NOUNS, "other", "reason") if kind == name)


def _of_noun(asked: str) -> AnswerType:
    """The type by the noun after "which" or "what", or after "what is the"."""
    defined = _WHAT_IS.match(asked)
    rest = asked[defined.end() :] if defined else asked.partition(" ")[2]
    phrase = _phrase(rest)
    head = _head(phrase)
    if head == "name" and (named := re.match(r"(?:\w+ )?names? of (?:the |a |an )?", rest)):
        phrase = _phrase(rest[named.end() :]) or phrase
        head = _head(phrase)
    if head in _KINDS_OF_THINGS:
        return AnswerType("thing", *_thing(rest, head))
    kind = kind_of_noun(head) or _by_ending(head)
    if defined and kind not in {"number", "money", "percentage", "measure", "date", "year", "reason"}:
        kind = "name" if _CALLED.search(asked) or kind in {"name", "work"} else kind or "other"
    return AnswerType(kind or ("thing" if head else "name" if _CALLED.search(asked) else "other"), head, phrase)


def _phrase(rest: str) -> tuple[str, ...]:
    """The words of the asked noun's phrase: "former cabinet member" of "former cabinet member resigned this"."""
    words = list[str]()
    for match in _WORD.finditer(rest):
        word = "u.s." if match.group() == "US" else re.sub(r"['’]s?$", "", match.group().lower())
        if (word in STOP_WORDS and words) or len(words) == MAX_PHRASE or _is_verb(word, words):
            break
        if word not in STOP_WORDS:
            words.append(word)
        elif rest[: match.end()].lower() == word:  # "what did", "what is": no noun follows
            return ()
    return tuple(words)


def _is_verb(word: str, before: list[str]) -> bool:
    return bool(before) and not kind_of_noun(word) and bool(re.search(r"[a-z]{2,}(?:ed|ing)$", word))


def _head(phrase: tuple[str, ...]) -> str:
    """The last word that is a known noun, of those side by side; else the last before a verb."""
    known = [n for n, word in enumerate(phrase) if kind_of_noun(word)]
    for n, word in enumerate(phrase):
        if word in _KINDS_OF_THINGS:
            return word
        if n in known and n + 1 not in known:
            return word
    plain = [word for word in phrase if word not in _NOT_NOUNS]
    return plain[0] if len(plain) == 1 else plain[1] if len(plain) > 2 else plain[-1] if plain else ""  # noqa: PLR2004


def _thing(rest: str, head: str) -> tuple[str, tuple[str, ...]]:
    after = re.search(rf"\b{re.escape(head)}s? of ", rest, re.IGNORECASE)
    phrase = _phrase(rest[after.end() :]) if after else ()
    return (phrase[-1] if phrase else head), phrase


def _by_ending(noun: str) -> Kind | None:
    people = re.search(r"(?:ist|ian|[^aeiou]er|eer|tor|sman|swoman|women|men)s?$", noun)
    return "person" if people and root_of(noun) not in {"number", "water", "weather", "ord"} else None
