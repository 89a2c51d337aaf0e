"""A follow-up as it would be asked alone, by rules: the follow-up and what it can mean in, a whole question out."""

import re

from rag.claims import claim, coverage
from rag.follow_up import ABOUT, OPENING, is_fragment
from rag.follow_up_fragments import about_the_answer, carries_all, whole_question
from rag.follow_up_phrases import is_bare, names, whole_things, without_times
from rag.follow_up_pronouns import Meant

SUBJECTS = 2  # things of the question before that are added to one that would not find its articles without them
COVERED = 1 / 3  # share of the telling words of the question before, of those that it has no name among

_END = re.compile(r"\s*[?.!]*\s*$")


def condensed(question: str, meant: Meant, sources: tuple[str, ...] = ()) -> str:
    """The follow-up with what it leaves to the turn before it said."""
    bare = OPENING.sub("", ABOUT.sub("", question.strip()))
    whole = about_the_answer(bare, meant)
    if whole is None and is_fragment(bare):
        whole = whole_question(bare, meant, sources)
        if carries_all(bare):
            return _written(whole)
    return _written(_with_subject(whole or meant.resolved(bare), meant))


def _with_subject(question: str, meant: Meant) -> str:
    """The question, with what the one before it was about where it says too little of that."""
    text = _END.sub("", question)
    here, before = claim(f"about {text}"), claim(f"about {without_times(meant.asked)}")
    share = coverage(before.words, here.words)
    covered = share >= COVERED and (before.names & here.words or not before.names)
    if covered or here.names & claim(f"about {without_times(meant.told)}").without(before).names:
        return question
    best = _missing(meant.asked, here.words)[:SUBJECTS]
    return f"{text}, regarding {' and '.join(best)}?" if best else question


def _missing(asked: str, here: frozenset[str]) -> list[str]:
    """The things of the question before, and its names, that are not among the words: names first."""
    found = [thing.said for thing in whole_things(asked) if not claim(f"about {thing.said}").words & here]
    left = [name.said for name in names(asked) if not claim(f"about {name.said}").words & here]
    left = [name for name in left if not any(name in said for said in found)]
    telling = [said for said in found if not is_bare(said)] or (found if not left else [])
    return sorted([*left, *telling], key=lambda said: not names(f"about {said}"))


def _written(question: str) -> str:
    text = _END.sub("", " ".join(question.split()))
    return f"{text[:1].upper()}{text[1:]}" + (
        "." if re.match(r"(?:compare|tell|list|name|give|show)\b", text, re.IGNORECASE) else "?"
    )
