"""Fragments made whole: "in September?", "and Japan?", "why?" and the turn before it in, a question out."""

import re
from calendar import month_name

from rag.follow_up import META
from rag.follow_up_phrases import AUXILIARIES, Phrase, has_verb, is_place, lowered, names, things, times
from rag.follow_up_pronouns import Meant, quotation
from rag.outlets import outlets_named
from rag.texts.names import Name

_WHY = re.compile(
    r"^(?:(?:but|and|so)\s+)?(?:why|how come)(?:\s+(?:not|so|exactly|is|was|did|does|do|were|are|has|have|that|this"
    r"|it|he|she|they|happen|happened|the case|is that|do so))*\s*[?.!]*$",
    re.IGNORECASE,
)
_WHO_SAID = re.compile(
    r"^who\s+(?:\w+\s+)?(?:said|says|say|claimed|claims|reported|reports|told|wrote)"
    r"(?:\s+\w+){0,2}\s*[?.!]*$|^says who\b",
    re.IGNORECASE,
)
_REPORTED = re.compile(r"^[^,;:]{1,60}?\b(?:said|says|claimed|reported|announced|warned|added|was|is)\s+that\s+")
_IS_IT_TRUE = re.compile(r"^(?:are you|really|is (?:that|this|it)|was (?:that|this|it))\b", re.IGNORECASE)
_ADVERBIAL = re.compile(
    r"^(?:when|where|why|how)(?=\s+(?:did|does|do|is|are|was|were|will|would|has|have|had|can|could|should)\b)",
    re.IGNORECASE,
)
_WH_FRAGMENT = re.compile(
    r"^(?:(?:from|since|until|by|with|to|for|in|on|at|of|under)\s+)?(?:who|whom|what|which|when|where|how)\b",
    re.IGNORECASE,
)
_IS_THAT = re.compile(
    r"\s+(?:is|was|were|are|did|does)\s+(?:that|this|it|those)(?:\s+(?:happen|be))?\s*[?.!]*$", re.IGNORECASE
)
_WHEN_WAS_THAT = re.compile(
    r"^(?:since when|from when|when|where|how)\s+(?:is|was|were|are|did|does)\s+(?:that|this|it)"
    r"(?:\s+(?:happen|be))?\s*[?.!]*$",
    re.IGNORECASE,
)
_ELSE = re.compile(r"^(?P<word>who|what|where|when|how)\s+else\b", re.IGNORECASE)
_TEMPORAL = re.compile(
    r"^(?:after|before|since|until|during|by)\s|^(?:now|today|later|afterwards|afterward|earlier|before|beforehand"
    r"|at first|so far)\b"
    r"|^(?:in the end|at the end|at present|currently|originally|initially|finally|eventually|since|recently)\b"
    r"|\b(?:later|earlier|before|after|afterwards)\s*[?.!]*$|^the (?:day|week|month|year|next|following|previous)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MONTH = re.compile(rf"\b(?:{'|'.join(month_name[1:])})\b")
_RELATIVE = re.compile(r"\b(?:last|this|next)\b", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"^(?:in|on|at|from|since|until|by|before|after|during|for|with|without|to|about|of|under|against|than"
    r"|among|between)\b",
    re.IGNORECASE,
)
_SOURCE = re.compile(r",?\s+according to (?:the )?[\w’'&. -]+?(?=[,?.!]|$| on | in \d)", re.IGNORECASE)
_EARLY_SOURCE = re.compile(
    r",?\s+(?:according to|in) the (?:first|initial|early|earliest|preliminary|latest) \w+", re.IGNORECASE
)
_PLAIN_STATEMENT = re.compile(
    r"^(?!(?:in|on|at|after|before|since|for|by|from|under|with|according)\b)(?P<subject>(?:[\w'’-]+ ){1,6}?)"
    r"(?P<verb>will|would|can|could|is|are|was|were|has|have|had|must|should) (?P<rest>.+)"
)
_HOW_HIGH = re.compile(r"^how \w+ (?P<verb>is|are|was|were) (?P<rest>.+)", re.IGNORECASE)
_OWNER = re.compile(r"\b(?P<owner>\w+['’]s)(?= [a-z])")
_HOW_MANY = re.compile(r"\bhow (?:many|much)\s+(?P<what>[a-z]+(?:-[a-z]+)?)\b(?=\s)", re.IGNORECASE)


def _is_period(text: str) -> bool:
    """Whether the text is a time and nothing else."""
    found = times(text)
    return bool(found) and not re.search(r"[^\W\d_]{3,}", _outside(text, found))


def _outside(text: str, found: list[Phrase]) -> str:
    for phrase in reversed(found):
        text = text[: phrase.start] + text[phrase.end :]
    return text


def about_the_answer(question: str, meant: Meant) -> str | None:
    """The question about the last answer as a whole, said in full; None: it is another."""
    bare = question.rstrip(" ?.!")
    if _WHY.match(question):
        return asking("Why not" if bare.lower().endswith(" not") else "Why", meant)
    if _WHO_SAID.match(question):
        stated = _REPORTED.sub("", meant.statement) if meant.statement else None
        said = stated and (quotation(stated) or f"that {stated}")
        return f"Who said {said}?" if said else None
    if _IS_IT_TRUE.match(question) and META.search(question):
        return f"Is it true that {meant.statement}?" if meant.statement else meant.asked
    if _WHEN_WAS_THAT.match(question):
        return asking(_IS_THAT.sub("", bare), meant)
    if META.search(question):
        return f"What else is known about {meant.subject or lowered(meant.asked)}?"
    return None


def whole_question(fragment: str, meant: Meant, sources: tuple[str, ...]) -> str:
    """The question that the fragment stands for."""
    bare = fragment.rstrip(" ?.!")
    if other := _ELSE.match(bare):
        return _someone_else(other["word"], bare, meant) or meant.resolved(fragment)
    if _WH_FRAGMENT.match(bare):
        return asking(_IS_THAT.sub("", bare), meant)
    return exchanged(bare, meant, sources)


def carries_all(fragment: str) -> bool:
    """Whether the whole question is the one before with the fragment in it."""
    return not _WH_FRAGMENT.match(fragment.rstrip(" ?.!"))


def asking(word: str, meant: Meant) -> str:
    """What was asked or answered before, asked for its "why" or "since when"."""
    asked = meant.asked.rstrip(" ?.!")
    first = asked.split()[0].lower() if asked else ""
    denied = re.match(r"no\b", meant.answer.strip(), re.IGNORECASE)
    if first in AUXILIARIES and not (denied and meant.statement):
        return f"{word} {lowered(asked)}?"
    if _ADVERBIAL.match(asked):
        return f"{_ADVERBIAL.sub(lambda _: word, asked)}?"
    if meant.statement:
        return f"{word} {_inverted(meant.statement)}?"
    if (measured := _HOW_HIGH.match(asked)) and meant.told and not has_verb(meant.told):
        return f"{word} {measured['verb']} {measured['rest']} {lowered(meant.told.rstrip('.!'))}?"
    return f"{word}: {lowered(asked)}?"


def _inverted(stated: str) -> str:
    """The statement as it reads after "why": "households will pay" is "will households pay"."""
    parts = _PLAIN_STATEMENT.match(stated)
    if parts and not has_verb(f"a {parts['subject']}") and " and that " not in stated:
        return f"{parts['verb']} {parts['subject']}{parts['rest']}"
    return f"is it that {stated}"


def _someone_else(word: str, fragment: str, meant: Meant) -> str | None:
    if len(fragment.split()) > 2:  # noqa: PLR2004 - "who else" and no more
        return None
    same = re.match(rf"{word}\b", meant.asked, re.IGNORECASE)
    return meant.asked[: same.end()] + " else" + meant.asked[same.end() :] if same else None


def exchanged(fragment: str, meant: Meant, sources: tuple[str, ...]) -> str:
    """The question before, with the fragment in place of what is of its kind there."""
    asked = meant.asked.rstrip(" ?.!")
    if re.match(r"according to\b", fragment, re.IGNORECASE) or _is_outlet(fragment, sources):
        source = re.sub(r"^(?:according to|in|by|from|on)\s+", "", fragment, flags=re.IGNORECASE)
        return f"{_SOURCE.sub('', asked)}, according to {source}?"
    if _is_period(fragment):
        return f"{_at_time(asked, fragment)}?"
    if _TEMPORAL.search(fragment):
        return f"{_after_event(asked, meant.resolved(fragment))}?"
    if (owner := _OWNER.search(asked)) and re.search(r"\w['’]s$", fragment):
        return f"{asked[: owner.start()]}{fragment.rsplit(maxsplit=1)[-1]}{asked[owner.end() :]}?"
    if preposition := _PREPOSITION.match(fragment):
        return f"{_beside(asked, fragment, preposition.group())}?"
    return f"{_instead(asked, fragment, meant)}?"


def _is_outlet(fragment: str, sources: tuple[str, ...]) -> bool:
    bare = re.sub(r"^(?:in|by|from|on)\s+", "", fragment, flags=re.IGNORECASE)
    found = outlets_named(f"according to {bare}", sources)
    return bool(found) and len(found[0].text) >= len(re.sub(r"^the\s+", "", bare, flags=re.IGNORECASE)) - 1


def _at_time(asked: str, time: str) -> str:
    """The question with its time exchanged, or with the time at its end."""
    found = times(asked)
    if not found:
        return f"{_EARLY_SOURCE.sub('', asked)} {_with_preposition(lowered_word(time))}"
    old = found[0]
    time = _of_year(old.said, time)
    if re.match(r"\s+[a-z]", asked[old.end :]) and old.said[:1].isupper():  # "the November vote"
        new = re.sub(r"^(?:in|on|at|during|for|of)\s+(?:the\s+)?", "", time, flags=re.IGNORECASE)
    else:
        new = _with_preposition(lowered_word(time))
    return asked[: old.start] + new + asked[old.end :]


def _of_year(old: str, new: str) -> str:
    """The new time, a month or a day of one, with the year of the old one where it has none of its own.

    >>> _of_year("in September 2025", "in August"), _of_year("in September 2025", "in August 2024")
    ('in August 2025', 'in August 2024')
    """
    year, own = _YEAR.search(old), _YEAR.search(new) or _RELATIVE.search(new)
    return f"{new} {year.group()}" if year and not own and _MONTH.search(new) else new


def lowered_word(text: str) -> str:
    """The text with its first word in lower case where that is a preposition."""
    return (
        text[0].lower() + text[1:]
        if _PREPOSITION.match(text) or re.match(r"(?:Last|This|The|Yest|Today)", text)
        else text
    )


def _with_preposition(time: str) -> str:
    if _PREPOSITION.match(time) or re.match(
        r"(?:last|this|the|next|yesterday|today|early|late|mid|a|two|three)\b", time
    ):
        return time
    return f"on {time}" if re.search(r"day\b|\b\d{1,2}(?!\d)", time) else f"in {time}"


def _after_event(asked: str, event: str) -> str:
    """The question about another time, which is told by what happened: "after the recount"."""
    old = times(asked)
    if re.search(r"\b(?:later|earlier|before|after)\s*$", event, re.IGNORECASE) and old:
        when = re.sub(r"^(?:on|in|at)\s+", "", old[-1].said)
        event = re.sub(
            r"(?:later|after)\s*$", f"after {when}", re.sub(r"(?:earlier|before)\s*$", f"before {when}", event)
        )
    text = " ".join(_outside(_EARLY_SOURCE.sub("", asked), times(_EARLY_SOURCE.sub("", asked))).split())
    for thing in things(text):
        lead = re.search(r"\b(?:after|before|during|since|until)\s+(?:the\s+)?$", text[: thing.start], re.IGNORECASE)
        if lead and _PREPOSITION.match(event):
            return text[: lead.start()] + lowered_word(event) + text[thing.end :]
    return f"{text} {lowered_word(event)}"


def _beside(asked: str, fragment: str, preposition: str) -> str:
    """The question with the phrase of the same preposition exchanged, or with the fragment at its end."""
    for thing in things(asked):
        lead = re.search(rf"\b{preposition}\s+(?:the\s+)?$", asked[: thing.start], re.IGNORECASE)
        if lead and bool(names(thing.said)) == bool(names(fragment)):
            return asked[: lead.start()] + lowered_word(fragment) + asked[thing.end :]
    if names(fragment) and (target := _alike(asked, place=preposition.lower() in {"in", "at"})):
        return (
            asked[: target.start]
            + re.sub(rf"^{preposition}\s+", "", fragment, flags=re.IGNORECASE)
            + asked[target.end :]
        )
    return f"{asked} {lowered_word(fragment)}"


def _instead(asked: str, fragment: str, meant: Meant) -> str:
    """The question with a name, or with what was counted, exchanged for the fragment."""
    said = {name.last for name in names(asked)}
    is_new = not any(name.last in said for name in names(f"about {fragment}"))
    capital = fragment[:1].isupper() or bool(names(f"about {fragment}"))
    if capital and is_new and (target := _alike(asked, place=_is_place_in(fragment, meant))):
        before = asked[: target.start]
        the = re.match(r"the\s+", fragment, re.IGNORECASE) if before.lower().endswith("the ") else None
        return before + fragment[the.end() if the else 0 :] + asked[target.end :]
    counted = _HOW_MANY.search(asked)
    if counted and not capital and re.fullmatch(r"(?:the\s+)?[a-z-]+", fragment):
        return asked[: counted.start("what")] + fragment.removeprefix("the ") + asked[counted.end("what") :]
    return f"As for {fragment}, {lowered(asked)}"


def _is_place_in(fragment: str, meant: Meant) -> bool:
    return any(is_place(name, meant.asked, meant.answer) for name in names(f"about {fragment}"))


def _alike(asked: str, *, place: bool) -> Name | None:
    """The name in the question that another one takes the place of: a place's that of a place."""
    found = list(names(asked))
    alike = [name for name in found if is_place(name, asked) == place]
    best = sorted(alike or found, key=lambda name: name.start)
    return best[0] if best else None
