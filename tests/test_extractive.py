"""Evidence in, the sentences that fit the question best out, in the article's own words."""

from datetime import date

from rag.answer import ArticleRef
from rag.citations import citations_of, with_markers
from rag.evidence import Evidence
from rag.extractive import MAX_QUOTES, extract

REF = ArticleRef(id="a1", title="T", source="S", url=None, authors=(), published_at=date(2025, 9, 30))


def evidence(*scores):
    return [
        Evidence(n, f"Sentence number {n} says so.", 0, 27, REF, "", score) for n, score in enumerate(scores, start=1)
    ]


def quoted(*scores):
    return [item.sentence.text for item in extract(evidence(*scores))]


def test_the_best_sentence_comes_first():
    assert quoted(0.2, 0.9, 0.3) == ["Sentence number 2 says so."]


def test_one_that_comes_near_is_quoted_too():
    assert quoted(0.89, 0.2, 0.9) == ["Sentence number 3 says so.", "Sentence number 1 says so."]


def test_no_more_are_quoted_than_a_reader_wants():
    assert len(quoted(*[0.9] * 10)) == MAX_QUOTES


def test_no_evidence_gives_no_quotes():
    assert extract([]) == []


def test_a_quote_is_cited_to_itself_and_supported():
    cited = extract(evidence(0.9, 0.89))
    assert [item.sentence.citations for item in cited] == [(1,), (2,)]
    assert [c.quote for c in citations_of(cited)] == [item.sentence.text for item in cited]
    assert {c.verdict for c in citations_of(cited)} == {"supported"}
    assert with_markers([cited[0].sentence]) == "Sentence number 1 says so [1]."
