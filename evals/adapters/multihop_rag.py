"""MultiHop-RAG: questions whose answer takes two to four news articles, over 609 articles of late 2023.

Source: Tang and Yang, COLM 2024, https://arxiv.org/abs/2401.15391; https://github.com/yixuantt/MultiHop-RAG,
    https://huggingface.co/datasets/yixuantt/MultiHopRAG.
Licence: ODC-BY.
Layout: a folder with two JSON lists.
    MultiHopRAG.json    [{"query", "answer", "question_type", "evidence_list": [{"url", "title", "fact", …}]}]
    corpus.json         [{"title", "author", "source", "published_at", "category", "url", "body"}], read as
                        `dateline add` does
Protocol: retrieval from all articles; the slices are the question types (inference, comparison, temporal, null).
    A `null_query` ("Insufficient information.") is unanswerable. Answers are short ("a word or entity").
Official scorer: `qa_evaluate.py`: right if answer and gold, in lower case and split at spaces, share a word (its
    precision, recall, F1 and accuracy are all that share); `retrieval_evaluate.py`: hits@4, hits@10, MAP@10, MRR@10 of
    passages that hold a `fact`, white space aside, over all but the null queries.
Traps: the official answer score is lenient: "The answer is not in the articles" earns "The Verge" its point by "the";
    a full stop makes "Yes." miss "Yes". Its MAP counts at each rank only the facts that are new there. Most answers
    are yes, no, or a name: guessing goes far on comparisons. Questions have no ids; ours are their numbers in the file.
"""

from pathlib import Path

from pydantic import TypeAdapter

from evals.adapters.files import Row, checked, json_file, located, question, read_by_index
from evals.datasets import Dataset
from evals.gold import Question, Support

NAME = "multihop-rag"
NO_ANSWER = "Insufficient information."
NULL = "null_query"


class _Evidence(Row):
    url: str
    fact: str | None = None


class _Asked(Row):
    query: str
    answer: str
    question_type: str
    evidence_list: tuple[_Evidence, ...] = ()

    @property
    def answerable(self) -> bool:
        return self.question_type != NULL and self.answer.strip(". ").lower() != NO_ANSWER.strip(".").lower()


def load(folder: Path) -> Dataset:
    """The questions, and the corpus as articles."""
    path = located(folder, "MultiHopRAG.json")
    corpus = located(folder, "corpus.json")
    rows = json_file(path, TypeAdapter(tuple[_Asked, ...]))
    return Dataset(
        name=NAME,
        questions=checked([_question(row, number, path) for number, row in enumerate(rows, start=1)], path),
        style="short",
        articles=lambda: read_by_index(corpus),
        official=NAME,
    )


def _question(row: _Asked, number: int, path: Path) -> Question:
    place = f"{path}: [{number - 1}]"  # as errors of the layout count
    common = {"id": f"{NAME}-{number}", "question": row.query.strip(), "slices": (row.question_type,)}
    if not row.answerable:
        return question(place, **common, answerable=False)
    return question(place, **common, facts=(row.answer.strip(),), support=_support(row))


def _support(row: _Asked) -> tuple[Support, ...]:
    return tuple(Support(article=evidence.url, quote=evidence.fact or None) for evidence in row.evidence_list)
