"""A sentence and the words that it cites in, a verdict and its reasons out."""

from datetime import date
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rag.answer import ArticleRef
from rag.evidence import Evidence
from rag.verification import CitedWords, verdict_of, verify

DAY = date(2025, 9, 30)  # a Tuesday
SAILED = "The ferry Alma sailed again on Friday after nine weeks in dock."
COST = "Repairs to her engine cost 2 million crowns, said owner Tor Lind."
CROWD = "At least 300 people may have waited on the quay, mayor Ida Brekke told Radio Fjord."
ALMA = CitedWords(COST, DAY, f"{SAILED} {COST}", "Ferry Alma back after repairs", "Harbour Courier")
OTTO = CitedWords("The tug Otto sank on Monday with 3 people on board.", DAY, title="Tug lost", outlet="Northern Wire")


def of(quote, **known):
    return CitedWords(
        quote, **{"published_at": DAY, "context": f"{SAILED} {quote}", "outlet": "Harbour Courier"} | known
    )


def kinds(found):
    return {reason.kind for reason in found.reasons}


class TestSupported:
    @pytest.mark.parametrize("quote", [SAILED, COST, CROWD])
    def test_the_words_themselves(self, quote):
        assert verify(quote, [of(quote)]).verdict == "supported"

    @pytest.mark.parametrize(
        "sentence",
        [
            "The repairs cost 2 million crowns.",
            "Owner Tor Lind said that repairs cost two million crowns.",
            "Repairs cost 2m crowns, Lind said.",
            "Repairs to the engine of the Alma cost 2,000,000 crowns.",  # named in the passage around
            "1. According to the Harbour Courier, repairs cost 2 million crowns.",
            "2 million crowns.",
        ],
    )
    def test_other_words_for_the_same(self, sentence):
        assert verify(sentence, [ALMA]).verdict == "supported"

    @pytest.mark.parametrize("day", ["Friday", "26 September 2025", "September 26", "Friday, 26 September"])
    def test_a_weekday_written_as_its_date(self, day):
        assert verify(f"The Alma sailed again on {day}.", [of(SAILED)]).verdict == "supported"

    def test_what_two_sources_say_clause_by_clause(self):
        sentence = "Repairs to the Alma cost 2 million crowns, and the tug Otto sank on Monday."
        assert verify(sentence, [ALMA, OTTO]).verdict == "supported"

    def test_two_quotes_of_one_article_are_read_together(self):
        sentence = "The Alma sailed again on Friday, and repairs to her engine cost 2 million crowns."
        known = {"outlet": ALMA.outlet, "title": ALMA.title}
        assert verify(sentence, [ALMA, of(SAILED, **known)]).verdict == "supported"

    def test_other_words_whose_meaning_an_embedding_finds_close(self):
        sentence = "Lind put the bill for mending the motor at 2 million crowns."
        assert verify(sentence, [of(COST, closeness=0.8)]).verdict == "supported"
        assert verify("Lind praised the motor's builders.", [of(COST, closeness=0.1)]).verdict == "unsupported"


class TestUnsupported:
    @pytest.mark.parametrize(
        ("sentence", "kind"),
        [
            ("The repairs cost 7 million crowns.", "number"),
            ("The repairs cost 2 billion crowns.", "number"),
            ("The repairs cost 2 million dollars and crowns.", "number"),
            ("Repairs cost 2 million crowns, said owner Gunnar Eklund.", "name"),
            ("Repairs cost 2 million crowns in 2019.", "date"),
            ("Repairs did not cost 2 million crowns.", "negation"),
            ('Lind called the repairs "a waste of money".', "quotation"),
            ("The town of Zanzibar repairs engines.", "name"),
        ],
    )
    def test_what_the_words_do_not_say_and_why(self, sentence, kind):
        found = verify(sentence, [ALMA])
        assert (found.verdict, kind in kinds(found)) == ("unsupported", True), found

    @pytest.mark.parametrize(
        ("quote", "sentence", "kind"),
        [
            ("Fares rose by 3% in May.", "Fares fell by 3% in May.", "direction"),
            ("The crew agreed to the offer.", "The crew rejected the offer.", "direction"),
            ("The crew refused to sail.", "The crew sailed.", "negation"),
            ("Lind beat Brekke in the vote.", "Brekke beat Lind in the vote.", "role"),
            ("Fares rose from 10 to 25 crowns.", "Fares rose from 25 to 10 crowns.", "number"),
            ("Inflation slowed from 3.1% in May to 2.8% in June.", "Inflation was 3.1% in June.", "date"),
            (
                "Lind said it would sail, while Brekke said it would sink.",
                "Brekke said it would sail.",
                "speaker",
            ),
            ("The airline must pay 300 passengers.", "The passengers must pay the airline.", "role"),
            ("Turnout rose from 41 to 52 per cent.", "Turnout rose by 52 per cent.", "number"),
            ("The dock opened on 3 May and closed on 9 June.", "The dock opened on 9 June.", "date"),
        ],
    )
    def test_figures_names_and_directions_that_are_there_for_something_else(self, quote, sentence, kind):
        found = verify(sentence, [of(quote)])
        assert (found.verdict, kind in kinds(found)) == ("unsupported", True), found

    def test_a_sentence_that_cites_nothing(self):
        assert verify(COST, []).verdict == "unsupported"

    @pytest.mark.parametrize("sentence", ["It is so.", "", "…", "[1]"])
    def test_a_sentence_that_says_nothing(self, sentence):
        assert verify(sentence, [ALMA]).verdict == "unsupported"


