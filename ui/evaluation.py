"""The commands that measure answer quality."""

import sys
from contextlib import redirect_stdout
from math import isfinite
from pathlib import Path
from typing import Annotated, Literal

import typer

from ui.gold import gold
from ui.options import EvalIndex, Json, open_engine, ready_llm, settings_to_measure
from ui.terminal import print_json, progress_bar, say, show

evaluation = typer.Typer(help="Measure answer quality against gold facts.")
evaluation.add_typer(gold)


def _real_price(price: tuple[float, float] | None) -> tuple[float, float] | None:
    if price and not all(isfinite(dollars) and dollars >= 0 for dollars in price):
        raise typer.BadParameter(f"no price: {price[0]} {price[1]}; give two numbers of dollars, 0 or more")
    return price


RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")]


@evaluation.command("run")
def eval_run(
    dataset: Annotated[str, typer.Argument(help="A bundled set, a benchmark, or a JSONL file.")] = "sample",
    data: Annotated[Path | None, typer.Option(help="Folder with a public benchmark's files.")] = None,
    engine: Annotated[
        str, typer.Option(help="dateline, stock, python:MODULE:FUNCTION, or the URL of a chat endpoint.")
    ] = "dateline",
    llm: Annotated[str | None, typer.Option(help="As DATELINE_LLM.", show_default="DATELINE_LLM")] = None,
    embed: Annotated[str | None, typer.Option(help="As DATELINE_EMBED.", show_default="DATELINE_EMBED")] = None,
    style: Annotated[
        Literal["full", "short"] | None,
        typer.Option(help="A sentence or two, or the bare fact.", show_default="the set's own, else full"),
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Ask only so many questions.", min=1)] = None,
    sample: Annotated[
        int | None, typer.Option(metavar="SEED", help="Draw them at random, not from the top.", show_default=False)
    ] = None,
    price: Annotated[
        tuple[float, float] | None,
        typer.Option(
            metavar="READ WRITTEN", help="US dollars for a million tokens.", show_default=False, callback=_real_price
        ),
    ] = None,
    index: EvalIndex = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the run; one begun is continued.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the newest run of the same kind.")] = False,
    as_json: Json = False,
) -> None:
    """Ask every question of a data set, store the answers, and report on them."""
    from evals.runner import run
    from ui.measuring import Choice, folder_of_run, open_dataset, opened_engine

    questions = open_dataset(dataset, data).sample(limit, sample)
    with redirect_stdout(sys.stderr):  # what somebody else's engine prints is not what was asked for
        chosen = opened_engine(Choice(engine, llm=llm, embed=embed, index=index), questions)
    folder = out or folder_of_run(questions, chosen, style, resume=resume)
    say(f"the answers go to {folder}")
    try:
        with redirect_stdout(sys.stderr), progress_bar("asking", in_bytes=False) as progress:
            run(questions, chosen, out_dir=folder, style=style, price=price, progress=progress)
        _report(folder, as_json=as_json)
    except KeyboardInterrupt as stop:
        say(f"stopped, and what was answered is kept: {folder}; the same command with --out {folder} goes on")
        raise typer.Exit(1) from stop


@evaluation.command("evidence")
def eval_evidence(
    dataset: Annotated[str, typer.Argument(help="A bundled set, a benchmark, or a JSONL file.")] = "sample",
    data: Annotated[Path | None, typer.Option(help="Folder with a public benchmark's files.")] = None,
    limit: Annotated[int | None, typer.Option(help="Ask only so many questions.", min=1)] = None,
    sample: Annotated[
        int | None, typer.Option(metavar="SEED", help="Draw them at random, not from the top.", show_default=False)
    ] = None,
    index: EvalIndex = None,
    as_json: Json = False,
) -> None:
    """Say how often what was found survives selection, at several budgets; no LLM is asked."""
    from evals.survival import survival
    from ui.measuring import Choice, open_dataset, opened_index

    questions = open_dataset(dataset, data).sample(limit, sample)
    articles = opened_index(Choice("dateline", index=index), questions)
    with progress_bar("asking", in_bytes=False) as progress:
        found = survival(open_engine(articles, settings_to_measure("extractive")), questions, progress=progress)
    if as_json:
        print_json(found.as_dict())
    else:
        show(found.text())


@evaluation.command("report")
def eval_report(run: RunFolder, as_json: Json = False) -> None:
    """Score the stored answers of a run, and write report.md and report.html; no LLM is asked."""
    _report(run, as_json=as_json)


@evaluation.command("compare")
def eval_compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="Folder of the run before.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Folder of the run after.")],
    as_json: Json = False,
) -> None:
    """Say what got better and what got worse from run A to run B, question by question."""
    from evals.compare import compare

    found = compare(a, b)
    if as_json:
        print_json(found.as_dict())
    else:
        show(found.text())


@evaluation.command("gate")
def eval_gate(
    run: Annotated[
        Path | None, typer.Argument(metavar="[RUN]", help="Folder of a run.", show_default="the newest")
    ] = None,
    *,
    baseline: Annotated[Path, typer.Option(help="JSON file with the floors.")],
    raise_: Annotated[
        bool, typer.Option("--raise", help="Raise the floors to this run; none is ever lowered.")
    ] = False,
) -> None:
    """Exit with 1 when a deterministic measure of a run is worse than its floor."""
    from evals.gate import gate, raise_floors
    from evals.records import newest_run
    from ui.measuring import runs_folder

    run = run or newest_run(runs_folder())
    if raise_:
        risen = raise_floors(run, baseline)
        for name, floor in risen.items():
            show(f"{name}: {floor.worst:.4f}")
        say(f"{len(risen)} floors raised: {baseline}")
    failures = gate(run, baseline)
    for failure in failures:
        show(failure)
    say(f"{len(failures)} measures are worse than their floors: {run}" if failures else f"passed: {run}")
    raise typer.Exit(1 if failures else 0)


@evaluation.command("judge")
def eval_judge(
    run: RunFolder,
    llm: Annotated[str | None, typer.Option(help="The judge, as DATELINE_LLM.", show_default="DATELINE_LLM")] = None,
    as_json: Json = False,
) -> None:
    """Have an LLM judge a run, and say how often it is wrong; never mixed into the scores."""
    from evals.judges import judge_run

    judge = ready_llm(settings_to_measure(llm))
    with progress_bar("judging", in_bytes=False) as progress:
        judged = judge_run(run, judge, progress=progress)
    if as_json:
        print_json(judged.model_dump(mode="json"))
    else:
        show(judged.text())


@evaluation.command("verifier")
def eval_verifier(
    half: Annotated[Literal["tuning", "final"], typer.Option(help="Its words were chosen on the first.")] = "final",
    embed: Annotated[
        str | None, typer.Option(help="Give it the cosines of this embedding.", show_default="none")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say how far the verifier's verdicts can be trusted: precision and recall on labelled sentences."""
    from evals.verifying import measure_verifier
    from index.embedding import load_embedding

    measured = measure_verifier(half, load_embedding(embed) if embed else None)
    if as_json:
        print_json(measured.model_dump(mode="json"))
    else:
        show(measured.text())


def _report(folder: Path, *, as_json: bool) -> None:
    from evals.report import report, write_reports

    scores = report(folder)
    pages = write_reports(scores, folder)
    if as_json:
        print_json(scores.as_dict())
    else:
        typer.echo(scores.text())
    say(f"every failure, and why: {' and '.join(map(str, pages))}")
