"""Conversation: earlier turns and a question in, the question as it would be asked alone out.

A question that stands alone, and one that changes the subject, is left as it is, and no LLM is asked. For a
follow-up a large LLM writes the whole question; what it writes is held against the conversation, and rules write the
question where the LLM fails, invents, is small, or is not there.
"""

import re
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from index import sentence_spans
from index.chunking import count_tokens
from prompts import load_prompt
from rag.answer import Answer
from rag.claims import STOP_WORDS
from rag.errors import LLMError, QuestionError
from rag.follow_up import META, OPENING, points_back
from rag.follow_up_condensing import condensed
from rag.follow_up_pronouns import Meant
from rag.generation import Completion, stream_chat, without_thoughts
from rag.llm import LLM
from rag.plan import MAX_QUESTION
from rag.texts.words import root_of
from rag.untrusted import as_data

HISTORY_TOKENS = 400  # tokens; four turns with an answer of three sentences each
TURNS = 4  # the latest; what an earlier one was about was said again since, or is no longer meant
MAX_ANSWER = 4000  # characters of an earlier answer that are read; an answer has 600
LONGEST_FOLLOW_UP = 300  # characters; what is longer says what it is about, or is no question
CONDENSED_TOKENS = 80  # of a whole question; the longest of 538 bundled ones has 49
LONGEST_CONDENSED = 60  # words

_WORD = re.compile(r"\d[\d,.]*\d|\w+")
_LABEL = re.compile(r"^(?:reply|(?:standalone |rewritten )?question|q)\s*:\s*", re.IGNORECASE)
_QUESTION_WORD = re.compile(
    r"\b(?:(?:from|since|until|by|to|with) )?(?:who|whom|whose|when|where|why|how (?:many|much|long|old|far|often))\b",
    re.IGNORECASE,
)
# Words that may stand for others of the conversation: "the same one", "tell me more", "is it true".
_LIGHT = "one first second third really exactly happen reason cause true sure tell explain else"


@dataclass(frozen=True)
class Turn:
    """An earlier question of the conversation, and its answer."""

    question: str
    answer: str


@dataclass(frozen=True)
class Standalone:
    """The question as it would be asked alone, and what the LLM wrote for it; None: it was not asked."""

    question: str
    completion: Completion | None = None


History = Sequence[Turn | Answer | tuple[str, str]]


def as_turns(history: History) -> tuple[Turn, ...]:
    """The turns of a conversation, oldest first; of a refused answer only the question counts.

    Raises:
        QuestionError: the history is no sequence of turns.
    """
    if isinstance(history, str | bytes) or not isinstance(history, Sequence):
        raise QuestionError(f"the history is no list of turns: {type(history).__name__}; give (question, answer) pairs")
    turns = (_turn(item) for item in history[-TURNS:])
    return tuple(turn for turn in turns if turn.question)


def _turn(item: object) -> Turn:
    if isinstance(item, Answer):
        item = Turn(item.standalone_question, "" if item.refusal else item.text)
    pair = (item.question, item.answer) if isinstance(item, Turn) else item
    if not isinstance(pair, tuple | list) or len(pair) != 2 or not all(isinstance(text, str) for text in pair):  # noqa: PLR2004
        raise QuestionError(f"not a turn of a conversation: {type(item).__name__}; give (question, answer) pairs")
    return Turn(_plain(pair[0], MAX_QUESTION), _plain(pair[1], MAX_ANSWER))


def _plain(text: str, most: int) -> str:
    # Half a character could be sent nowhere.
    return " ".join(text[:most].encode(errors="replace").decode().split())


def bounded(turns: Sequence[Turn], tokens: int = HISTORY_TOKENS) -> tuple[Turn, ...]:
    """The latest turns that fit; the answers of the oldest are cut first, and questions last."""
    kept, left = list[Turn](), tokens
    for turn in reversed(turns):
        cost = count_tokens(turn.question)
        if cost > left:
            break
        kept.append(turn)
        left -= cost
    for n, turn in enumerate(kept):
        kept[n] = replace(turn, answer=_cut(turn.answer, left))
        left -= count_tokens(kept[n].answer)
    return tuple(reversed(kept))


