"""A run's folder in, its questions with their answers and scores out: what reports, comparisons and gates share.

No model is called: the same folder gives the same scores.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from textwrap import shorten

from pydantic import ValidationError

from evals.adapters.official import OFFICIAL
from evals.errors import RunError
from evals.gold import Question
from evals.records import DATASET_FILE, RunRecord, read_record
from evals.runner import Prediction, read_predictions
from evals.scoring import MEASURES, Measure, scores_of

SHOWN_ERROR = 300  # characters: an error of ours is shorter, one of somebody else's may be a page
RETRIEVAL_GROUPS = {"retrieval", "time", "cost"}  # of the measures that passages alone have


@dataclass(frozen=True)
class ScoredRun:
    """A run and the scores of each question; what says nothing about quality has none, and is counted."""

    record: RunRecord
    questions: tuple[Question, ...]
    predictions: dict[str, Prediction]
    scores: dict[str, dict[str, float]]

    @property
    def excluded(self) -> dict[str, int]:
        """Reason -> questions without a score, in the order of the reasons' names."""
        left_out = [question.id for question in self.questions if question.id not in self.scores]
        counts = Counter(why_excluded(self.predictions.get(id_)) for id_ in left_out)
        return {reason: counts[reason] for reason in sorted(counts)}

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that apply to a question of the run, in the order of `MEASURES`; a benchmark's own come last."""
        found = dict.fromkeys(name for scores in self.scores.values() for name in scores)
        return (*filter(found.__contains__, MEASURES), *(name for name in found if name not in MEASURES))

    @property
    def slices(self) -> tuple[str, ...]:
        """The slices of the questions, in the order in which they first come."""
        return tuple(dict.fromkeys(name for question in self.questions for name in question.slices))

    def values(self, measure: str, *, of_slice: str | None = None) -> list[float]:
        """The scores of the questions that the measure applies to, in their order."""
        counted = [q for q in self.questions if of_slice is None or of_slice in q.slices]
        return [found[measure] for q in counted if measure in (found := self.scores.get(q.id, {}))]


def scored(run_dir: str | Path) -> ScoredRun:
    """The scores of the stored predictions.

    Failures of the engine or its LLM are excluded, not scored.

    Raises:
        RunError: no run in the folder, one that answered nothing, or one whose files disagree.
    """
    folder = Path(run_dir)
    record = read_record(folder)
    questions, predictions = _asked(folder, record), read_predictions(folder)
    scores = {
        question.id: _scores(question, prediction, record)
        for question in questions
        if (prediction := predictions.get(question.id)) and not prediction.failure
    }
    if not scores:
        raise RunError(f"nothing to score: {folder}: {_why_nothing(predictions)}")
    return ScoredRun(record, questions, predictions, scores)


def measure_named(name: str) -> Measure:
    """What the score is; one that is not ours is a benchmark's own."""
    return MEASURES.get(name) or Measure(name, "official", "higher", True, "as the benchmark's own script gives it")


def why_excluded(prediction: Prediction | None) -> str:
    """Why a question has no scores, in a word or two."""
    return "not asked" if prediction is None else prediction.failure or "answered"


def _why_nothing(predictions: Mapping[str, Prediction]) -> str:
    if not predictions:
        return "no answers; finish it with dateline eval run"
    first = next(iter(predictions.values()))
    said = first.error or (first.answer and first.answer.text) or ""
    told = shorten(said, SHOWN_ERROR, placeholder=" …").rstrip(".;")
    return f"none of {len(predictions)} questions was answered, the first for this: {told}; mend that and run again"


def _scores(question: Question, prediction: Prediction, record: RunRecord) -> dict[str, float]:
    official = OFFICIAL.get(record.official or "")
    ours = scores_of(question, prediction, style=record.style, price=record.price)
    if record.task == "retrieval":  # nothing was answered, and so nothing refused, cited or said
        ours = {name: value for name, value in ours.items() if MEASURES[name].group in RETRIEVAL_GROUPS}
    return ours | (official(question, prediction.answer) if official and prediction.answer else {})


def _asked(folder: Path, record: RunRecord) -> tuple[Question, ...]:
    path = folder / DATASET_FILE
    try:
        content = path.read_bytes()
        if sha256(content).hexdigest() != record.dataset_sha256:
            raise RunError(f"dataset was changed after the run: {path}; run again into a new folder")
        return tuple(Question.model_validate_json(line) for line in content.splitlines())
    except (OSError, ValidationError) as error:
        raise RunError(f"cannot read the run's questions: {path}; run again into a new folder") from error
