"""RealTime QA: news quiz questions of one week, asked as of that week, over a year of articles.

Source: Kasai et al., NeurIPS 2023 (datasets track), https://arxiv.org/abs/2207.13332; questions and search results
    from https://github.com/realtimeqa/realtimeqa_public.
Licence: none is stated there; the articles belong to their publishers.
Layout: a folder with two files, a record a line.
    questions.jsonl         {"id", "question", "asked_at": "2025-09-05", "answer", "choices", "evidence", "search_urls"}
    articles.jsonl[.gz]     {"url", "title", "text", "published_at", "authors", "source"}, read as `dateline add` does
Protocol: retrieval from all articles of the year, each question as of two days after it was asked; neither choices
    nor search results are shown. Answers are short.
Official scorer: `scripts/evaluate_main.py --generate`: exact match and token F1 of the bare answer; questions with
    "except" among their last ten characters are skipped.
Traps: about a third of the answers stand in no article, yet every question counts as answerable, so a right refusal
    is scored as a miss; some questions make little sense without their choices; the file of 2023 uses
    eleven ids twice (the later becomes `id@line`), and has one answer, an emoji, that no comparison of words can
    recognise (its question is left out).
"""

from datetime import date, timedelta
from pathlib import Path

from pydantic import Field

from evals.adapters.files import Row, checked, is_comparable, json_lines, located, question, read_by_index, with_own_ids
from evals.datasets import Dataset
from evals.gold import Question

NAME = "realtimeqa"
LEAD = timedelta(days=2)  # a quiz appears within two days of its asked_at; later articles stay unseen


class _Quiz(Row):
    id: str
    question: str
    asked_at: date = Field(le=date.max - LEAD)
    answer: str = Field(min_length=1)


def load(folder: Path) -> Dataset:
    """The questions of one year's folder, and its articles."""
    path = located(folder, "questions.jsonl")
    articles = located(folder, "articles.jsonl")
    rows = ((number, row) for number, row in json_lines(path, _Quiz) if is_comparable(row.answer))
    asked = ((number, _question(row, f"{path}, line {number}")) for number, row in rows)
    return Dataset(
        name=NAME,
        questions=checked(list(with_own_ids(asked)), path),
        style="short",
        articles=lambda: read_by_index(articles),
        official=NAME,
    )


def _question(row: _Quiz, place: str) -> Question:
    return question(place, id=row.id, question=row.question, facts=(row.answer,), as_of=row.asked_at + LEAD)
