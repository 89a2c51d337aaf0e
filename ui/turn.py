"""Events in, what is shown out: the turns of one conversation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.answer import AnswerReady, PassagesFound, QueryPlan, StreamEvent, TextWithdrawn
from ui import render


@dataclass
class Turn:
    """One question, and what is shown for it so far."""

    question: str
    number: int
    text: str = ""
    reply: str = ""
    cards: str = ""
    plan: QueryPlan | None = None
    ignore: tuple[tuple[int, int], ...] = ()  # where the words stand that are not to bind
    answering: bool = False
    done: bool = False

    def take(self, event: StreamEvent) -> None:
        """Show the next event of the engine's stream, unless the turn was ended."""
        if self.done:
            return
        if isinstance(event, PassagesFound):
            self.plan = event.plan
            self.cards = render.passage_cards(event.passages, heading="Passages found")
            self.reply = render.notice("Reading the passages…")
        elif isinstance(event, AnswerReady):
            self.cards = render.answer_cards(event.answer, turn=self.number)
            self.reply = render.answer(event.answer, turn=self.number)
        elif isinstance(event, TextWithdrawn):
            self.text = ""
            self.reply = render.notice("The LLM begins again…")
        else:
            self.text += event.text
            self.reply = render.draft(self.text)

    def without(self, chip: str) -> bool:
        """Whether the turn is open again, to be answered without the words of this chip."""
        words = self.plan.words if self.plan and self.done else ()
        removed = next((found for found in words if render.chip_id(found, turn=self.number) == chip), None)
        if removed is None:
            return False
        self.ignore += ((removed.start, removed.end),)
        self.text, self.reply, self.cards, self.plan, self.done = "", "", "", None, False
        return True

    def end(self, why: str) -> None:
        """Close the turn without an answer; what was written so far stays."""
        self.reply = (render.draft(self.text) if self.text else "") + render.notice(why)
        self.done = True


def conversation(turns: Sequence[Turn]) -> str:
    """The chat column; words may be taken out of the last question, once it is answered."""
    last = turns[-1] if turns and turns[-1].done else None
    return render.conversation((turn.question, _chips(turn, removable=turn is last) + turn.reply) for turn in turns)


def sources(turns: Iterable[Turn]) -> str:
    """The side column."""
    return render.sources((turn.question, turn.cards) for turn in turns)


def _chips(turn: Turn, *, removable: bool) -> str:
    return render.chips(turn.plan, turn=turn.number, removable=removable) if turn.plan else ""
