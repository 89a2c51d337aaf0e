"""Records in, HTML out: the page's title, its questions and what was read in them, and the answers being written.

Only this module, `replies`, `cards` and `pieces` make HTML; they are pure functions.
"""

import re
from collections.abc import Iterable
from itertools import groupby

from rag.answer import PlanWords, QueryPlan
from ui.pieces import plain
from ui.readings import meaning, why_not

NO_LLM = (
    "No LLM is configured, so answers are quotes. For written ones, set OPENAI_API_KEY or OPENAI_BASE_URL, "
    "or install dateline[local], and start again."
)
NO_ARTICLES = "The index is empty. Add articles with: dateline add PATH"

_BULLET = re.compile(r"\s*[-*•]\s+")


def masthead(*, model: str, kind: str, articles: int) -> str:
    """The title, the line that says who answers from what, and what to do when something is missing."""
    counted = f"{articles:,} article" + ("" if articles == 1 else "s")
    answers = "Quoted answers" if kind == "extractive" else f"<b>{plain(model)}</b> answers"
    hints = [NO_LLM] * (kind == "extractive") + [NO_ARTICLES] * (articles == 0)
    notes = "".join(f'<p class="dl-hint">{plain(hint)}</p>' for hint in hints)
    return (
        '<header class="dl-masthead"><h1>Dateline</h1>'
        "<p>Ask your news archive. Every answer is cited, dated and checked.</p>"
        f'<p class="dl-status">{answers} from <b>{counted}</b>.</p>{notes}</header>'
    )


def conversation(turns: Iterable[tuple[str, str]]) -> str:
    """The chat column from each turn's question and reply."""
    shown = [f'<article class="dl-turn"><h2>{plain(asked)}</h2>{reply}</article>' for asked, reply in turns]
    body = "".join(shown) or '<p class="dl-empty">What would you like to know?</p>'
    return f'<div role="log" aria-label="Conversation" tabindex="0">{body}</div>'


def understood(question: str) -> str:
    """How a follow-up was understood, to be read over."""
    return f'<p class="dl-understood">Understood as&#58; <q>{plain(question)}</q></p>'


def chips(plan: QueryPlan, *, turn: int, removable: bool) -> str:
    """What was read in the question, a chip for each group of words; those that bind can be taken out."""
    shown = [_chip(words, plan, turn if removable else None) for words in plan.words if words.state != "ignored"]
    return f'<ul class="dl-plan" aria-label="Read as">{"".join(shown)}</ul>' if shown else ""


def chip_id(words: PlanWords, *, turn: int) -> str:
    """What the page sends when the words are taken out of the question of a turn."""
    return f"{turn}-{words.start}-{words.end}"


def draft(text: str) -> str:
    """The answer as it is being written: not yet cited, not yet checked."""
    lines = [line for line in text.splitlines() if line.strip()]
    blocks = []
    for is_list, group in groupby(lines, key=lambda line: bool(_BULLET.match(line))):
        tag = "li" if is_list else "p"
        block = "".join(
            f"<{tag}>{plain(_BULLET.sub('', line, count=1) if is_list else line)}</{tag}>" for line in group
        )
        blocks.append(f"<ul>{block}</ul>" if is_list else block)
    return f'<div class="dl-answer dl-draft">{"".join(blocks)}</div>'


def notice(text: str) -> str:
    """One quiet line in place of an answer: what is happening, or what went wrong."""
    return f'<div class="dl-answer dl-notice" role="status">{plain(text)}</div>'


def _chip(words: PlanWords, plan: QueryPlan, turn: int | None) -> str:
    label, reason = plain(meaning(words)), why_not(words, plan)
    if reason:
        return f'<li class="dl-chip dl-{words.state}"><s>{label}</s> <span>{plain(reason)}</span></li>'
    button = "" if turn is None else _remove_button(words, turn)
    return f'<li class="dl-chip">{label}{button}</li>'


def _remove_button(words: PlanWords, turn: int) -> str:
    says = plain(f"Leave out “{words.text}”")
    named = f'data-chip="{chip_id(words, turn=turn)}" aria-label="{says}" title="{says}"'
    return f'<button type="button" {named}>&#215;</button>'
