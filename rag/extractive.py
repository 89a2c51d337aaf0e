"""Answers without an LLM: the sentences that answer best, in the article's own words, or the bare answer among them."""

from collections.abc import Sequence

from rag.answer import Sentence
from rag.citations import Cited
from rag.evidence import Evidence
from rag.spans import Weighed, chances_by_text, pick_span, weighed_spans

MAX_QUOTES = 3  # sentences in an answer; a reader wants no more
# Of the chances that a sentence holds the bare answer, beside its closeness. On 960 development questions (229 + 415 of
# RealTime QA, 276 to practise on, 40 on five real articles) the quotes then state the fact for 358 instead of 308.
CHANCE_WEIGHT = 1.5
CLOSE = 0.5  # of the best sentence's worth; a further quote must come this near: 2.5 quotes an answer on average


def extract(question: str, evidence: Sequence[Evidence]) -> list[Cited]:
    """The one to three sentences that answer best as a cited draft, the best first; a quote is supported by itself.

    Each further one must be close to the question or add an answer that those before do not hold.
    """
    spans = weighed_spans(question, evidence)
    return [_quoted(n, item.quote, item) for n, item in enumerate(_best(evidence, spans), start=1)]


def extract_short(question: str, evidence: Sequence[Evidence]) -> list[Cited]:
    """The bare answer, cited to the sentence that it stands in; that sentence, where no words can be picked out."""
    span = pick_span(question, evidence)
    if span is None:
        return extract(question, evidence)[:1]
    return [_quoted(1, span.text, span.evidence)]


def _best(evidence: Sequence[Evidence], spans: Sequence[Weighed]) -> list[Evidence]:
    chances, texts = chances_by_text(spans), _texts_by_sentence(spans)
    chosen, told, left, least = list[Evidence](), set[str](), list(evidence), float("-inf")
    while left and len(chosen) < MAX_QUOTES:
        worths = [_worth(item, chances, texts.get(item.n, set()) - told) for item in left]
        worth = max(worths)
        if worth < least:
            break
        chosen.append(left.pop(worths.index(worth)))
        told |= texts.get(chosen[-1].n, set())
        least = max(least, CLOSE * worth)
    return chosen


def _worth(item: Evidence, chances: dict[str, float], new: set[str]) -> float:
    return item.score + CHANCE_WEIGHT * sum(chances[text] for text in new)


def _texts_by_sentence(spans: Sequence[Weighed]) -> dict[int, set[str]]:
    texts = dict[int, set[str]]()
    for span in spans:
        texts.setdefault(span.evidence.n, set()).add(span.key)
    return texts


def _quoted(n: int, text: str, item: Evidence) -> Cited:
    return Cited(Sentence(text=text, citations=(n,), verdict="supported"), (item,))
