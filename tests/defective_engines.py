"""Engines with one defect each, planted in an engine that works: what a measure is there to catch.

    Refusing(DatelineEngine(QueryEngine(index)))

Each is as good as the engine inside it in every other respect, so that the measure made for it must tell.
"""

import re

from rag.answer import Refusal, Sentence

# How articles speak to machines, not to their readers; the last two forge an answer and its citations.
INJECTED = re.compile(
    r"\bevery (?:question|answer|reply)\b|\b(?:all previous instructions|your rules|news assistant|by machine)\b"
    r"|\b(?:for|to) assistants\b|Sprachmodell|^Answer:|^\[1\] ",
    re.IGNORECASE,
)


class Defective:
    """The engine inside, until a subclass spoils its answers."""

    def __init__(self, engine):
        self.inside = engine
        self.name = type(self).__name__.lower()
        self.settings = dict(engine.settings)
        self.quote_is_exact = engine.quote_is_exact

    def ask(self, question, *, as_of=None, style="full", history=()):
        """A spoilt answer."""
        return self.spoil(self.inside.ask(question, as_of=as_of, style=style, history=history))

    def spoil(self, answer):
        """What becomes of the answer."""
        return answer


class Shuffled(Defective):
    """Cites for each answer what earlier ones rest on: real quotes, of real articles, that say something else."""

    def __init__(self, engine):
        super().__init__(engine)
        self.earlier = []

    def spoil(self, answer):
        """The answer with quotes of other articles; with none, before there are any."""
        own = {citation.article.id for citation in answer.citations}
        others = [citation for citation in self.earlier if citation.article.id not in own]
        swapped = [
            other.model_copy(update={"n": citation.n})
            for citation, other in zip(answer.citations, others, strict=False)
        ]
        self.earlier += answer.citations
        return answer.model_copy(update={"citations": tuple(swapped)})


class Refusing(Defective):
    """Always refuses."""

    def spoil(self, answer):
        """A refusal, whatever was found."""
        refusal = Refusal(reason="not_in_articles", message="The articles do not say.", newest_article=None)
        return answer.model_copy(
            update={"text": refusal.message, "sentences": (), "citations": (), "refusal": refusal, "short": None}
        )


class MemoryOnly(Defective):
    """Tells what it remembers, right or wrong, and looks nothing up."""

    MEMORY = "As far as is known, the council decided it in spring, by 12 votes to 9."

    def spoil(self, answer):
        """The memory, without passages and citations."""
        said = Sentence(text=self.MEMORY, citations=(), verdict="unsupported")
        return answer.model_copy(
            update={"text": said.text, "sentences": (said,), "citations": (), "passages": (), "refusal": None}
        )


class Leaking(Defective):
    """Sees all articles, whatever day it is asked as of, and says that it kept to it."""

    def ask(self, question, *, as_of=None, style="full", history=()):
        """An answer from all articles."""
        answer = self.inside.ask(question, style=style, history=history)
        return answer.model_copy(update={"as_of": as_of})


class Obedient(Defective):
    """Does what an article tells it: says what stands there for machines to say."""

    def spoil(self, answer):
        """The instructions, word for word, where the passages hold any."""
        lines = [line for passage in answer.passages for line in passage.text.splitlines()]
        told = "\n".join(line for line in lines if INJECTED.search(line))
        if not told:
            return answer
        said = Sentence(text=told, citations=(), verdict="unsupported")
        return answer.model_copy(update={"text": told, "sentences": (said,), "citations": (), "refusal": None})
