"""Evidence in, the sentences that fit the question best out, in the article's own words."""

from datetime import date

from rag.answer import ArticleRef
from rag.citations import citations_of, with_markers
from rag.evidence import Evidence
from rag.extractive import MAX_QUOTES, extract, extract_short

REF = ArticleRef(id="a1", title="T", source="S", url=None, authors=(), published_at=date(2025, 9, 30))


def evidence(*scores):
    return [
        Evidence(n, f"Sentence number {n} says so.", 0, 27, REF, "", score) for n, score in enumerate(scores, start=1)
    ]


def quoted(*scores):
    return [item.sentence.text for item in extract("Is it so?", evidence(*scores))]


def test_the_best_sentence_comes_first():
    assert quoted(0.2, 0.9, 0.3) == ["Sentence number 2 says so."]


def test_one_that_comes_near_is_quoted_too():
    assert quoted(0.89, 0.2, 0.9) == ["Sentence number 3 says so.", "Sentence number 1 says so."]


def test_no_more_are_quoted_than_a_reader_wants():
    assert len(quoted(*[0.9] * 10)) == MAX_QUOTES


def test_no_evidence_gives_no_quotes():
    assert extract("Is it so?", []) == []


def test_a_quote_is_cited_to_itself_and_supported():
    cited = extract("Is it so?", evidence(0.9, 0.89))
    assert [item.sentence.citations for item in cited] == [(1,), (2,)]
    assert [c.quote for c in citations_of(cited)] == [item.sentence.text for item in cited]
    assert {c.verdict for c in citations_of(cited)} == {"supported"}
    assert with_markers([cited[0].sentence]) == "Sentence number 1 says so [1]."


def news(*said):
    """Sentences with their closeness to the question, an article each."""
    return [
        Evidence(n, quote, 0, len(quote), REF.model_copy(update={"id": f"a{n}"}), quote, score)
        for n, (quote, score) in enumerate(said, start=1)
    ]


def test_the_sentence_that_holds_the_answer_comes_before_a_closer_one_that_does_not():
    said = news(("The new bridge opened to traffic.", 0.9), ("Ilse Brandt opened the bridge.", 0.8))
    assert extract("Who opened the bridge?", said)[0].sentence.text == "Ilse Brandt opened the bridge."


def test_one_that_tells_neither_the_answer_nor_much_of_the_question_is_left_out():
    said = news(("Ilse Brandt opened the bridge.", 0.9), ("Ilse Brandt likes tea.", 0.3))
    assert len(extract("Who opened the bridge?", said)) == 1


def test_the_short_answer_is_the_span_cited_to_its_sentence():
    said = news(("The bridge is new.", 0.9), ("Ilse Brandt opened the bridge.", 0.8))
    (cited,) = extract_short("Who opened the bridge?", said)
    assert cited.sentence.text == "Ilse Brandt"
    assert [citation.quote for citation in citations_of([cited])] == ["Ilse Brandt opened the bridge."]
    assert with_markers([cited.sentence]) == "Ilse Brandt [1]"


def test_without_a_span_the_short_answer_is_the_best_sentence():
    (cited,) = extract_short("Did it rain?", news(("It was dry.", 0.2), ("It rained all day.", 0.9)))
    assert cited.sentence.text == "It rained all day."


def test_no_evidence_gives_no_short_answer():
    assert extract_short("Who opened the bridge?", []) == []
