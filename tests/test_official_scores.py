"""What each benchmark's own script would give an answer, worked out by hand or by the library that it uses."""

import doctest

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.adapters import ADAPTERS, official
from evals.adapters.official import OFFICIAL
from evals.gold import Question
from rag.answer import Answer, ArticleRef, Passage, Refusal


def question(*facts, **fields):
    return Question(**({"id": "q", "question": "Which?", "facts": facts, "answerable": bool(facts)} | fields))


def scores(benchmark, asked, text="", **fields):
    answer = Answer(question="?", standalone_question="?", text=text, model="m", **fields)
    return OFFICIAL[benchmark](asked, answer)


def refused():
    return Refusal(reason="not_in_articles", message="The articles do not say.", newest_article=None)


def passage(text="…", url=None):
    article = ArticleRef(id="a", title="", source=None, url=url, authors=(), published_at=None)
    return Passage(article_id="a", text=text, score=0, start=0, end=len(text), article=article)


def alternatives(*forms):
    return {"statement": forms[0], "accept": forms}


def test_every_adapter_has_its_official_scores():
    assert list(OFFICIAL) == list(ADAPTERS)


def test_the_worked_examples_hold():
    assert doctest.testmod(official).failed == 0


def test_realtimeqa_compares_the_short_answer_and_keeps_articles():
    assert scores("realtimeqa", question("The Beatles"), "…", short="the beatles!") == {
        "realtimeqa_em": 1.0,
        "realtimeqa_f1": 1.0,
    }
    missing = scores("realtimeqa", question("The Beatles"), "…", short="Beatles")
    assert missing == {"realtimeqa_em": 0.0, "realtimeqa_f1": pytest.approx(2 / 3)}


def test_realtimeqa_skips_questions_that_end_in_except():
    assert scores("realtimeqa", question("Busan", question="All of them met, except…"), "Busan") == {}


def test_realtimeqa_gives_a_refusal_nothing():
    assert scores("realtimeqa", question("Busan"), refusal=refused()) == {"realtimeqa_em": 0.0, "realtimeqa_f1": 0.0}


def test_squad_takes_the_closest_answer_without_articles_and_punctuation():
    found = scores("squad", question(alternatives("the Orrin mill", "mill")), "…", short="The old Orrin mill.")
    assert found == {
        "squad_exact": 0.0,
        "squad_f1": pytest.approx(0.8),
        "squad_HasAns_exact": 0.0,
        "squad_HasAns_f1": pytest.approx(0.8),
    }
    assert scores("squad", question(alternatives("1802", "in 1802")), "…", short="In 1802")["squad_exact"] == 1.0


def test_squad_wants_the_empty_answer_where_there_is_none():
    right = {"squad_exact": 1.0, "squad_f1": 1.0, "squad_NoAns_exact": 1.0, "squad_NoAns_f1": 1.0}
    assert scores("squad", question(), refusal=refused()) == right
    assert set(scores("squad", question(), "Tamsin Orrin").values()) == {0.0}
    assert set(scores("squad", question("1802"), refusal=refused()).values()) == {0.0}


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("It was the sun", 1.0),  # one word in common is enough
        ("Verge.", 0.0),  # the full stop belongs to the word
        ('The answer to the question is "Wired"', 0.0),  # what it quotes is the answer
        ('The answer to the question is "The Verge"', 1.0),
    ],
)
def test_multihop_rag_answers_share_a_word(said, right):
    assert scores("multihop-rag", question("The Verge"), said) == {"multihop_rag_accuracy": right}


def test_multihop_rag_refusal_is_right_for_null_queries_only():
    assert scores("multihop-rag", question(), refusal=refused()) == {"multihop_rag_accuracy": 1.0}
    assert scores("multihop-rag", question(), "Yes") == {"multihop_rag_accuracy": 0.0}
    assert scores("multihop-rag", question("Yes"), refusal=refused()) == {"multihop_rag_accuracy": 0.0}


