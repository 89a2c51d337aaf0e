"""The words of a text as they are compared: with their roots, their places and their clauses."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rag.claims import STOP_WORDS

SHORTEST_ROOT = 3  # letters that the ending of a form must leave; "red" and "sing" have none
SHORTEST_STEM = 4  # letters that the ending of another word must leave; "miner" is not "mine"
SHORTEST_CLAUSE = 3  # words; "Lee and Tanabe agreed" is one clause
_IRREGULAR = {
    form: root.strip()
    for root, forms in (
        line.split(":")
        for line in """
    be:is are was were been being am|beat:beaten|become:became|begin:began begun|break:broke broken|bring:brought
    build:built|buy:bought|catch:caught|choose:chose chosen|come:came|deal:dealt|do:did done does|draw:drew drawn
    die:dying died death deaths dead|drive:drove driven|fall:fell fallen|feel:felt|fight:fought|find:found|flee:fled
    fly:flew flown|freeze:froze frozen|get:got gotten|give:gave given|go:went gone|grow:grew grown growth
    have:has had having|hear:heard|hold:held|hurt:injure injured injures injuring injuries injury wounded|keep:kept
    know:knew known|lead:led|leave:left|lend:lent|lose:lost loss losses|make:made|mean:meant|meet:met meeting
    pay:paid payment|rise:rose risen|run:ran|say:said says|see:saw seen|seek:sought|sell:sold sale sales|send:sent
    shake:shook|shrink:shrank shrunk|sink:sank sunk
    speak:spoke spoken|spend:spent|stand:stood|steal:stole stolen|swear:swore sworn
    use:using used uses|strike:struck|take:took taken
    teach:taught|tear:tore torn|tell:told|think:thought|throw:threw thrown
    win:won winning winner victory|write:wrote written|life:lives|man:men|woman:women|child:children
    person:people persons|price:prices|vote:votes voted voting voters|sentence:sentenced|free:freed
    """.replace("\n", "|").split("|")
        if ":" in line
    )
    for form in forms.split()
}
_INFLECTED = re.compile(r"(?:ied|ies|ed|ings?|es|s)$")
_DERIVED = re.compile(r"(?:(?:less|ful|ment|ation|ition|ion|ness|er|or)s?|ly|al)$")  # the commonest: "agreement"
_WORD = re.compile(r"\d[\d,.]*\d|\d|[^\W\d_]+(?:['’.][^\W\d_]+)*")
_SPLITS = re.compile(
    r"[;:!?]\s|\.\s+(?=[A-Z\"“])|\s-\s|,?\s\b(?:while|whereas|but|although|though)\b|,?\s\band\b", re.IGNORECASE
)


class Word(NamedTuple):
    """A word where it stands: in which place of the text, and in which of its clauses."""

    text: str
    root: str
    start: int
    end: int
    place: int
    clause: int

    @property
    def is_telling(self) -> bool:
        """Whether it says something of its own."""
        return self.text.lower() not in STOP_WORDS or (len(self.text) > 1 and self.text.isupper())


@lru_cache(maxsize=20_000)  # words; a language's common ones
def root_of(word: str) -> str:
    """What a word shares with its other forms: 'agreements' -> 'agre', as 'agreed'; 'fell' -> 'fall'.

    >>> root_of("voted") == root_of("voters"), root_of("bought") == root_of("buys"), root_of("rise") == root_of("rose")
    (True, True, True)
    """
    lower = re.sub(r"['’]s?$", "", word.lower()).replace(".", "")
    if lower not in _IRREGULAR:
        lower = _without(_DERIVED, lower, SHORTEST_STEM)
        lower = _without(_INFLECTED, lower, SHORTEST_ROOT)
        if len(lower) > SHORTEST_ROOT and lower[-1] == lower[-2] and lower[-1] not in "aeiou":
            lower = lower[:-1]
    return _IRREGULAR.get(lower, lower).rstrip("e") or lower


def _without(endings: re.Pattern[str], word: str, shortest: int) -> str:
    ending = endings.search(word)
    if not ending or ending.start() < shortest or word.endswith("ss"):
        return word
    return word[: ending.start()] + ("y" if ending.group() in {"ies", "ied"} else "")


def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text, in order."""
    ends = [*clause_ends(text), len(text)]
    words, clause = list[Word](), 0
    for place, match in enumerate(_WORD.finditer(text)):
        while match.start() >= ends[clause]:
            clause += 1
        words.append(Word(match.group(), root_of(match.group()), *match.span(), place, clause))
    return tuple(words)


def clause_ends(text: str) -> list[int]:
    """Where the clauses of a text end, all but the last."""
    return list(_ends(text))


def _ends(text: str) -> Iterator[int]:
    start = 0
    for match in _SPLITS.finditer(text):
        before, after = text[start : match.start()], text[match.end() :]
        if (
            len(before.split()) < SHORTEST_CLAUSE
            or len(re.split(r"[;,]\s", after, maxsplit=1)[0].split()) < SHORTEST_CLAUSE
        ):
            continue
        yield match.start()
        start = match.end()


def is_verb(word: Word) -> bool:
    """Whether a word looks like a verb: in lower case, with a verb's ending, or of the irregular ones."""
    if not word.text[0].islower() or not word.is_telling:
        return False
    return word.text.lower() in _IRREGULAR or word.text.endswith(("ed", "ing")) or word.text in _PLAIN_FORMS


_PLAIN_FORMS = frozenset(_IRREGULAR.values()) - {"price", "sentence", "life", "person", "man", "woman", "child"}
