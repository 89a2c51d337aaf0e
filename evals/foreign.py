"""What an engine that is not ours says: its text and its sources in, an `Answer` out, checked as ours is."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from index import Article, ArticleIndex, ArticleNotFoundError
from rag.answer import Answer, ArticleRef, Citation, Passage, Refusal, RefusalReason, Sentence, Style
from rag.citations import Cited, Draft, citations_of, parse_draft
from rag.evidence import Evidence
from rag.verification import verdict_of

REFUSED: Final[RefusalReason] = "not_in_articles"
OPENING: Final = 200  # characters in which a refusal is said; what comes later qualifies an answer

# What engines call the texts that they answer from: "these sources", "the provided context". News has documents,
# evidence and information of its own, so those must be the provided ones. Not "report": news is about reports, too.
_NOUNS = r"(?:sources?|articles?|passages?|texts?|contexts?|excerpts?)"
_GIVEN = r"(?:provided|given|retrieved|supplied|available|cited)"
_TEXTS = (
    rf"(?:(?:the|these|those|this|any|of the|your) (?:\w+ )?{_NOUNS}"
    rf"|{_GIVEN} (?:\w+ )?(?:{_NOUNS}|documents?|information|evidence)|documents {_GIVEN})"
)
_SAYS = r"(?:mention|state|specif|provide|say|said|contain|include|disclose|address|answer|discuss|given|available)"
_REFUSALS = re.compile(
    rf"\b{_TEXTS}\b[^.]*?\b(?:(?:does|do|did|is|are|was|were|has|have) not|(?:does|do|did|is|are)n['’]t)"
    rf" (?:\w+ ){{0,2}}?{_SAYS}"
    rf"|\bnone of the (?:\w+ ){{0,2}}(?:{_NOUNS}|documents)\b"
    rf"|\bnot (?:\w+ )?{_SAYS}\w* (?:in|by|from) (?:any of )?{_TEXTS}\b"
    rf"|\bno (?:\w+ )?(?:information|mention|answer|evidence)\b[^.]*? (?:in|from|by) (?:any of )?{_TEXTS}\b"
    rf"|\bno (?:\w+ )?information (?:about|on|regarding|{_GIVEN})\b|^(?:there (?:is|was) )?no (?:\w+ )?information\W*$"
    r"|\b(?:insufficient|not enough) (?:information|evidence|context)\b"
    r"|\b(?:I|we)(?: am|['’]m| are|['’]re)? (?:sorry|unable to|not able to|cannot|can['’]t|do(?: not|n['’]t) know)\b"
    r"|\b(?:cannot|can['’]t|can not|could not) be (?:answered|determined)\b"
    r"|^empty response$",  # what LlamaIndex says when it found nothing
    re.IGNORECASE,
)
_NAMED_SOURCE = re.compile(r"[\[(]?\bsources? (\d{1,2}(?:(?:,? and |, ?)\d{1,2})*)\b[\])]?", re.IGNORECASE)


def is_refusal(text: str) -> bool:
    """Whether a text says, in its first sentence, that it does not answer.

    It looks for some general ways to say so in English, so it can err; an engine that says so in a field
    of its own is measured better.

    >>> is_refusal("The provided sources do not mention a strike in Osterby.")
    True
    >>> is_refusal("The strike ended on Monday; the mayor did not say why. [1]")
    False
    """
    drafts = parse_draft(text)
    return bool(_REFUSALS.search(drafts[0].text[:OPENING])) if drafts else True


def as_answer(
    text: str,
    sources: Mapping[int, Passage],
    *,
    question: str,
    refused: bool | None = None,
    rests_on_all: bool = False,
    **told: Any,  # noqa: ANN401 - fields of an `Answer`, which checks them
) -> Answer:
    """The text as an `Answer`: its [n] markers become citations, and each sentence gets a verdict.

    Args:
        text: What the engine says; "Source 2" counts as a marker, too.
        sources: What its markers stand for; a marker of none is kept in its sentence only.
        question: What it was asked.
        refused: Whether it is a refusal; None: as the text reads.
        rests_on_all: Whether a text without any marker rests on every source, rather than on none.
        told: Further fields of the `Answer`; a `style` of "short" makes the text the bare fact, too.
    """
    text, style = text.strip(), told.pop("style", "full")
    fields = {"question": question, "standalone_question": question, "text": text} | told
    if is_refusal(text) if refused is None else refused:
        return Answer(refusal=Refusal(reason=REFUSED, message=text, newest_article=None), **fields)
    drafts = parse_draft(_with_markers(text))
    if rests_on_all and not any(draft.markers for draft in drafts):
        drafts = [Draft(draft.text, frozenset(sources)) for draft in drafts]
    cited = [_cited(draft, question, sources) for draft in drafts]
    return Answer(
        sentences=tuple(map(_as_marked, cited, drafts)),
        citations=citations_of(cited),
        short=_bare(cited, style),
        **fields,
    )


def article_ref(article: Article) -> ArticleRef:
    """The article as answers name it."""
    return ArticleRef(
        id=article.id,
        title=article.title,
        source=article.source,
        url=article.url,
        authors=article.authors,
        published_at=article.published_at,
    )


def articles_sha256(articles: ArticleIndex) -> str:
    """A hash of the articles: equal where an engine can find the same words."""
    digest = sha256()
    for article_id in sorted(articles.ids()):
        digest.update(f"{article_id} {articles.get(article_id).text_sha256}\n".encode())
    return digest.hexdigest()


def is_exact(citation: Citation, articles: ArticleIndex) -> bool:
    """Whether the citation's offsets give its quote in the stored article."""
    try:
        text = articles.get(citation.article.id).text
    except ArticleNotFoundError:
        return False
    return text[citation.start : citation.end] == citation.quote


def _with_markers(text: str) -> str:
    return _NAMED_SOURCE.sub(lambda match: f"[{', '.join(re.findall('[0-9]+', match[1]))}]", text)


def _cited(draft: Draft, question: str, sources: Mapping[int, Passage]) -> Cited:
    numbers = tuple(sorted(draft.markers & sources.keys()))
    evidence = tuple(_evidence(n, sources[n]) for n in numbers)
    verdict = verdict_of(draft.text, question, evidence)
    return Cited(Sentence(text=draft.text, citations=numbers, verdict=verdict), evidence)


def _as_marked(item: Cited, draft: Draft) -> Sentence:
    """The sentence with all its markers: one that names no source is a citation, too, and a wrong one."""
    return item.sentence.model_copy(update={"citations": tuple(sorted(draft.markers))})


def _evidence(n: int, source: Passage) -> Evidence:
    return Evidence(n, source.text, source.start, source.end, source.article, source.text, source.score)


def _bare(cited: list[Cited], style: Style) -> str | None:
    return " ".join(item.sentence.text for item in cited).rstrip(".") if style == "short" else None
