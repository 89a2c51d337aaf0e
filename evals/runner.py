"""A dataset and an engine in, a folder of stored answers out: predict once, score often.

The folder holds `run.json` (what was run), `dataset.jsonl` (the questions) and `predictions.jsonl`
(one line an answer, appended as it comes). Running into the same folder again asks only what has no
answer yet: a killed run is resumed by repeating its command.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pydantic import Field, ValidationError

from evals.datasets import Dataset
from evals.engines import AnswerEngine
from evals.errors import RunError
from evals.gold import Question, Record
from evals.records import PREDICTIONS_FILE, RunRecord, alone_in, open_record, record_of, with_models, write_record
from rag.answer import Answer, Style

RETRIEVED = 100  # passages of a retrieval task; BEIR's tables stop at this depth


class Prediction(Record):
    """The stored answer to one question, or why there is none."""

    id: str
    answer: Answer | None
    error: str | None
    seconds: float
    exact: tuple[bool, ...] | None = Field(
        default=None, description="whether each citation's offsets give its quote; None: nobody can look"
    )

    @property
    def failure(self) -> str | None:
        """Why this says nothing about quality: the engine failed, or its LLM was away; None: it counts."""
        if self.answer is None:
            return "error"
        refusal, failure = self.answer.refusal, self.answer.llm_failure
        if (failure and failure.reason == "unavailable") or (refusal and refusal.reason == "llm_unavailable"):
            return "llm_unavailable"  # quoted articles in its stead are another engine's answer
        return None


def run(  # noqa: PLR0913 (all but two are keyword-only)
    dataset: Dataset,
    engine: AnswerEngine,
    *,
    out_dir: str | Path,
    style: Style | None = None,
    price: tuple[float, float] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> RunRecord:
    """The record of a run that asked the engine every question of the dataset.

    Args:
        dataset: the questions; their gold facts are not shown to the engine.
        engine: what is asked; its `settings` go on record.
        out_dir: folder of the run, made if absent; one that holds the same run is continued.
        style: the style of answer to ask for; None: the dataset's own, else `full`.
        price: US dollars for a million tokens that the LLM reads, and writes; None: money is not counted.
        progress: called with (questions done, questions in all).

    Raises:
        RunError: the folder holds another run, is being run into, or cannot be read or written.
    """
    folder, wanted = Path(out_dir), record_of(dataset, engine, style, price)
    with alone_in(folder):
        record = open_record(folder, wanted, dataset.jsonl)
        try:
            _ask_all(dataset, engine, record.style, folder=folder, progress=progress)
        except OSError as error:
            raise RunError(
                f"cannot store the answers: {folder}: {error.strerror}; make room, and run into it again"
            ) from error
        finally:  # also when stopped from the keyboard: what was answered can be reported on
            record = _finished(record, folder)
    return record


def read_predictions(folder: Path) -> dict[str, Prediction]:
    """Question id -> its newest prediction; a last line that was cut off while being written is not one.

    Raises:
        RunError: a whole line is not a prediction; it names the line.
    """
    path = folder / PREDICTIONS_FILE
    if not path.exists():
        return {}
    found = {}
    for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], start=1):
        try:
            prediction = Prediction.model_validate_json(line)
        except ValidationError as error:
            raise RunError(f"not a prediction: {path}, line {number}; delete that line and run again") from error
        found[prediction.id] = prediction
    return found


def _finished(record: RunRecord, folder: Path) -> RunRecord:
    answers = (prediction.answer for prediction in read_predictions(folder).values())
    done = with_models(record, [answer for answer in answers if answer])
    with suppress(OSError):  # a full disk keeps the record of the start, which names all but the models
        write_record(folder, done)
    return done


def _ask_all(
    dataset: Dataset,
    engine: AnswerEngine,
    style: Style,
    *,
    folder: Path,
    progress: Callable[[int, int], None] | None,
) -> None:
    _drop_cut_off_line(folder / PREDICTIONS_FILE)
    done = {id_ for id_, prediction in read_predictions(folder).items() if prediction.failure is None}
    answering = _answering(dataset, engine, style)
    with (folder / PREDICTIONS_FILE).open("a", encoding="utf-8") as file:
        for number, question in enumerate(dataset.questions, start=1):
            if question.id not in done:
                file.write(_stored(_predict(question, answering, engine)) + "\n")
                file.flush()
            if progress:
                progress(number, len(dataset.questions))


def _drop_cut_off_line(path: Path) -> None:
    if path.exists():
        content = path.read_bytes()
        os.truncate(path, content.rfind(b"\n") + 1)


def _answering(dataset: Dataset, engine: AnswerEngine, style: Style) -> Callable[[Question], Answer]:
    if dataset.task == "retrieval":
        if not hasattr(engine, "find"):
            raise RunError(
                f"engine finds no passages: {engine.name}; {dataset.name} is about nothing else, give another"
            )
        return lambda question: _found(question, engine)
    return lambda question: engine.ask(question.question, as_of=question.as_of, style=style, history=question.history)


def _found(question: Question, engine: AnswerEngine) -> Answer:
    passages = engine.find(question.question, top_k=RETRIEVED, as_of=question.as_of)  # type: ignore[attr-defined]
    return Answer(
        question=question.question,
        standalone_question=question.question,
        as_of=question.as_of,
        text="",
        passages=tuple(passages),
        model=engine.name,
    )


def _predict(question: Question, answering: Callable[[Question], Answer], engine: AnswerEngine) -> Prediction:
    started = time.perf_counter()
    answer, problem = None, None
    try:
        answer = answering(question)
    except (Exception, SystemExit) as error:  # one question must not cost the run's other answers
        problem = " ".join(f"{type(error).__name__}: {error}".encode(errors="replace").decode().split())
    seconds = time.perf_counter() - started
    return Prediction(id=question.id, answer=answer, error=problem, seconds=seconds, exact=_exact(answer, engine))


def _stored(prediction: Prediction) -> str:
    """The prediction as a line of its file; an answer that no file can give back, as with a score of NaN, failed."""
    try:
        line = prediction.model_dump_json()
        Prediction.model_validate_json(line)
    except ValueError as error:  # half a character, or a number that JSON has no name for
        problem = " ".join(f"the answer cannot be stored: {error}".split())
        return Prediction(id=prediction.id, answer=None, error=problem, seconds=prediction.seconds).model_dump_json()
    return line


def _exact(answer: Answer | None, engine: AnswerEngine) -> tuple[bool, ...] | None:
    is_exact = getattr(engine, "quote_is_exact", None)
    return tuple(is_exact(citation) for citation in answer.citations) if answer and is_exact else None
