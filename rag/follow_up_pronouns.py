"""Pronouns resolved: a follow-up and the turn before it in, the follow-up with the names and things meant out."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from rag.claims import claim
from rag.follow_up import is_bound
from rag.follow_up_phrases import (
    Phrase,
    has_verb,
    is_person,
    is_place,
    lowered,
    names,
    sentences,
    statement,
    things,
    times,
    whole_things,
)
from rag.texts.names import Name

SHORTEST_QUOTATION = 4  # words; fewer may be a title or a nickname
LONGEST_THING = 8  # words of an answer that is taken whole for what "it" means: "A pale, eyeless shrimp"

_ARGUMENT = re.compile(r"^(?:\w+\s+)?(?:who|whom|whose|which|what)\b", re.IGNORECASE)
_SAID = (
    r"(?:say|says|said|claim|claims|claimed|report|reports|reported|deny|denied|confirm|confirmed|announce"
    r"|announced|write|wrote)"
)
_SAID_THAT = re.compile(
    rf"\b(?P<verb>{_SAID})\s+(?:that|this|so|it)(?=\s*(?:$|[?.!]|\b(?:and|in|on|at|to|after|before)\b))", re.IGNORECASE
)
_TOLD_THAT = re.compile(r"\b(?:(?:the\s+)?(?:words|quote|phrase))\b", re.IGNORECASE)
_THEN = re.compile(r"\b(?:(?P<by>by|since|until|before|after|from|back)\s+)?then(?=\s*(?:$|[?.!,]))", re.IGNORECASE)
_AROUND_THAT = re.compile(
    r"\b(?P<by>before|after|since|until|than)\s+(?:that|this)(?=\s*(?:$|[?.!,]|\b(?:and|in|on)\b))", re.IGNORECASE
)
_THERE = re.compile(r"\b(?:from\s+|over\s+|up\s+)?there(?=\s*(?:$|[?.!,]|\w))", re.IGNORECASE)
_IS_THERE = re.compile(
    r"(?:\b(?:is|are|was|were|be|been|will|has|have|had)\s+there|\bthere\s+(?:is|are|was|were|has|have|will|be|been))\b(?!\s*[?.!]*$)",
    re.IGNORECASE,
)
_DAY_AFTER = re.compile(
    r"\b(?:day|days|week|weeks|month|months|year|years)\s+(?:before|after)(?=\s*(?:$|[?.!,]))", re.IGNORECASE
)
_OF_THEM = re.compile(r"\bof\s+(?:them|these|those)\b", re.IGNORECASE)
_THE_OTHER = re.compile(
    r"\bthe\s+other(?:\s+(?:one|country|state|side|party|company|leader|man|woman|team|club|city|town|candidate))?"
    r"(?=\s*(?:$|[?.!,]|[a-z]))",
    re.IGNORECASE,
)
_PAIR = re.compile(r"\b([A-Z][\w'’]+(?: [A-Z][\w'’]+)*) (?:and|or) (?:the )?([A-Z][\w'’]+(?: [A-Z][\w'’]+)*)")
_ONE = re.compile(
    r"\b(?P<which>(?:the|that|this|which|another|any\s+other)(?:\s+(?:other|earlier|first|second|third|previous|next|last"
    r"|latest|older|newer|new|old|later|former))?)\s+(?P<one>ones?)\b",
    re.IGNORECASE,
)
_HIS = re.compile(
    r"\b(?:his|her(?!\s*(?:$|[?.!,]|\b(?:to|in|on|at|for|with|from|by|after|before|and|or)\b)))\b", re.IGNORECASE
)
_ITS = re.compile(r"\bits\b", re.IGNORECASE)
_THEIR = re.compile(r"\btheir\b", re.IGNORECASE)
_HE = re.compile(r"\b(?:he|she|him|her)\b", re.IGNORECASE)
_THEY = re.compile(r"\b(?:they|them|these|those)\b(?!\s+[a-z]+s\b)", re.IGNORECASE)
_IT = re.compile(r"\bit\b", re.IGNORECASE)
_OBJECT_IT = re.compile(
    r"(?<!is )(?<!was )(?<!did )(?<!does )(?<!will )(?<!has )(?<!had )(?<!would )(?<!can )(?<!could )(?<=[a-z] )\bit\b"
    r"(?=\s*(?:$|[?.,]|\b(?:in|on|at|to|from|with|by|after|before|and)\b))",
    re.IGNORECASE,
)
_THAT = re.compile(
    r"\b(?:this|that)(?=\s*(?:$|[?.!,]|\b(?:is|was|will|would|did|does|has|had|do|mean|happen|cost|work|change|affect"
    r"|start|begin|end|last|apply|and|in|on|to|come|lead to|take)\b))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Meant:
    """What the words of the turn before can be meant by a pronoun."""

    asked: str
    answer: str
    earlier: str = ""  # the questions before that one

    @cached_property
    def told(self) -> str:
        """The answer's sentences."""
        return " ".join(sentences(self.answer))

    @cached_property
    def _asks_for_a_thing(self) -> bool:
        return bool(_ARGUMENT.match(self.asked))

    @cached_property
    def names(self) -> list[Name]:
        """The names, the most likely first: what was asked for and answered, then what was asked about."""
        new = [name for name in names(self.told) if name.last not in {old.last for old in names(self.asked)}]
        asked, rest = list(names(self.asked)), [name for name in names(self.told) if name not in new]
        return [*new, *asked, *rest] if self._asks_for_a_thing else [*asked, *new]

    @cached_property
    def person(self) -> str | None:
        """Whom "he" or "she" means."""
        both = (self.asked, self.told)
        people = [name for name in self.names if not is_place(name, *both)]
        known = [name for name in people if is_person(name, *both) or len(name.parts) > 1]
        best = (known or people)[:1]
        return self._full(best[0]) if best else None

    def _full(self, name: Name) -> str:
        """The longest form of the name that was said."""
        forms = [other.said for other in self.names if other.last == name.last]
        said = max(forms, key=len, default=name.said)
        with_the = re.search(rf"\b[Tt]he {re.escape(said)}", f"{self.asked} {self.told}")
        return f"the {said}" if with_the else said

    @cached_property
    def thing(self) -> str | None:
        """What "it" means where it is the subject."""
        if self._asks_for_a_thing and 0 < len(self.told.split()) <= LONGEST_THING and not has_verb(self.told):
            return _definite(lowered(self.told.rstrip(".!")))
        return next(iter([*self._answered[:1], *self._asked_about]), None)

    @cached_property
    def object(self) -> str | None:
        """What "it" means where it is the object: the one of the question before (Lappin & Leass, CL 20(4), 1994)."""
        return self._asked_about[-1] if self._asked_about else self.thing

    @cached_property
    def matter(self) -> str | None:
        """What "that" means: rather a thing than a name."""
        return next((said for said in self._asked_about if said.split()[-1].islower()), self.thing)

    @cached_property
    def _asked_about(self) -> list[str]:
        """The things of the question before, definite ones first where there are any."""
        found = [
            thing for thing in whole_things(self.asked) if not self._is_person(thing) and not _is_measure(thing.said)
        ]
        return [_definite(thing.said) for thing in [t for t in found if self._is_definite(t)] or found]

    @cached_property
    def _answered(self) -> list[str]:
        """The things in the answer to "which" or "what" that were not in the question."""
        if not re.match(r"(?:\w+\s+)?(?:which|what)\b(?!\s+(?:is|are|was|were)\b)", self.asked, re.IGNORECASE):
            return []
        known = claim(f"about {self.asked}").words
        found = [thing for thing in whole_things(self.told) if self._is_definite(thing) and not self._is_person(thing)]
        return [_definite(thing.said) for thing in found if not claim(f"about {thing.said}").words & known]

    def _is_definite(self, thing: Phrase) -> bool:
        return bool(names(thing.said)) or thing.said.split()[0].lower() in {"the", "a", "an", "this", "that"}

    def _is_person(self, thing: Phrase) -> bool:
        found = names(thing.said)
        whole = bool(found) and len(found[0].said) >= len(re.sub(r"^the ", "", thing.said, flags=re.IGNORECASE))
        return whole and (is_person(found[0], self.asked, self.told) or self._speaks(found[0]))

    def _speaks(self, name: Name) -> bool:
        """Whether it is an outlet or a person that reports."""
        spoken = re.compile(rf"{re.escape(name.said)}\s+(?:\w+\s+)?{_SAID}\b")
        return any(spoken.search(text) for text in (self.asked, self.told))

    @cached_property
    def other(self) -> str | None:
        """The other one of two that were named together before."""
        for text in (self.asked, self.earlier):
            for pair in _PAIR.finditer(lowered(text)):
                rest = [said for said in pair.groups() if not re.search(rf"\b{re.escape(said)}\b", self._focus(text))]
                if len(rest) == 1:
                    return rest[0]
        return None

    def _focus(self, listed: str) -> str:
        """What was said last, beside the text that names both."""
        return self.told if listed == self.asked else self.asked

    @cached_property
    def group(self) -> str | None:
        """Whom or what "they" means."""
        joined = re.search(
            r"\b[A-Z]\w+(?:\s[A-Z]\w+)*(?:,\s[A-Z]\w+)*\s+and\s+(?:the\s+)?[A-Z]\w+(?:\s[A-Z]\w+)*", lowered(self.asked)
        )
        plural = [thing.said for text in (self.asked, self.told) for thing in things(text) if _is_plural(thing.said)]
        if joined:
            return joined.group()
        return _definite(plural[0]) if plural else self.person or self.thing

    @cached_property
    def place(self) -> str | None:
        """Where "there" is."""
        for text in (self.told, self.asked):
            found = [name for name in names(text) if is_place(name, self.asked, self.told)]
            if found:
                return found[-1].said
        return None

    @cached_property
    def time(self) -> str | None:
        """The time that was asked about, as it is after "before"."""
        found = times(self.asked) or (times(self.told) if re.match(r"when\b", self.asked, re.IGNORECASE) else [])
        return re.sub(r"^(?:on|in|at|during)\s+", "", found[-1].said, flags=re.IGNORECASE) if found else None

    @cached_property
    def statement(self) -> str | None:
        """What was answered, as it is after "that"; a pronoun at its start is resolved from the question."""
        text = statement(self.answer)
        opening = re.match(r"(?:it|he|she|they)\b", text or "")
        return f"{self.names_asked[0]}{text[opening.end() :]}" if text and opening and self.names_asked else text

    @cached_property
    def names_asked(self) -> list[str]:
        """The names in the question before."""
        return [name.said for name in names(self.asked)]

    @cached_property
    def kind(self) -> str | None:
        """The one word for what "it" means: "summit" for "the Busan summit"."""
        plain = [word for thing in things(self.asked) for word in [thing.said.split()[-1]] if word.islower()]
        return plain[0] if plain else None

    @cached_property
    def subject(self) -> str | None:
        """What the question before was about."""
        found = [_definite(thing.said) for thing in whole_things(self.asked)]
        return " and ".join(sorted(found, key=lambda said: not names(said))[:2]) or None

    def resolved(self, question: str) -> str:
        """The question with what its pronouns mean in their place."""
        text = _said_that(question, self.statement)
        for pattern, replacement in self._replacements():
            text = _outside(_IS_THERE, pattern, replacement, text)
        return text

    def _replacements(self) -> Iterator[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]]:
        yield (
            _AROUND_THAT,
            lambda match: f"{match['by']} {self.time}" if self.time else _without_that(match, self.thing),
        )
        yield _THEN, lambda match: _at(match["by"], self.time) if self.time else match.group()
        yield _OF_THEM, lambda match: f"of {self.group}" if self.group else match.group()
        yield _ONE, lambda match: f"{match['which']} {self.kind}" if self.kind else match.group()
        yield _THE_OTHER, lambda match: self.other or match.group()
        yield _DAY_AFTER, lambda match: f"{match.group()} {self.time}" if self.time else match.group()
        yield _THERE, lambda match: f"in {self.place}" if self.place else match.group()
        yield from self._personal()

    def _personal(self) -> Iterator[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]]:
        yield _HE, _once(self.person)
        yield _THEY, _once(self.group)
        yield _THAT, _once(self.matter)
        yield _OBJECT_IT, _once(self.object)
        yield _IT, _once(self.thing)
        yield _HIS, _once(_of(self.person))
        yield _ITS, _once(_of(self.thing))
        yield _THEIR, _once(_of(self.group))


