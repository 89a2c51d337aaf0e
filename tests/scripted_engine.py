"""An engine for the chat that plays what the first word of the question says."""

import asyncio
import threading
from datetime import date
from types import SimpleNamespace

from index import ScopeError
from rag.answer import (
    Answer,
    AnswerReady,
    ArticleRef,
    Citation,
    Passage,
    PassagesFound,
    PlanWords,
    QueryPlan,
    Refusal,
    Report,
    Sentence,
    TextDelta,
)

TIMEOUT = 30_000  # milliseconds; what a slow machine may take
SPITEFUL = '![](http://evil.example/a.png) <img src="http://evil.example/b.png"> ${alert(1)}'
ARTICLES = [
    ArticleRef(id=f"a{n}", title=title, source=source, url=url, authors=(), published_at=day)
    for n, (title, source, url, day) in enumerate(
        [
            ("Council backs a second ferry", "The Harbour Post", "https://harbour.example/1", date(2025, 9, 30)),
            (f"Vote passes {SPITEFUL}", "Northern Courier", "javascript:alert(1)", None),
        ]
    )
]
QUOTES = ["The council voted nine to four for a second ferry.", f"It will sail in spring. {SPITEFUL}"]
SENTENCES = (
    Sentence(text="The council backed a second ferry.", citations=(1,), verdict="supported", day=date(2025, 9, 30)),
    Sentence(text=f"It sails in spring. {SPITEFUL}", citations=(2,), verdict="supported", day=date(2025, 10, 2)),
)
REASON = "'autumn' is not in the cited words"
DOUBTFUL = tuple(
    sentence.model_copy(update={"verdict": verdict, "reasons": (REASON, SPITEFUL)})
    for sentence, verdict in zip(SENTENCES, ("partly", "unsupported"), strict=True)
)
REPORTS = (
    Report(said="48 million crowns", citation=1, source="The Harbour Post", published_at=date(2025, 9, 30)),
    Report(said=f"61 million {SPITEFUL}", citation=2, source=None, published_at=None),
)
TEXT = f"The council backed a second ferry [1]. It sails in spring [2]. {SPITEFUL}"
PASSAGES = tuple(
    Passage(article_id=a.id, text=quote * 20, score=1, start=0, end=len(quote) * 20, article=a)
    for a, quote in zip(ARTICLES, QUOTES, strict=True)
)
CITATIONS = tuple(
    Citation(n=n, quote=quote, start=0, end=len(quote), verdict="supported", article=a)
    for n, (a, quote) in enumerate(zip(ARTICLES, QUOTES, strict=True), start=1)
)
NO = Refusal(reason="not_in_articles", message="The articles do not say.", newest_article=None, nearest=tuple(ARTICLES))
IN_AUGUST = "Who won in August, says Reuters?"
ALONE = "Who backed the ferry in August?"  # what a question that begins with And is taken for, in a conversation


def planned(question, ignore):
    """The plan of a question in which "in August" binds, unless ignored, and "Reuters" has no article."""
    words = [
        PlanWords(text=text, start=start, end=start + len(text), kind=kind, sources=("R",), state=state)
        for text, kind, state in [("in August", "time", "applied"), ("Reuters", "outlet", "relaxed")]
        if (start := question.find(text)) >= 0 and (start, start + len(text)) not in ignore
    ]
    return QueryPlan(standalone_question=question, words=words)


class ScriptedEngine:
    """Remembers what it was asked, and what was closed; a question that begins with Step waits for `steps`."""

    def __init__(self, kind="local", pace=0.03):
        self.llm = SimpleNamespace(name="scripted-1b", kind=kind)
        self.index = range(5)
        self.pace = pace  # seconds from word to word
        self.asked, self.closed = [], []
        self.steps = threading.Semaphore(0)

    async def astream(self, question, *, style="full", history=(), **bounds):
        self.asked.append((question, {"style": style, "history": history, **bounds}))
        try:
            async for event in self._play(
                question, style, ALONE if history and question[:3] == "And" else question, **bounds
            ):
                yield event
        finally:
            self.closed.append(question)

    async def _play(self, question, style, alone, *, as_of=None, ignore=(), **_):
        if as_of == "someday":
            raise ScopeError("as_of is not a date: 'someday'; write it as 2025-09-30")
        if question.startswith("Break"):
            raise RuntimeError("the cable\nis out")
        yield PassagesFound(passages=PASSAGES, plan=planned(alone, ignore))
        if question.startswith("Refuse"):
            yield AnswerReady(answer=Answer(**self._asked(question, alone), text=NO.message, refusal=NO))
            return
        await self._step(question)
        for word in TEXT.split(" ") * (100 if question.startswith("Drone") else 1):
            await asyncio.sleep(self.pace)
            yield TextDelta(text=word + " ")
        await self._step(question)
        doubts = (
            {"sentences": DOUBTFUL, "reports": REPORTS} if question.startswith("Doubt") else {"sentences": SENTENCES}
        )
        yield AnswerReady(
            answer=Answer(**self._asked(question, alone), **doubts, text=TEXT, style=style, citations=CITATIONS)
        )

    async def _step(self, question):
        if question.startswith("Step"):
            await asyncio.to_thread(self.steps.acquire, timeout=TIMEOUT / 1000)

    def _asked(self, question, alone):
        return {"question": question, "standalone_question": alone, "passages": PASSAGES, "model": "m"}
