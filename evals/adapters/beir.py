"""BEIR, and whatever is laid out like it: queries, documents, and which of them are relevant. Retrieval alone.

Source: Thakur et al., NeurIPS 2021 (datasets track), https://arxiv.org/abs/2104.08663;
    https://github.com/beir-cellar/beir.
Licence: the code's is Apache 2.0; each data set has its own (SciFact CC BY-NC 2.0, MS MARCO non-commercial, …).
Layout: a folder with
    corpus.jsonl[.gz]     {"_id", "title", "text"}
    queries.jsonl[.gz]    {"_id", "text"}
    qrels/test.tsv        query-id, corpus-id, score under a header line; without a test split, the only split there
Protocol: a document is an article with the URL `beir:<_id>`; a score above 0 is a relevance grade. No answers.
Official scorer: `EvaluateRetrieval`, that is pytrec_eval: nDCG@10 (gain is the grade), after dropping the document that
    has the query's own id (in ArguAna and Quora the query is itself a document).
Traps: queries that nothing is relevant to are left out here, and count 0 there. Judgements on documents that are not in
    the corpus (some sets have them) can be met by nobody. Few judgements do not mean few relevant documents.
    A document without a text is indexed by its title, one without either not at all.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import Field

from evals.adapters.files import Row, checked, json_lines, lines, located, question
from evals.datasets import Dataset
from evals.errors import DatasetError
from evals.gold import Question, Support
from index import Article

NAME = "beir"
COLUMNS = 3  # query id, document id, score

Judgements = Mapping[str, Mapping[str, int]]


class _Document(Row):
    id: str = Field(alias="_id")
    title: str | None = None
    text: str | None = None


class _Query(Row):
    id: str = Field(alias="_id")
    text: str


def load(folder: Path) -> Dataset:
    """The queries that a split judges, and the corpus as articles."""
    corpus, queries = located(folder, "corpus.jsonl"), located(folder, "queries.jsonl")
    qrels = _split(folder / "qrels")
    return Dataset(
        name=NAME,
        questions=checked(list(_questions(queries, _judgements(qrels), qrels)), qrels),
        task="retrieval",
        articles=lambda: _articles(corpus),
        official=NAME,
    )


def address(document_id: str) -> str:
    """The URL of the article that a document becomes."""
    return f"{NAME}:{document_id}"


def _split(folder: Path) -> Path:
    found = sorted(folder.glob("*.tsv"))
    chosen = [path for path in found if path.stem == "test"] or found
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(path.name for path in chosen) or "none"
    raise DatasetError(f"no test.tsv, nor one other split, in {folder}: {names}; leave one there")


def _judgements(path: Path) -> Judgements:
    """Query id -> document id -> score; a pair that is judged twice has its last score, as in BEIR's loader."""
    judged: dict[str, dict[str, int]] = {}
    rows = lines(path)
    _, header = next(rows, (0, ""))
    if _score(header) is not None:
        raise DatasetError(f"no header: {path}, line 1; put query-id, corpus-id, score above the judgements")
    for number, line in rows:
        score = _score(line)
        if score is None:
            raise DatasetError(f"not a judgement: {path}, line {number}; write query-id, corpus-id, score between tabs")
        query, document, *_ = line.split("\t")
        judged.setdefault(query.strip(), {})[document.strip()] = score
    return judged


def _score(line: str) -> int | None:
    fields = line.split("\t")
    try:
        return int(fields[2]) if len(fields) == COLUMNS else None
    except ValueError:
        return None


def _questions(path: Path, judged: Judgements, qrels: Path) -> Iterator[Question]:
    unseen = set(judged)
    for number, row in json_lines(path, _Query):
        if row.id in unseen:
            unseen.remove(row.id)
            if support := _support(judged[row.id]):
                place = f"{path}, line {number}"
                yield question(place, id=row.id, question=row.text.strip(), support=support)
    if unseen:
        raise DatasetError(f"no such query: {min(unseen)} in {qrels}; get {path.name} of the same version")


def _support(scores: Mapping[str, int]) -> tuple[Support, ...]:
    relevant = ((document, score) for document, score in scores.items() if score > 0)
    return tuple(Support(article=address(document), grade=score) for document, score in relevant)


def _articles(path: Path) -> Iterator[Article]:
    for _, row in json_lines(path, _Document):
        title = (row.title or "").strip()
        if text := (row.text or "").strip() or title:
            yield Article(text=text, title=title, url=address(row.id))
