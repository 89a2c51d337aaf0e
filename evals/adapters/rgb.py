"""RGB: what an LLM does with passages that are beside the point, incomplete together, or wrong.

Source: Chen et al., AAAI 2024, https://arxiv.org/abs/2309.01431; https://github.com/chen700564/RGB, folder `data`.
Licence: none is stated there; the passages are snippets of news pages.
Layout: a folder with some of `en.json, en_refine.json, en_int.json, en_fact.json` and the same in `zh`, or one of
    them. Each is JSON Lines in spite of its name:
    {"id", "query", "answer", "positive": ["…"], "negative": ["…"]}
    `answer` is a text, or a list of which each must be stated; a list in it is of alternatives. In `*_int`,
    `positive` has a list for each part of the answer; `*_fact` has "fakeanswer" and "positive_wrong" besides.
    `*_refine` replaces the plain file, which is passed over beside it.
Protocol: there, each question comes with five passages of its own; here, all passages are articles of one index, and
    an engine has to find them. Slices are the files and what they test:
    noise-robustness        positive and negative passages are there;
    negative-rejection      every third question of a plain file: only its negative passages are there, so it is
                            unanswerable (there, all questions are asked once more; one index cannot be both);
    information-integration as noise-robustness, in `*_int`;
    counterfactual          in `*_fact`: only the wrong passages are there, and the fake answer is forbidden.
Official scorer: `evalue.py`: all parts of the answer are in what was said, in lower case ("all_rate"); for
    negative-rejection, whether it was refused; for counterfactual, whether factual errors are pointed out
    ("fact_check_rate"), and where they are, whether the answer is right ("correct_rate").
Traps: the official rejection rate also counts a right answer from memory; ours does not. Counterfactual rewards an
    LLM that contradicts its passages: an engine that is true to its articles states the fake answer there. Negative
    passages hold the answer now and then; so may the positive ones of another question. Passages are cut off
    mid-sentence.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from evals.adapters.files import Row, checked, json_lines, question, with_own_ids
from evals.datasets import Dataset
from evals.errors import DatasetError
from evals.gold import Question, Support
from index import Article

NAME = "rgb"
REJECTED_EVERY = 3  # questions; a hundred of the 300: a rate of half is known to ten points
ID_LENGTH = 16  # hex characters of a passage's hash
NOISE, REJECTION = "noise-robustness", "negative-rejection"
INTEGRATION, COUNTERFACTUAL = "information-integration", "counterfactual"

Parts = str | tuple[str | tuple[str, ...], ...]


class _Record(Row):
    id: int | str
    query: str
    answer: Parts
    positive: tuple[str | tuple[str, ...], ...] = ()
    negative: tuple[str, ...] = ()
    positive_wrong: tuple[str, ...] = ()
    fakeanswer: Parts = ()

    def passages(self, ability: str) -> tuple[str, ...]:
        """The passages that are indexed, those that answer it first."""
        if ability == REJECTION:
            return self.negative
        return (*(self.positive_wrong if ability == COUNTERFACTUAL else self.positives), *self.negative)

    @property
    def positives(self) -> tuple[str, ...]:
        return tuple(text for part in self.positive for text in ((part,) if isinstance(part, str) else part))


def load(given: Path) -> Dataset:
    """The questions of the files in a folder, or of one file, and their passages as articles."""
    paths = (given,) if given.is_file() else _files(given)
    asked = (pair for path in paths for pair in _questions(path))
    return Dataset(
        name=NAME,
        questions=checked(list(with_own_ids(asked)), given),
        articles=lambda: _articles(paths),
        official=NAME,
    )


def _files(folder: Path) -> tuple[Path, ...]:
    names = [f"{language}{kind}.json" for language in ("en", "zh") for kind in ("", "_refine", "_int", "_fact")]
    found = {name: folder / name for name in names if (folder / name).is_file()}
    if not found:
        raise DatasetError(f"no RGB file in {folder}; give the folder that holds {', '.join(names)}, or one of them")
    return tuple(path for name, path in found.items() if name.replace(".", "_refine.") not in found)


def _records(path: Path) -> Iterator[tuple[int, str, _Record]]:
    """Each record with its line number, and what it tests."""
    for number, record in json_lines(path, _Record):
        yield number, _ability(path.stem, number), record


def _ability(stem: str, number: int) -> str:
    if stem.endswith("_int"):
        return INTEGRATION
    if stem.endswith("_fact"):
        return COUNTERFACTUAL
    return NOISE if number % REJECTED_EVERY else REJECTION


def _questions(path: Path) -> Iterator[tuple[int, Question]]:
    for number, ability, record in _records(path):
        place = f"{path}, line {number}"
        common = {"id": f"{path.stem}-{record.id}", "question": record.query, "slices": (path.stem, ability)}
        if ability == REJECTION:
            yield number, question(place, **common, answerable=False)
            continue
        texts = () if ability == COUNTERFACTUAL else dict.fromkeys(filter(str.strip, record.positives))
        support = tuple(Support(article=_url(text)) for text in texts)
        facts, forbidden = _facts(record.answer), _facts(record.fakeanswer)
        if not facts:
            raise DatasetError(f"not a question: {place}, answer: empty; write what a right answer states")
        yield number, question(place, **common, facts=facts, forbidden=forbidden, support=support)


def _facts(answer: Parts) -> tuple[dict[str, object], ...]:
    parts = (answer,) if isinstance(answer, str) else answer
    alternatives = ((part,) if isinstance(part, str) else part for part in parts)
    written = (tuple(filter(str.strip, forms)) for forms in alternatives)
    return tuple({"statement": accept[0], "accept": accept} for accept in written if accept)


def _articles(paths: tuple[Path, ...]) -> Iterator[Article]:
    seen: set[str] = set()
    for path in paths:
        for _, ability, record in _records(path):
            for text in record.passages(ability):
                url = _url(text)
                if url not in seen and text.strip():
                    seen.add(url)
                    yield Article(text=text, url=url)


def _url(text: str) -> str:
    return f"{NAME}:{sha256(text.encode()).hexdigest()[:ID_LENGTH]}"
