"""SQuAD v1.1 and v2.0, and whatever is laid out like them: spans of Wikipedia, and questions without an answer.

Source: Rajpurkar et al., EMNLP 2016, https://arxiv.org/abs/1606.05250, and ACL 2018, https://arxiv.org/abs/1806.03822;
    https://rajpurkar.github.io/SQuAD-explorer/.
Licence: CC BY-SA 4.0.
Layout: one JSON file, given itself or as the one (or the one `dev*`) of a folder:
    {"data": [{"title", "paragraphs": [{"context", "qas": [
        {"id", "question", "answers": [{"text", "answer_start"}], "is_impossible"}]}]}]}
    v1.1 has no `is_impossible`; a question without answers is one of v2.0's impossible ones either way.
Protocol: each distinct paragraph is an article under its page's title, and retrieval is from all of them. Every
    distinct answer is accepted. Answers are short; refusing is the empty answer.
Official scorer: `evaluate-v2.0.py`: exact match and token F1, over all, over those with (HasAns) and without
    (NoAns) an answer; for v1.1, HasAns is its only figure.
Traps: published figures are for reading one given paragraph, not for finding it. Many questions ("What did he do
    next?") are only clear beside their paragraph. Impossible means impossible from that paragraph: another page may
    hold the answer. Answers that are nothing but punctuation are no gold answers (the official script drops them
    too); a question with no other is left out.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote

from pydantic import TypeAdapter

from evals.adapters.files import Row, checked, is_comparable, json_file, question, with_own_ids
from evals.datasets import Dataset
from evals.errors import DatasetError
from evals.gold import Question, Support
from index import Article

NAME = "squad"
ID_LENGTH = 16  # hex characters of a paragraph's hash


class _Span(Row):
    text: str


class _Asked(Row):
    id: str
    question: str
    answers: tuple[_Span, ...] = ()
    is_impossible: bool = False

    @property
    def golds(self) -> tuple[str, ...]:
        stripped = (span.text.strip() for span in self.answers)
        return tuple(dict.fromkeys(text for text in stripped if is_comparable(text)))


class _Paragraph(Row):
    context: str
    qas: tuple[_Asked, ...]


class _Page(Row):
    title: str = ""
    paragraphs: tuple[_Paragraph, ...]


class _File(Row):
    data: tuple[_Page, ...]


def load(given: Path) -> Dataset:
    """The questions of one file, and its paragraphs as articles."""
    path = given if given.is_file() else _only(given)
    pages = json_file(path, TypeAdapter(_File)).data
    return Dataset(
        name=NAME,
        questions=checked(list(with_own_ids(enumerate(_questions(pages, path), start=1))), path),
        style="short",
        articles=lambda: _articles(pages),
        official=NAME,
    )


def _only(folder: Path) -> Path:
    found = sorted(folder.glob("*.json"))
    chosen = [path for path in found if path.name.startswith("dev")] or found
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(path.name for path in chosen) or "none"
    raise DatasetError(f"not one SQuAD file in {folder}: {names}; give the .json file itself")


def _questions(pages: tuple[_Page, ...], path: Path) -> Iterator[Question]:
    for page in pages:
        for paragraph in page.paragraphs:
            for asked in paragraph.qas:
                if asked.golds or not asked.answers or asked.is_impossible:
                    yield _question(asked, paragraph.context, f"{path}, question {asked.id}")


def _question(asked: _Asked, context: str, place: str) -> Question:
    common = {"id": asked.id, "question": asked.question.strip()}
    if asked.is_impossible or not asked.answers:
        return question(place, **common, answerable=False, slices=("NoAns",))
    fact = {"statement": asked.golds[0], "accept": asked.golds}
    return question(place, **common, facts=(fact,), slices=("HasAns",), support=(Support(article=_url(context)),))


def _articles(pages: tuple[_Page, ...]) -> Iterator[Article]:
    seen: set[str] = set()
    for page in pages:
        title = unquote(page.title).replace("_", " ")  # v1.1 writes titles as Wikipedia's addresses do
        for paragraph in page.paragraphs:
            url = _url(paragraph.context)
            if url not in seen and paragraph.context.strip():
                seen.add(url)
                yield Article(text=paragraph.context, title=title, url=url)


def _url(context: str) -> str:
    return f"{NAME}:{sha256(context.encode()).hexdigest()[:ID_LENGTH]}"
