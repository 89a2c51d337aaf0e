"""Events in, what is shown out: the turns of one conversation."""

from collections.abc import Iterable
from dataclasses import dataclass

from rag.answer import AnswerReady, PassagesFound, StreamEvent, TextWithdrawn
from ui import render


@dataclass
class Turn:
    """One question, and what is shown for it so far."""

    question: str
    number: int
    text: str = ""
    reply: str = ""
    cards: str = ""
    done: bool = False

    def take(self, event: StreamEvent) -> None:
        """Show the next event of the engine's stream, unless the turn was ended."""
        if self.done:
            return
        if isinstance(event, PassagesFound):
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

    def end(self, why: str) -> None:
        """Close the turn without an answer; what was written so far stays."""
        self.reply = (render.draft(self.text) if self.text else "") + render.notice(why)
        self.done = True


def conversation(turns: Iterable[Turn]) -> str:
    """The chat column."""
    return render.conversation((turn.question, turn.reply) for turn in turns)


def sources(turns: Iterable[Turn]) -> str:
    """The side column."""
    return render.sources((turn.question, turn.cards) for turn in turns)
