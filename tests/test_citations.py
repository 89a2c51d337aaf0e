import re
from itertools import accumulate

from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answer import ArticleRef
from rag.citations import Draft, citations_of, cite, parse_draft, with_markers
from rag.evidence import Evidence

ARTICLE = ArticleRef(id="a1", title="Ferry returns", source="Harbour Courier", url=None, authors=(), published_at=None)
QUOTES = (
    "The ferry Alma sailed again on Friday after nine weeks in dock.",
    "Repairs to her engine cost 2 million crowns, said owner Tor Lind.",
    "Passengers waited on the quay in the rain.",
)


def evidence(*quotes: str) -> list[Evidence]:
    context = " ".join(quotes)
    starts = accumulate((len(quote) + 1 for quote in quotes), initial=0)
    return [
        Evidence(n, quote, start, start + len(quote), ARTICLE, context, 0.5)
        for n, (quote, start) in enumerate(zip(quotes, starts, strict=False), start=1)
    ]


def test_a_sentence_without_a_marker_is_cited_to_the_words_it_rests_on() -> None:
    (cited,) = cite("Who owns the Alma?", "The owner is Tor Lind.", evidence(*QUOTES))
    assert [item.quote for item in cited.evidence] == [QUOTES[1]]
    assert cited.sentence.verdict == "supported"


def test_a_wrong_marker_does_not_beat_the_words() -> None:
    (cited,) = cite("What did the repairs cost?", "The repairs cost 2 million crowns [3].", evidence(*QUOTES))
    assert [item.n for item in cited.evidence] == [2]


def test_a_marker_decides_between_sentences_that_say_the_same() -> None:
    twice = evidence("Tor Lind owns the ferry Alma.", "It is Tor Lind who owns Alma, the ferry.")
    (cited,) = cite("Who is it?", "Tor Lind owns Alma [2].", twice)
    assert [item.n for item in cited.evidence] == [2]


def test_a_sentence_from_two_places_is_cited_to_both() -> None:
    draft = "The Alma sailed after nine weeks, and repairs cost 2 million crowns."
    (cited,) = cite("What happened?", draft, evidence(*QUOTES))
    assert {item.n for item in cited.evidence} == {1, 2}


def test_a_number_that_stands_nowhere_is_not_supported() -> None:
    (cited,) = cite("What did the repairs cost?", "The repairs cost 7 million crowns.", evidence(*QUOTES))
    assert cited.sentence.verdict != "supported"


def test_a_sentence_that_shares_no_word_with_the_evidence_has_no_citation() -> None:
    (cited,) = cite("What?", "Bananas grow in Ecuador.", evidence(*QUOTES))
    assert cited.evidence == ()
    assert cited.sentence.verdict == "unsupported"


def test_citations_are_numbered_as_they_come_up_and_each_stands_once() -> None:
    draft = "Repairs cost 2 million crowns. The Alma sailed again on Friday. Tor Lind spoke of repairs."
    cited = cite("What happened?", draft, evidence(*QUOTES))
    assert [c.n for c in citations_of(cited)] == [1, 2]
    assert [c.quote for c in citations_of(cited)] == [QUOTES[1], QUOTES[0]]


def test_markers_stand_before_the_full_stop() -> None:
    cited = cite("Who owns the Alma?", "Tor Lind owns her!", evidence(*QUOTES))
    assert with_markers([item.sentence for item in cited]) == "Tor Lind owns her [1]!"


def test_a_marker_that_opens_a_sentence_belongs_to_the_one_before() -> None:
    assert parse_draft("It sailed. [1] It rained. [2][3]") == [
        Draft("It sailed.", frozenset({1})),
        Draft("It rained.", frozenset({2, 3})),
    ]


def test_lists_of_numbers_in_one_bracket_are_markers() -> None:
    assert parse_draft("It sailed [1, 3].") == [Draft("It sailed.", frozenset({1, 3}))]


def test_a_draft_without_words_has_no_sentences() -> None:
    assert parse_draft(" [1] … \n") == []


@given(st.text())
def test_any_draft_gives_sentences_without_markers(text: str) -> None:
    assert all(draft.text and not re.search(r"\[\d{1,3}\]", draft.text) for draft in parse_draft(text))


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("Tor Lind owns 2 [1][9] million. Alma,\n")))
def test_every_marker_of_an_answer_has_its_citation_and_every_citation_its_marker(text: str) -> None:
    cited = cite("Who?", text, evidence(*QUOTES))
    borne_out = [item for item in cited if item.sentence.verdict != "unsupported"]
    marked = {int(n) for n in re.findall(r"\[(\d+)\]", with_markers([item.sentence for item in borne_out]))}
    assert marked == {citation.n for citation in citations_of(cited)}
