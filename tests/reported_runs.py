"""Folders of runs made by hand, for what reports on runs: each answer says, cites and finds what the test wants."""

from datetime import UTC, date, datetime
from hashlib import sha256

from evals.gold import Question
from evals.records import RunRecord
from evals.runner import Prediction
from rag.answer import Answer, ArticleRef, Citation, Passage, Refusal, Sentence, Timings

FERRY = ArticleRef(
    id="ferry",
    title="Ferry to sail twice a day",
    source="Harbour Courier",
    url="https://example.org/ferry",
    authors=(),
    published_at=date(2025, 10, 9),
)
OTHER = FERRY.model_copy(update={"id": "other", "title": "Dockers vote", "url": "https://example.org/dockers"})
SUPPORT = "will sail twice a day from Skerra"


def question(id_="q", **changes):
    """A question about the ferry, as a line of a gold-facts file."""
    fact = {"statement": "It sails twice a day.", "accept": ["twice"]}
    support = [{"article": "https://example.org/ferry", "quote": SUPPORT}]
    return {"id": id_, "question": "How often does the ferry sail?", "facts": [fact], "support": support} | changes


def unanswerable(id_="q", **changes):
    """A question about the ferry that no article answers."""
    return {"id": id_, "question": "Who built the ferry?", "answerable": False} | changes


def passage(text=f"The ferry {SUPPORT} this winter.", article=FERRY):
    return Passage(article_id=article.id, text=text, score=1.0, start=0, end=len(text), article=article)


def citation(quote=f"The ferry {SUPPORT}", article=FERRY, n=1):
    return Citation(n=n, quote=quote, start=0, end=len(quote), verdict="supported", article=article)


def said(text="It sails twice a day. [1]", *, citations=None, passages=None, **changes):
    """An answer, by default right, cited and found."""
    found = {"citations": (citation(),) if citations is None else tuple(citations)}
    found["passages"] = (passage(),) if passages is None else tuple(passages)
    found["sentences"] = (Sentence(text=text.replace(" [1]", ""), citations=(1,), verdict="supported"),)
    given = {"question": "", "standalone_question": "", "model": "made", "timings_ms": Timings(retrieve=20.0)}
    return Answer(**given | {"text": text} | found | changes)


def refused(reason="low_confidence", *, passages=None):
    refusal = Refusal(reason=reason, message="The articles do not say.", newest_article=None)
    return said("The articles do not say.", citations=(), passages=passages, sentences=(), refusal=refusal)


def write_run(folder, asked, answers, *, exact=None, **changes):
    """The folder of a run: questions as lines, and for each the answer, an error in words, or None: not asked."""
    folder.mkdir(exist_ok=True)
    questions = [Question.model_validate(line) for line in asked]
    lines = "".join(f"{one.model_dump_json(exclude_defaults=True)}\n" for one in questions).encode()
    (folder / "dataset.jsonl").write_bytes(lines)
    given = {"dataset": "ferries", "dataset_sha256": sha256(lines).hexdigest(), "n": len(questions)}
    given |= {"task": "answer", "official": None, "engine": "dateline", "style": "full", "version": "0.1.0"}
    given |= {"settings": {"llm": "made"}, "models": ("made",), "prompts": {"answer_full": ("c0ffee",)}}
    given |= {"machine": "a quiet one", "started_at": datetime(2026, 1, 2, 3, 4, tzinfo=UTC)}
    (folder / "run.json").write_text(RunRecord(**given | changes).model_dump_json())
    predictions = (_predicted(*pair, exact) for pair in zip(questions, answers, strict=True) if pair[1] is not None)
    (folder / "predictions.jsonl").write_text("".join(f"{one.model_dump_json()}\n" for one in predictions))
    return folder


def _predicted(one, answer, exact):
    if isinstance(answer, str):
        return Prediction(id=one.id, answer=None, error=answer, seconds=1.0)
    asked = {"question": one.question, "standalone_question": answer.standalone_question or one.question}
    return Prediction(id=one.id, answer=answer.model_copy(update=asked), error=None, seconds=1.5, exact=exact)