def _outside(
    kept: re.Pattern[str], pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str], text: str
) -> str:
    spans = [match.span() for match in kept.finditer(text)] if pattern is _THERE else []
    return pattern.sub(
        lambda match: match.group() if any(a <= match.start() < b for a, b in spans) else replacement(match), text
    )


def _once(meant: str | None) -> Callable[[re.Match[str]], str]:
    """A replacement for the first such pronoun; later ones then mean what stands there."""
    left = [meant] if meant else []

    def replaced(match: re.Match[str]) -> str:
        return left.pop() if left and not is_bound(match.string, match) else match.group()

    return replaced


def _said_that(question: str, stated: str | None) -> str:
    if stated and (quoted := quotation(stated)):
        return _SAID_THAT.sub(lambda match: f"{match['verb']} {quoted}", question, count=1)
    return _SAID_THAT.sub(lambda match: f"{match['verb']} that {stated}", question, count=1) if stated else question


def quotation(text: str) -> str | None:
    """The words that the text quotes, in their marks; None: it quotes nothing long enough to be known by."""
    found = max(re.findall(r"[\"“][^\"“”]+[\"”]", text), key=len, default="")
    return found if len(found.split()) >= SHORTEST_QUOTATION else None


def _without_that(match: re.Match[str], thing: str | None) -> str:
    return match["by"] if match["by"].lower() == "before" or thing is None else f"{match['by']} {thing}"