def _cut(answer: str, tokens: int) -> str:
    """The first sentences of the answer that fit."""
    if count_tokens(answer) <= tokens:
        return answer
    ends = [end for _, end in sentence_spans(answer)]
    return next((answer[:end].rstrip() for end in reversed(ends) if count_tokens(answer[:end]) <= tokens), "")


def is_follow_up(question: str, turns: Sequence[Turn]) -> bool:
    """Whether the question leaves to the turns before it what it is about; one that changes the subject does not."""
    if not turns or not 0 < len(question) <= LONGEST_FOLLOW_UP:
        return False
    return points_back(question, _told(turns))


def _told(turns: Sequence[Turn]) -> str:
    return "\n".join(f"{turn.question}\n{turn.answer}" for turn in turns)


async def standalone(llm: LLM, question: str, turns: Sequence[Turn], *, sources: Sequence[str] = ()) -> Standalone:
    """The question as it would be asked alone: as it is, unless it follows up on the turns.

    `sources` are the outlets that there are: "and the Courier?" asks one of them.
    """
    kept = bounded(turns)
    if not is_follow_up(question, kept):
        return Standalone(question)
    spoken = _resolved(kept, sources)
    ruled = by_rules(question, spoken, sources)
    # Of the embedded LLM's questions for 18 follow-ups, the check took 7, one of them wrong and none better than the
    # rules', at 5 s or more each; so it is not asked.
    if llm.kind != "openai" or META.search(OPENING.sub("", question)):
        return Standalone(ruled)
    completion = await _written(llm, question, spoken)
    written = accepted(completion.text, question, spoken) if completion else None
    return Standalone(written or ruled, completion)


def _resolved(turns: Sequence[Turn], sources: Sequence[str]) -> tuple[Turn, ...]:
    """The turns, each with its question as it would be asked alone."""
    done = list[Turn]()
    for turn in turns:
        whole = by_rules(turn.question, done, sources) if is_follow_up(turn.question, done) else turn.question
        done.append(replace(turn, question=whole))
    return tuple(done)


def by_rules(question: str, turns: Sequence[Turn], sources: Sequence[str] = ()) -> str:
    """The follow-up, made whole by rules from the last of the turns."""
    earlier = "\n".join(turn.question for turn in turns[:-1])
    whole = condensed(question, Meant(turns[-1].question, turns[-1].answer, earlier), tuple(sources))
    return whole if len(whole) <= MAX_QUESTION else question


async def _written(llm: LLM, question: str, turns: Sequence[Turn]) -> Completion | None:
    """What the LLM makes of the follow-up; None: it failed."""
    conversation = "\n".join(f"Q: {turn.question}\nA: {turn.answer}" for turn in turns)
    asked = load_prompt("follow_up").render(conversation=as_data(conversation), question=as_data(question))
    messages = [
        {"role": "system", "content": load_prompt("condense").render()},
        {"role": "user", "content": asked},
    ]
    try:
        async with aclosing(stream_chat(llm, messages, max_tokens=CONDENSED_TOKENS)) as pieces:
            return [piece async for piece in pieces if isinstance(piece, Completion)][-1]
    except LLMError:
        return None


def accepted(written: str, question: str, turns: Sequence[Turn]) -> str | None:
    """The whole question that the LLM wrote; None: it is none, or says what the conversation does not."""
    lines = [line.strip() for line in without_thoughts(written).splitlines() if line.strip()]
    if len(lines) != 1:
        return None
    text = _LABEL.sub("", lines[0]).strip('"“” ')
    is_one = text.endswith("?") and text.count("?") == 1 and len(text.split()) <= LONGEST_CONDENSED
    return text if is_one and _is_faithful(text, question, turns) else None


def _is_faithful(text: str, question: str, turns: Sequence[Turn]) -> bool:
    """Whether the text keeps what the follow-up says, adds what it is about, and nothing from elsewhere."""
    said, asked, told = _roots(text), _roots(question), _roots(_told(turns))
    words = {word.group().lower() for word in _QUESTION_WORD.finditer(question)}
    return (
        said <= told | asked | _roots(_LIGHT)
        and asked - _roots(_LIGHT) <= said
        and bool(said - asked)
        and all(word in text.lower() for word in words)
        and not points_back(text, "")
    )


def _roots(text: str) -> frozenset[str]:
    """What is told by the words of a text: "won" is "win"."""
    return frozenset(root_of(word) for word in _WORD.findall(text) if word.lower() not in STOP_WORDS)
