"""The draft: evidence in, the text that the LLM makes of it out; or why what it wrote cannot be an answer.

An LLM that answers is not yet one that works: it may write nothing, repeat its prompt, fall into another
language, or never end. That is its failure and not the articles' silence, so it is told apart here, by
rules, before the draft is held against the evidence.
"""

import re
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from index import sentence_spans
from index.language import language_clues
from rag.citations import cite
from rag.claims import STOP_WORDS
from rag.errors import PromptTooLongError, UnusableDraftError
from rag.evidence import Evidence
from rag.generation import RAN_ON, Completion, Message, StartOver, stream_chat, without_thoughts
from rag.llm import LLM

THINKING_TOKENS = 2048  # more of them for the second try at an empty answer: a reasoning LLM had spent its own unseen
TRIES = 2  # at an answer that is not empty
# Of 386 answers of the embedded LLM, none shares a run with its instructions, and 3 have a smaller share of words
# known (lists and names), but then are in no other language; the seven foreign ones of the tests have 0.1 at most.
RUN = 8  # words in a row; two texts that share so many are copied, not alike
ECHO = 0.5  # share of a draft's words that stand in such runs of the instructions
AT_HOME = 0.5  # share of the uncapitalised words that are known in the articles' language
ANOTHER = "choose another LLM with DATELINE_LLM or OPENAI_MODEL"

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_MARKER = re.compile(r"\[[\d,; ]+\]")
_ENDED = re.compile(r"[.!?…。！？][\"'”’)]*(?:\s*\[\d+\])*\s*$")

Pieces = AsyncGenerator[str | StartOver | Completion, None]
Prompt = Callable[[Sequence[Evidence]], list[Message]]


async def write_draft(
    llm: LLM, prompt: Prompt, question: str, evidence: Sequence[Evidence], *, max_tokens: int
) -> Pieces:
    """Pieces of the draft as they are written, then its `Completion`, whose text is what can be judged of it.

    Raises:
        LLMUnavailableError: the LLM wrote nothing to the end.
        UnusableDraftError: what it wrote cannot be an answer; the completion, with its cost, came before.
    """
    shown, spent = list(evidence), list[Completion]()
    while len(spent) < TRIES and not any(_is_written(completion.text) for completion in spent):
        allowed = max_tokens + THINKING_TOKENS * len(spent)
        try:
            async with aclosing(_spoken(stream_chat(llm, prompt(shown), max_tokens=allowed))) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Completion):
                        spent.append(piece)
                    else:
                        yield piece
            if not _is_written(spent[-1].text):
                yield StartOver()
        except PromptTooLongError:
            if len(shown) == 1:
                raise
            shown = fewer(shown)
    completion = _together(spent)
    yield completion
    failure = why_no_draft(completion, prompt(shown), question, evidence)
    if failure:
        raise UnusableDraftError(f"{failure}: {llm.name}; {ANOTHER}")


async def _spoken(pieces: Pieces) -> Pieces:
    """The pieces without the thoughts that some servers leave in a reasoning LLM's text."""
    written = said = ""
    async with aclosing(pieces):
        async for piece in pieces:
            if isinstance(piece, str):
                written += piece
                before, said = said, without_thoughts(written)
                if len(said) > len(before):
                    yield said[len(before) :]
            else:
                written = said = ""
                yield replace(piece, text=without_thoughts(piece.text)) if isinstance(piece, Completion) else piece


def fewer(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The better half of the evidence, in its order and with its numbers."""
    best = sorted(evidence, key=lambda item: -item.score)[: len(evidence) // 2]
    return [item for item in evidence if item in best]


def _together(spent: Sequence[Completion]) -> Completion:
    """The last completion, at the price of all."""
    return replace(
        spent[-1],
        text=presentable(spent[-1]),
        prompt_tokens=sum(completion.prompt_tokens for completion in spent),
        completion_tokens=sum(completion.completion_tokens for completion in spent),
    )


def presentable(completion: Completion) -> str:
    """The text without what it says again, and without a last sentence that was cut off after others."""
    text, once = completion.text, dict[str, str]()
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        once.setdefault(_MARKER.sub("", sentence).strip() or sentence, sentence)
    kept = list(once.values())
    if completion.is_cut and len(kept) > 1 and text.endswith(kept[-1]) and not _ENDED.search(text):
        kept.pop()
    return "".join(kept).strip()


def why_no_draft(
    completion: Completion, messages: Sequence[Message], question: str, evidence: Sequence[Evidence]
) -> str | None:
    """What the LLM did instead of answering; None: this can be judged as an answer."""
    draft = completion.text
    if not _is_written(draft):
        return "the LLM wrote nothing"
    if is_echo(draft, messages, question):
        return "the LLM only repeated what it was asked"
    language = foreign_language(draft, question, evidence)
    if language:
        return f"the LLM answered in another language: {language}"
    if completion.finish_reason == RAN_ON and _is_unsupported(draft, question, evidence):
        return "the LLM wrote on without end, and nothing that the articles say"
    return None


def _is_written(text: str) -> bool:
    return bool(re.search(r"\w", _MARKER.sub("", text)))


def _is_unsupported(draft: str, question: str, evidence: Sequence[Evidence]) -> bool:
    return all(item.sentence.verdict == "unsupported" for item in cite(question, draft, evidence))


def is_echo(draft: str, messages: Sequence[Message], question: str) -> bool:
    """Whether a draft is the question alone, opens as one of the messages does, or is mostly the instructions."""
    said, asked = _words(draft), _words(question)
    if said in (asked, ["question", *asked]):
        return True
    openings = [_words(message["content"])[:RUN] for message in messages]
    instructions = set(_runs([word for m in messages if m["role"] == "system" for word in _words(m["content"])]))
    copied = {n + i for n, run in enumerate(_runs(said)) if run in instructions for i in range(RUN)}
    return len(said) >= RUN and (said[:RUN] in openings or len(copied) >= ECHO * len(said))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(words[n : n + RUN]) for n in range(len(words) - RUN + 1))


def foreign_language(draft: str, question: str, evidence: Sequence[Evidence]) -> str | None:
    """The code of the draft's language, where the articles and the question are in another; None: they may be in it.

    The words are looked at first: telling a language takes a model of 100 MB, which so is hardly ever loaded.
    """
    known = STOP_WORDS.union(*({word.lower() for word in _WORD.findall(item.context)} for item in evidence))
    if _share_known(draft, known) >= AT_HOME or _share_known(question, known) < AT_HOME:
        return None
    language = _language(draft)
    return None if language in {_language(item.context) for item in evidence} else language


def _share_known(text: str, known: frozenset[str]) -> float:
    """The share of the words, names aside, that are known; 1 where there are none."""
    words = [match.group() for match in _WORD.finditer(text) if match.start() == 0 or not match.group()[0].isupper()]
    return sum(word.lower() in known for word in words) / len(words) if words else 1.0


def _language(text: str) -> str | None:
    return next((clue.value for clue in language_clues(text)), None)