def _at(by: str | None, time: str | None) -> str:
    if by and by.lower() != "back":
        return f"{by} {time}"
    return f"in {time}" if time and re.fullmatch(r"[A-Z][a-z]+(?: \d{4})?|\d{4}", time) else f"on {time}"


def _of(meant: str | None) -> str | None:
    if meant is None:
        return None
    return f"{meant}'" if meant.endswith("s") else f"{meant}'s"


def _definite(thing: str) -> str:
    """The thing as it is spoken of again: "a deal" and "180 homes" are now "the deal" and "the 180 homes"."""
    first, _, rest = thing.partition(" ")
    if first.lower() in {"a", "an", "any", "each", "every", "that", "this"} and rest:
        return f"the {rest}"
    return thing if first[0].isupper() or first.lower() in {"the", "his", "her", "its", "their"} else f"the {thing}"


def _is_measure(thing: str) -> bool:
    return bool(re.fullmatch(r"(?:a|an|the|each|every)\s+(?:day|week|month|year|time|hour|head)s?", thing))


def _is_plural(thing: str) -> bool:
    last = thing.rsplit(maxsplit=1)[-1]
    return last in {"people", "men", "women", "children", "police"} or (
        last.islower() and last.endswith("s") and not last.endswith(("ss", "us", "is"))
    )