class TestPartly:
    @pytest.mark.parametrize(
        ("sentence", "kind"),
        [
            ("300 people may have waited on the quay.", "overstated"),  # at least 300
            ("At least 300 people waited on the quay.", "overstated"),  # may have
            ("At least 300 people may have waited on the quay because brass music was played.", "meaning"),
        ],
    )
    def test_more_than_the_words_say(self, sentence, kind):
        found = verify(sentence, [of(CROWD)])
        assert (found.verdict, kind in kinds(found)) == ("partly", True), found

    @pytest.mark.parametrize(
        ("quote", "sentence"),
        [
            ("The teachers' union called off its boycott of the exams.", "The pupils' union called off its boycott."),
            ("Iran's foreign minister flew to Muscat.", "Iran's defence minister flew to Muscat."),
            ("14,000 jobs were lost in construction.", "14,000 jobs were lost in tourism."),
        ],
    )
    def test_another_word_in_the_place_of_one(self, quote, sentence):
        assert verify(sentence, [of(quote, context=quote)]).verdict != "supported"

    def test_another_name_of_the_same_in_its_place(self):
        known = {"context": "The Quayside tram was agreed. The line will cost 236 million crowns."}
        assert (
            verify(
                "The Quayside tram will cost 236 million crowns.",
                [of("The line will cost 236 million crowns.", **known)],
            ).verdict
            == "supported"
        )

    @pytest.mark.parametrize(
        "sentence",
        [
            "While the Alma sailed on Friday, the tug Otto sank on Monday.",
            "The Alma sailed on Friday, the tug Otto sank on Monday.",
            "The Alma sailed again, but the Otto sank with 3 people on board.",
        ],
    )
    def test_parts_that_one_source_each_says_are_not_merged(self, sentence):
        assert verify(sentence, [of(SAILED), OTTO]).verdict == "supported"

    def test_a_figure_that_stands_beside_the_cited_words(self):
        found = verify("The Alma was in dock for nine weeks, said owner Tor Lind.", [ALMA])
        assert found.verdict == "partly"
        assert "beside the cited words" in str(found.reasons[0])

    @pytest.mark.parametrize("sentence", ["The Alma sailed on 30 September 2025.", "Tor Lind."])
    def test_what_only_the_report_around_tells(self, sentence):
        known = {"context": f"It sailed again. {COST}", "title": "Ferry Alma sails"}
        assert verify(sentence, [of("She sailed again with her crew.", **known)]).verdict == "partly"

    def test_a_clause_that_no_source_says_alone(self):
        found = verify("The ferry Alma had 3 people on board.", [of(SAILED), OTTO])
        assert found.verdict != "supported"
        assert "merged" in kinds(found)

    def test_what_the_question_said_is_not_held_against_the_sentence_as_an_invention(self):
        sentence = "Repairs to the Alma in Tarnholm cost 2 million crowns."
        assert verify(sentence, [ALMA]).verdict == "unsupported"
        assert verify(sentence, [ALMA], asked="What did the repairs in Tarnholm cost?").verdict == "partly"


def test_a_reason_names_the_words_and_what_is_wrong_with_them():
    (reason,) = verify("The repairs cost 7 million crowns.", [ALMA]).reasons
    assert str(reason) == "'7 million crowns' is not in the cited words"


def test_evidence_is_verified_with_its_article():
    ref = ArticleRef(id="a", title="Ferry back", source="Harbour Courier", url=None, authors=(), published_at=DAY)
    evidence = Evidence(1, COST, 0, len(COST), ref, f"{SAILED} {COST}", 0.0)
    assert verdict_of("Repairs to the Alma cost 2 million crowns.", "What did they cost?", [evidence]) == "supported"


def test_a_hostile_sentence_takes_no_longer_than_a_long_one():
    for piece in ("(", '"', "1,", "not ", "A b ", "Tuesday ", "no-one and half a ", "said Tor Lind, "):
        hostile = piece * 20_000
        assert verify(hostile, [ALMA]).verdict == verify(COST, [of(hostile)]).verdict == "unsupported"


TEXT = st.text(max_size=200)


@given(TEXT, st.lists(st.builds(CitedWords, TEXT, st.none() | st.dates(), TEXT, TEXT, TEXT), max_size=3), TEXT)
def test_any_texts_have_a_verdict(sentence, cited, asked):
    found = verify(sentence, cited, asked=asked)
    assert (found.verdict == "supported") == (not found.reasons)


@given(TEXT, TEXT, st.none() | st.dates())
def test_any_quote_supports_itself(quote, context, day):
    assume(quote.split())
    assert verify(quote, [CitedWords(quote, day, context)]).verdict == "supported"


SUBJECTS = ("The mayor", "Tor Lind", "A court in Moss", "Exports")
VERBS = ("rose by 4%", "agreed to pay 300 crowns", "did not sail on Friday", "met Ida Brekke in Varn", "sank")
FACTS = [f"{subject} {verb}" for subject, verb in product(SUBJECTS, VERBS)]


@given(st.sampled_from(FACTS), st.sampled_from(FACTS))
def test_what_is_said_of_one_word_for_word_is_supported_beside_anything_else(fact, other):
    sentence = f"{fact}."
    assert verify(sentence, [of(f"{fact}, and {other}.")]).verdict == "supported"


@given(st.sampled_from(FACTS), st.integers(min_value=13, max_value=999_999_999).filter(lambda n: n != 300))
def test_a_number_that_is_not_there_is_never_supported(fact, number):
    found = verify(f"{fact}, with {number:,} others.", [of(f"{fact}.")])
    assert found.verdict != "supported"