def ranks(*texts, facts=("90 million crowns", "112 million crowns")):
    asked = question("Yes", support=[{"article": "tram", "quote": fact} for fact in facts])
    found = scores("multihop-rag", asked, "Yes", passages=[passage(text) for text in texts])
    return {name.removeprefix("multihop_rag_"): score for name, score in found.items()}


def test_multihop_rag_counts_facts_at_the_rank_where_they_are_new():
    found = ranks("nothing", "it cost 90 million\ncrowns", "again 90 million crowns", "no, 112 million crowns")
    expected = (1 / 2 + 1 / 4) / 2
    assert found == {"accuracy": 1, "hits@4": 1, "hits@10": 1, "map@10": pytest.approx(expected), "mrr@10": 0.5}


def test_multihop_rag_reads_ten_passages():
    found = ranks(*["nothing"] * 10, "90 million crowns")
    assert found == {"accuracy": 1, "hits@4": 0, "hits@10": 0, "map@10": 0, "mrr@10": 0}


RGB_PARTS = ("3 November", alternatives("12 million", "12m"))


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("From 3 NOVEMBER, for 12m crowns.", 1.0),
        ("From 3 November.", 0.0),
        ("3 November, 12m, but there is insufficient information.", 0.0),
    ],
)
def test_rgb_wants_all_parts_of_the_answer(said, right):
    assert scores("rgb", question(*RGB_PARTS, slices=("en_int",)), said) == {"rgb_all_rate": right}


def test_rgb_drops_the_spaces_of_chinese_answers():
    assert scores("rgb", question("1月3日", slices=("zh",)), "1 月 3 日") == {"rgb_all_rate": 1.0}


def test_rgb_rejection_is_a_refusal_in_fact_or_in_words():
    asked = question(slices=("en", "negative-rejection"))
    assert scores("rgb", asked, refusal=refused()) == {"rgb_rejection_rate": 1.0}
    assert scores("rgb", asked, "because of the insufficient information in documents") == {"rgb_rejection_rate": 1.0}
    assert scores("rgb", asked, "3 November") == {"rgb_rejection_rate": 0.0}


def test_rgb_counts_corrections_only_where_errors_are_pointed_out():
    asked = question("Skerra", slices=("en_fact", "counterfactual"))
    assert scores("rgb", asked, "There are factual errors; it is Skerra.") == {
        "rgb_all_rate": 1.0,
        "rgb_fact_check_rate": 1.0,
        "rgb_correct_rate": 1.0,
    }
    assert scores("rgb", asked, "Dunmoor") == {"rgb_all_rate": 0.0, "rgb_fact_check_rate": 0.0}


@given(
    ranked=st.lists(st.sampled_from("abcdefghijklmn"), unique=True),
    grades=st.dictionaries(st.sampled_from("abcdefghijklmn"), st.integers(1, 3), min_size=1),
)
def test_beir_is_the_ndcg_of_trec_eval(ranked, grades):
    qrels = [ir_measures.Qrel("q", document, grade) for document, grade in grades.items()]
    run = [ir_measures.ScoredDoc("q", document, -rank) for rank, document in enumerate(ranked)]
    expected = ir_measures.pytrec_eval.calc_aggregate([ir_measures.nDCG @ 10], qrels, run)[ir_measures.nDCG @ 10]
    asked = question(support=[{"article": f"beir:{document}", "grade": grade} for document, grade in grades.items()])
    found = scores("beir", asked, passages=[passage(url=f"beir:{document}") for document in ranked])
    assert found["beir_ndcg@10"] == pytest.approx(expected)


def test_beir_ranks_documents_once_and_drops_the_query_itself():
    asked = question(support=[{"article": "beir:d1"}])
    urls = ["beir:q", "beir:d2", "beir:d2", "beir:d1"]
    found = scores("beir", asked, passages=[passage(url=url) for url in urls])
    assert found == {"beir_ndcg@10": pytest.approx(0.6309, abs=1e-4)}
