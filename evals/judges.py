"""An LLM's opinion of a run's answers, and how far that opinion can be trusted.

Two questions are put to it: does an answer state the gold facts (correctness), and do the cited words say
what a sentence says (faithfulness; Es et al., RAGAS, EACL 2024). The judge is pinned: one model, temperature
0, prompts by their hashes. It judges labelled examples as well as the run, and the rate that it finds is
corrected by how often it was wrong on them. Nothing of this is mixed into the deterministic scores.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from evals.chat import chat, llm_settings
from evals.errors import RunError
from evals.gold import Question
from evals.judge_records import Example, Judged, Kind, Opinion, read_examples
from evals.metrics import bootstrap_interval
from evals.scored import ScoredRun, scored
from prompts import load_prompt
from rag.answer import Answer
from rag.llm import LLM

__all__ = ["Example", "Judged", "Opinion", "corrected_rate", "judge_run", "read_examples", "shown_answer", "verdict_in"]

JUDGED_FILE = "judged.json"
REPLY_TOKENS = 8  # one word, and some room for a full stop or a capital's quotation marks
PROMPTS: Final[dict[Kind, tuple[str, str]]] = {
    "correctness": ("judge_correctness", "judge_answer"),
    "faithfulness": ("judge_faithfulness", "judge_sentence"),
}


class _Case(NamedTuple):
    """Something of the run that there is to judge."""

    kind: Kind
    id: str
    shown: dict[str, str]


def judge_run(run_dir: str | Path, llm: LLM, *, progress: Callable[[int, int], None] | None = None) -> Judged:
    """What the LLM says of the run's answers; also written to `judged.json` in its folder.

    Raises:
        RunError: no run, nothing in it to judge, or its folder cannot be written.
        LLMUnavailableError: the judge did not answer.
    """
    cases, examples = list(_cases(scored(run_dir))), read_examples()
    if not cases:
        raise RunError(f"nothing to judge: {run_dir} has no answer that is not a refusal; run it with another engine")
    replies = list(_replies([*examples, *cases], llm, progress))
    of_examples, of_cases = replies[: len(examples)], replies[len(examples) :]
    judged = _judged(llm, list(zip(examples, of_examples, strict=True)), list(zip(cases, of_cases, strict=True)))
    _write(judged, Path(run_dir) / JUDGED_FILE)
    return judged


def verdict_in(reply: str) -> bool | None:
    """What a reply decides: its first word, if that is yes or no.

    >>> verdict_in("Yes."), verdict_in("**No** - the figure differs"), verdict_in("Perhaps")
    (True, False, None)
    """
    first = re.search(r"[^\W\d_]+", reply.lower())
    return {"yes": True, "no": False}.get(first.group()) if first else None


def corrected_rate(rate: float, sensitivity: float, specificity: float) -> float | None:
    """The true rate behind an observed one; None where the judge only guesses.

    Rogan and Gladen, American Journal of Epidemiology 107(1), 1978, doi:10.1093/oxfordjournals.aje.a112510:
    (rate + specificity - 1) / (sensitivity + specificity - 1), cut off at 0 and 1. With 23 positive of 150
    cows, by a test of sensitivity 96 % and specificity 89 % (the example of the R package epiR, `epi.prev`):

    >>> round(corrected_rate(23 / 150, sensitivity=0.96, specificity=0.89), 3)
    0.051
    """
    skill = sensitivity + specificity - 1
    return min(1.0, max(0.0, (rate + specificity - 1) / skill)) if skill > 0 else None


def shown_answer(question: Question, answer: str) -> dict[str, str]:
    """What the judge of correctness is shown."""
    facts = _bullets(fact.statement for fact in question.facts)
    return {"question": _line(question.question), "facts": facts, "answer": _line(answer)}


def _cases(run: ScoredRun) -> Iterator[_Case]:
    """What there is to judge: each answer by the facts, each cited sentence by its quotes."""
    for question in run.questions:
        answer = run.predictions[question.id].answer if question.id in run.scores else None
        if answer is None or answer.refusal or not answer.text.strip():
            continue
        if question.facts:
            yield _Case("correctness", question.id, shown_answer(question, answer.text))
        yield from (_Case("faithfulness", f"{question.id}#{n}", shown) for n, shown in _cited_sentences(answer))


def _cited_sentences(answer: Answer) -> Iterator[tuple[int, dict[str, str]]]:
    for number, sentence in enumerate(answer.sentences, start=1):
        quotes = [citation.quote for citation in answer.citations if citation.n in sentence.citations]
        if quotes:
            yield number, {"quotes": _bullets(quotes), "sentence": _line(sentence.text)}


def _bullets(texts: Iterable[str]) -> str:
    return "\n".join(f"- {_line(text)}" for text in texts)


def _line(text: str) -> str:
    """The text on one line, so that no answer can look like further facts or quotes."""
    return " ".join(text.split())


def _replies(
    asked: Sequence[Example | _Case], llm: LLM, progress: Callable[[int, int], None] | None
) -> Iterator[bool | None]:
    for number, one in enumerate(asked, start=1):
        system, user = map(load_prompt, PROMPTS[one.kind])
        messages = [
            {"role": "system", "content": system.render()},
            {"role": "user", "content": user.render(**one.shown)},
        ]
        yield verdict_in(chat(llm, messages, max_tokens=REPLY_TOKENS).text)
        if progress:
            progress(number, len(asked))


def _judged(
    llm: LLM, examples: Sequence[tuple[Example, bool | None]], cases: Sequence[tuple[_Case, bool | None]]
) -> Judged:
    opinions, verdicts = dict[str, Opinion](), dict[str, dict[str, bool | None]]()
    for kind in PROMPTS:
        verdicts[kind] = {case.id: reply for case, reply in cases if case.kind == kind}
        known = [(example.right, reply) for example, reply in examples if example.kind == kind]
        opinions[kind] = _opinion(list(verdicts[kind].values()), known)
    return Judged(
        judge=llm.name,
        settings=llm_settings(llm),
        prompts={name: load_prompt(name).fingerprint for names in PROMPTS.values() for name in names},
        examples=len(examples),
        opinions=opinions,
        verdicts=verdicts,
    )


def _opinion(verdicts: Sequence[bool | None], known: Sequence[tuple[bool, bool | None]]) -> Opinion:
    readable = [float(verdict) for verdict in verdicts if verdict is not None]
    rate = _share(readable)
    low, high = bootstrap_interval(readable) if readable else (None, None)
    sensitivity, specificity = (_agreement(known, right=right) for right in (True, False))
    return Opinion(
        n=len(readable),
        rate=rate,
        low=low,
        high=high,
        unreadable=len(verdicts) - len(readable),
        sensitivity=sensitivity,
        specificity=specificity,
        corrected=_corrected(rate, sensitivity, specificity),
    )


def _corrected(rate: float | None, sensitivity: float | None, specificity: float | None) -> float | None:
    """The corrected rate, where there is a rate, and the judge was measured on both labels."""
    if rate is None or sensitivity is None or specificity is None:
        return None
    return corrected_rate(rate, sensitivity, specificity)


def _agreement(known: Sequence[tuple[bool, bool | None]], *, right: bool) -> float | None:
    """The share of the examples with this label on which the readable replies agree with it."""
    return _share([float(reply == label) for label, reply in known if label == right and reply is not None])


def _share(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _write(judged: Judged, path: Path) -> None:
    try:
        path.write_text(judged.model_dump_json(indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise RunError(f"cannot write: {path}: {error.strerror}; make the folder writable") from error
