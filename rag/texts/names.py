"""The names in a text, and whether another text has them: by their last part, without titles, or by their initials."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.claims import CAPITALS, stem_of
from rag.dates import WEEKDAYS

SHARED_LETTERS = 4  # letters; "Chile" and "Chilean" share more, "Iran" and "Iranian" these
_PARTICLE = r"(?:al|el|bin|ibn|de|da|di|du|del|der|den|van|von|la|le)(?=\s+(?:de |der |la |los |las )?[A-Z])"
_SHORT = r"(?:Mr|Mrs|Ms|Dr|Prof|Gen|Sen|Rep|Gov|Lt|Col|Capt|Sgt|St|[A-Z])\.(?=\s)"  # a full stop ends the rest
_WORD = rf"(?:{_SHORT}|[A-Z](?:[\w'’]|\.(?=\w)|-(?=\w))*)"
_NAME = re.compile(rf"(?<![\w'’-]){_WORD}(?:\s+(?:{_WORD}|{_PARTICLE}))*(?:\s+(?:of|the)+\s+(?=[A-Z])[A-Z][\w'’-]*)*")
_TAIL = re.compile(r"-(?:based|sized|led|born|style|wide|backed|made|owned|held|run|era|like|speaking|bound|listed)$")
_LONG = re.compile(r"\b[A-Z]\w+(?:[ -](?:(?:of|for|and|the|on|in|de) ){0,2}[A-Z]\w+)+")
_ENDINGS = frozenset(
    "n an ian ean nian ese ish i ic s en a ia land ans ians ern er ers ine ino ites ite is iards iard wide".split()
)
_ADJECTIVES = frozenset(
    frozenset(pair.split("/"))
    for pair in """
    france/french germany/german spain/spanish netherlands/dutch switzerland/swiss greece/greek denmark/danish
    poland/polish sweden/swedish turkey/turkish ireland/irish iceland/icelandic portugal/portuguese wales/welsh
    scotland/scottish england/english philippines/filipino uk/british peru/peruvian norway/norwegian
    """.split()
)
_TITLES = frozenset(
    """mr mrs ms mx miss dr prof professor sir dame lord lady president vice-president premier prime minister chancellor
    governor gov mayor senator sen representative rep congressman congresswoman secretary king queen prince princess
    pope general gen colonel col captain capt major lieutenant lt sergeant sgt admiral judge justice chief chairman
    chairwoman ceo director speaker ambassador archbishop bishop cardinal rabbi imam sheikh officer detective coach
    editor spokesman spokeswoman spokesperson leader chairperson commissioner marshal emperor attorney deputy
    """.split()
)
_NO_NAMES = frozenset(
    {
        *(day.lower() for day in WEEKDAYS),
        *"""january february march april may june july august
    september october november december i it tv ceo pm ai gdp dna mp mps id ok vip""".split(),
    }
)
# What starts a sentence in lower case elsewhere: without this, "Police said" would name somebody.
_COMMON = frozenset(
    """a an the and but or so yet if in on at by for from with to of as it he she they we you i his her its their our
    this that these those there here when while after before since because although though despite during until once
    where what why how who which whose whether however meanwhile moreover still also then now instead earlier later
    last next many most several both such another other others even not only just some all any each every few no none
    nobody nothing somebody someone everybody everyone anybody something everything first second third
    one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundreds
    thousands millions dozens according about around nearly almost over more less fewer up under than both either
    police work parliament congress government inflation profit profits trade health food water oil gas beer gold fire
    rain snow frozen people men women children former current new old young local early late high low big small
    yes roughly exactly precisely half twice only overall total average sales output demand growth unemployment
    public private state federal national military army navy security justice science research music sport football
    traffic crime war peace work workers labour staff class climate power energy money debt news data support help
    while within without above below between through throughout across against along amid among""".split()
)
_ORDINARY = re.compile(r"(?:s|ing|ed|ly|tion|sion|ment|ity|ness|ance|ence|ship|ism|ist)$")


@dataclass(frozen=True)
class Name:
    """A name where it stands; `opens` when a capital at the start of a sentence may be all that makes it one."""

    said: str
    parts: tuple[str, ...]
    start: int
    end: int
    opens: bool = False

    @property
    def last(self) -> str:
        """The part that it goes by."""
        return self.parts[-1]


def names_of(text: str) -> tuple[Name, ...]:
    """The names in a text, in order, without titles: "Prime Minister Ishiba's" is "Ishiba"."""
    found = list[Name]()
    for match in _NAME.finditer(text):
        found.extend(_without_titles(match, text))
    return tuple(found)


def _without_titles(match: re.Match[str], text: str) -> Iterable[Name]:
    run = list[re.Match[str]]()
    opens = _opens_sentence(text, match.start())
    pieces = list(re.finditer(r"[\w.'’-]+", match.group()))
    for n, piece in enumerate(pieces):
        word = _bare(piece.group())
        if word in _TITLES or word in _NO_NAMES or (opens and n == 0 and word in _COMMON):
            yield from _named(run, match.start(), opens=False)
            run = []
        else:
            run.append(piece)
            if re.search(r"['’]s$", piece.group()):
                yield from _named(run, match.start(), opens=opens and n == 0)
                run = []
    yield from _named(run, match.start(), opens=opens and len(pieces) == 1)


def _opens_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip()
    return not before or before[-1] in ".!?:\"“'‘(" or text[:start].endswith("\n")


def _named(run: Sequence[re.Match[str]], offset: int, *, opens: bool) -> Iterable[Name]:
    while run and run[-1].group().lower() in {"of", "the", "on", "de", "van", "von", "la", "le"}:
        run = run[:-1]
    parts = tuple(_bare(piece.group()) for piece in run if piece.group() not in {"of", "the", "on"})
    if any(len(part) > 1 for part in parts):
        said = " ".join(re.sub(r"['’]s?$", "", piece.group()) for piece in run)
        yield Name(said, parts, offset + run[0].start(), offset + run[-1].end(), opens and len(parts) == 1)


def _bare(word: str) -> str:
    word = _TAIL.sub("", re.sub(r"['’]s?$", "", word.lower().rstrip(".")))
    return word.replace(".", "").strip("'’-")


@lru_cache(maxsize=20_000)  # pairs; the same words meet again and again
def is_same_word(one: str, other: str) -> bool:
    """Whether two words of names are forms of one: "chile" and "chilean", or a country and its capital."""
    if one == other or frozenset((one, other)) in _ADJECTIVES:
        return True
    shared = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if shared < min(SHARED_LETTERS, len(one), len(other)) or shared < SHARED_LETTERS - 1:
        return False
    return one[shared:] in _ENDINGS | {"", "e", "y", "ce"} and other[shared:] in _ENDINGS | {"", "e", "y", "ce"}


def initials_of(text: str) -> frozenset[str]:
    """The initials, in lower case, by which the long names of a text may go: "National Centre for Disease Control"."""
    names = (re.findall(r"[A-Z]\w*", match.group()) for match in _LONG.finditer(text))
    return frozenset("".join(part[0] for part in parts).lower() for parts in names)


def is_title(word: str) -> bool:
    """Whether a word is a title, which names have and have not."""
    return _bare(word) in _TITLES


def is_ordinary(name: Name) -> bool:
    """Whether the one word that opens a sentence looks like no name: "Councillors", "Negotiations"."""
    return name.opens and bool(_ORDINARY.search(name.last)) and not name.said.isupper()


def is_named(name: Name, words: frozenset[str], names: Sequence[Name]) -> bool:
    """Whether a text with these words (in lower case) and names has this name, and no other of the same last part.

    "Adaeze Okafor" is there where "Okafor" is; "Brno University" is not where "Ostrava University" is.
    """
    missing = [part for part in name.parts if not _has(part, words)]
    if not missing:
        return True
    if _initials(name) in words or any(_initials(other) == name.last for other in names):
        return True
    if name.last in missing:
        return False
    return not any(_rivals(name, other) for other in names)


def _has(part: str, words: frozenset[str]) -> bool:
    pieces = re.findall(r"[^\W\d_]+|\d+", part)  # "Ostend-on-Sea", "PS4"
    return part in words or all(piece in words for piece in pieces) or any(is_same_word(part, word) for word in words)


def goes_by_country(name: Name, words: frozenset[str]) -> bool:
    """Whether it is a capital, and its country is there: a government goes by either, a place does not."""
    country = CAPITALS.get(stem_of(name.last))
    return country is not None and any(stem_of(word) == country for word in words if word)


def _rivals(name: Name, other: Name) -> bool:
    """Whether the other name has the same last part and another one before it."""
    if len(other.parts) < len(("given", "last")) or not is_same_word(name.last, other.last):
        return False
    before = other.parts[:-1]
    return not any(
        is_same_word(part, word) or (part[0] == word[0] and 1 in {len(part), len(word)})
        for part in name.parts[:-1]
        for word in before
    )


def _initials(name: Name) -> str:
    return "".join(part[0] for part in name.parts) if len(name.parts) > 1 else ""
