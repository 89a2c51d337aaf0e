"""Events in, what is shown out: the turns of one conversation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.answer import Answer, AnswerReady, PassagesFound, QueryPlan, StreamEvent, TextWithdrawn
from ui import cards, render, replies
from ui.wording import understood


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
    alone: str = ""  # the question as it would be asked outside the conversation, once that is known
    answer: Answer | None = None
    answering: bool = False
    done: bool = False

    def take(self, event: StreamEvent) -> None:
        """Show the next event of the engine's stream, unless the turn was ended."""
        if self.done:
            return
        if isinstance(event, PassagesFound):
            self._plan(event.plan)
            self.cards = cards.passage_cards(event.passages, heading="Passages found")
            self.reply = render.notice("Reading the passages…")
        elif isinstance(event, AnswerReady):
            self.answer = event.answer
            self.cards = cards.answer_cards(event.answer, turn=self.number)
            self.reply = replies.answer(event.answer, turn=self.number)
        elif isinstance(event, TextWithdrawn):
            self.text = ""
            self.reply = render.notice("The LLM begins again…")
        else:
            self.text += event.text
            self.reply = render.draft(self.text)

    def _plan(self, plan: QueryPlan | None) -> None:
        self.plan = plan
        self.alone = plan.standalone_question if plan else self.question

    @property
    def asked(self) -> str:
        """What the engine is asked; without some of its words, the question in which those words were found."""
        return self.alone if self.ignore else self.question

    def without(self, chip: str) -> bool:
        """Whether the turn is open again, to be answered without the words of this chip."""
        words = self.plan.words if self.plan and self.done else ()
        removed = next((found for found in words if render.chip_id(found, turn=self.number) == chip), None)
        if removed is None:
            return False
        self.ignore += ((removed.start, removed.end),)
        self.text, self.reply, self.cards, self.plan, self.answer, self.done = "", "", "", None, None, False
        return True

    def end(self, why: str) -> None:
        """Close the turn without an answer; what was written so far stays."""
        self.reply = (render.draft(self.text) if self.text else "") + render.notice(why)
        self.done = True


def history(turns: Sequence[Turn]) -> tuple[Answer, ...]:
    """What the last question may refer to: the answers before it.

    A question that is asked again without some of its words is in words of its own, and needs none.
    """
    return () if turns[-1].ignore else tuple(turn.answer for turn in turns[:-1] if turn.answer)


def conversation(turns: Sequence[Turn]) -> str:
    """The chat column; words may be taken out of the last question, once it is answered."""
    last = turns[-1] if turns and turns[-1].done else None
    return render.conversation((turn.question, _read_as(turn, removable=turn is last) + turn.reply) for turn in turns)


def sources(turns: Iterable[Turn]) -> str:
    """The side column."""
    return cards.sources((turn.question, turn.cards) for turn in turns)


def _read_as(turn: Turn, *, removable: bool) -> str:
    alone = understood(turn.question, turn.alone)
    line = render.understood(alone) if alone else ""
    return line + (render.chips(turn.plan, turn=turn.number, removable=removable) if turn.plan else "")
