"""Runs made by hand, for what reads runs: the questions, and what an engine is to have said to each."""

import json

from evals import load_dataset
from evals.runner import run
from rag.answer import Answer, Refusal, Usage

NOT_SAID = Refusal(reason="not_in_articles", message="The articles do not say.", newest_article=None)


class MadeEngine:
    """Says what it was told to, of nothing that the articles do not say; fails where told to."""

    name = "made"
    settings = {}  # noqa: RUF012 (an engine's settings are read, never changed)

    def __init__(self, said, failed):
        self.said, self.failed = said, failed

    def ask(self, question, *, as_of=None, style="full", history=()):
        if question in self.failed:
            raise TimeoutError("silence")
        said = self.said[question]
        return Answer(
            question=question,
            standalone_question=question,
            as_of=as_of,
            text=said,
            refusal=None if said else NOT_SAID,
            usage=Usage(prompt_tokens=100, completion_tokens=10),
            model="made",
        )


def question(id_, **changes):
    """A question whose answer is Osterby, as a line of a gold-facts file."""
    return {"id": id_, "question": f"Where is {id_}?", "facts": ["Osterby"]} | changes


def make_run(folder, questions, answers, *, failed=(), style="full"):
    """The folder of a run in which each question, by its id, got this answer."""
    path = folder.parent / f"{folder.name}.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in questions))
    asked = {one["id"]: one["question"] for one in questions}
    engine = MadeEngine({asked[id_]: said for id_, said in answers.items()}, [asked[id_] for id_ in failed])
    run(load_dataset(path), engine, out_dir=folder, style=style)
    return folder
