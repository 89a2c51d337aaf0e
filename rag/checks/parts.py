"""Whether the names of a sentence are there, do what they do there, and say what they say there."""

import re
from collections.abc import Iterator, Sequence

from rag.answer import Verdict
from rag.checks.binding import placed, rival_of
from rag.checks.reasons import Reason, Source, missing, roots_of
from rag.texts import Reading
from rag.texts.names import Name, goes_by_country, is_named, is_ordinary, is_same_word
from rag.texts.quotations import is_quoted, quotations_of
from rag.texts.roles import order_of, roles_of, speakers_of
from rag.texts.words import is_verb

_ACTS = re.compile(r"['’]s\b|\s+(?:said|says|told|who)\b")  # "Brandt said", "Keldor's": no ordinary word does


def wrong_names(said: Reading, sources: Sequence[Source]) -> Iterator[Reason]:
    """Names that neither the cited words nor the passages around them have."""
    places = [place for source in sources for place in (source.quote, source.around, source.heading)]
    words = frozenset[str]().union(*(place.lower for place in places))
    names = [name for place in places for name in place.names]
    roots = roots_of(sources)
    for name in said.names:
        word = said.word_at(name.start)
        is_word = name.opens and (is_ordinary(name) or (word is not None and word.root in roots))
        if not is_word and not is_named(name, words, names):
            is_doubtful = (name.opens and not _acts(name, said)) or goes_by_country(name, words)
            verdict: Verdict = "partly" if is_doubtful else "unsupported"
            yield Reason("name", name.said, "is not named there", verdict, is_missing=True)


def _acts(name: Name, said: Reading) -> bool:
    return bool(_ACTS.match(said.text, name.start + len(name.said)))


def wrong_quotations(said: str, quotes: str, around: str) -> Iterator[Reason]:
    """What stands in quotation marks and is not there word for word."""
    for quotation in quotations_of(said):
        if not is_quoted(quotation, quotes):
            yield missing("quotation", quotation, beside=is_quoted(quotation, around))


def wrong_roles(said: Reading, sources: Sequence[Source]) -> Iterator[Reason]:
    """Names that do, or suffer, in the sentence what only other names do in the cited words."""
    roles = list(roles_of(said))
    for source in sources:
        theirs = list(roles_of(source.quote))
        for role in roles:
            same = [other for other in theirs if other.verb.root == role.verb.root]
            doers, others = (
                [other.before if other.doers else () for other in same],
                [other.after if other.others else () for other in same],
            )
            for mine, given in ((role.doers, doers), (role.others, others)):
                known = [name for name in mine if any(_is_same(name, other) for other in source.quote.names)]
                if known and given and all(names and _are_apart(known, names) for names in given):
                    problem = f"has another part in {role.verb.text!r} there"
                    yield Reason("role", known[0].said, problem, "unsupported")
                    return


def turned_parts(said: Reading, sources: Sequence[Source]) -> Iterator[Reason]:
    """A verb whose words before and after stand the other way round in the cited words: who pays, and who is paid."""
    for word in filter(is_verb, said.telling):
        before, after = order_of(said, word)
        same = [
            (s.quote, other) for s in sources for other in filter(is_verb, s.quote.telling) if other.root == word.root
        ]
        turned = [_is_turned((before, after), order_of(quote, other)) for quote, other in same]
        if turned and all(turned):
            yield Reason("role", word.text, "has its parts the other way round in the cited words", "unsupported")
            return


def _is_turned(mine: tuple[frozenset[str], frozenset[str]], theirs: tuple[frozenset[str], frozenset[str]]) -> bool:
    straight = any(one & other for one, other in zip(mine, theirs, strict=True))
    return bool(mine[0] & theirs[1] and mine[1] & theirs[0]) and not straight


def _are_apart(mine: Sequence[Name], given: Sequence[Name]) -> bool:
    return not any(_is_same(one, other) for one in mine for other in given)


def _is_same(one: Name, other: Name) -> bool:
    """Whether one is the other, or a part of it: "Sallow" and "Berta Sallow", not "Beata Sallow"."""
    fewer, more = sorted((one.parts, other.parts), key=len)
    return all(any(is_same_word(part, whole) for whole in more) for part in fewer)


def wrong_speakers(said: Reading, sources: Sequence[Source]) -> Iterator[Reason]:
    """Names that are said to have said what another name says in the cited words."""
    for speaker in speakers_of(said):
        if any(is_named(speaker, source.heading.lower, ()) for source in sources):
            continue  # the outlet, or who the headline quotes
        everybody = placed(sources, speakers_of, bool)
        own = [(name, source) for name, source in everybody if _is_same(name, speaker)]
        rivals = [(name, source) for name, source in everybody if not _is_same(name, speaker)]
        if rival := rival_of(said, speaker, own, rivals):
            yield Reason("speaker", speaker.said, f"says there what {rival.said!r} said", "unsupported")
