"""The commands that make gold facts: drafts by an LLM, and a check of what people made of them."""

from pathlib import Path
from typing import Annotated

import typer

from ui.options import Index
from ui.terminal import progress_bar, say, show

gold = typer.Typer()


@gold.command("new")
def eval_new(
    articles: Annotated[list[str] | None, typer.Argument(help="Files or folders; none: those of the index.")] = None,
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("questions.jsonl"),
    limit: Annotated[int, typer.Option(help="How many questions to draft.", min=1)] = 50,
    llm: Annotated[str | None, typer.Option(help="As DATELINE_LLM.", show_default="DATELINE_LLM")] = None,
    index: Index = None,
) -> None:
    """Draft questions with gold facts about your articles, for you to read and mend."""
    from ui.drafts import articles_of, asker, write_drafts

    found, ask = articles_of(articles or [], index), asker(llm)
    with progress_bar("drafting", in_bytes=False) as progress:
        written = write_drafts(out, found, ask, limit=limit, progress=progress)
    say(f"{written} drafts: {out}; mend each, take out its draft mark, then: dateline eval check {out}")


@gold.command("check")
def eval_check(file: Annotated[Path, typer.Argument(metavar="FILE", help="Gold facts, JSONL.")]) -> None:
    """Name every mistake in a file of gold facts, by line and field."""
    from evals.gold_files import check_questions

    questions, mistakes = check_questions(file)
    for mistake in mistakes:
        show(str(mistake))
    drafts = sum(question.draft for question in questions)
    say(f"{len(questions)} questions without a mistake, {drafts} of them drafts; {len(mistakes)} mistakes: {file}")
    raise typer.Exit(1 if mistakes else 0)
