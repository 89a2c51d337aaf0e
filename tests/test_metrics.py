import doctest
import re
import string
from collections import Counter
from datetime import date
from math import comb

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG

from evals import metrics
from evals.gold import GoldFact, Question, Support
from evals.matching.text import normalize_answer
from evals.metrics import answers, refusal, retrieval, statistics, support
from rag import cost
from rag.answer import Answer, ArticleRef, Citation, Passage, Refusal, Sentence

REFUSAL = Refusal(reason="not_in_articles", message="The articles do not say.", newest_article=None)
ASCII = st.text(alphabet="ab1 the,.-'$", max_size=25)


def an_article(id_: str = "a", *, title: str = "", url: str | None = None, day: date | None = None) -> ArticleRef:
    return ArticleRef(id=id_, title=title or f"Report {id_}", source=None, url=url, authors=(), published_at=day)


def a_citation(quote: str, *, n: int = 1, article: ArticleRef | None = None) -> Citation:
    # The verdict is the engine's own; no metric may believe it.
    return Citation(n=n, quote=quote, start=0, end=len(quote), verdict="supported", article=article or an_article())


def a_passage(text: str, article: ArticleRef | None = None) -> Passage:
    article = article or an_article()
    return Passage(article_id=article.id, text=text, score=0.5, start=0, end=len(text), article=article)


def an_answer(text: str = "", *quotes: str, question: str = "What happened?", **fields) -> Answer:
    fields.setdefault("citations", tuple(a_citation(quote, n=n) for n, quote in enumerate(quotes, start=1)))
    return Answer(question=question, standalone_question=question, text=text, model="scripted", **fields)


def a_question(*accepted: str, **fields) -> Question:
    fields.setdefault("facts", tuple(GoldFact.model_validate(words) for words in accepted))
    return Question(id="q", question="What happened?", **fields)


MODULES = (answers, cost, refusal, retrieval, statistics)


@pytest.mark.parametrize("module", MODULES)
def test_the_worked_examples_hold(module):
    found = doctest.testmod(module)
    assert found.attempted
    assert found.failed == 0


def test_the_package_exports_what_it_says_in_order():
    assert metrics.__all__ == sorted(metrics.__all__)
    assert all(hasattr(metrics, name) for name in metrics.__all__)


class TestRetrieval:
    rankings = st.lists(st.sampled_from("abcdefghijkl"), unique=True, max_size=12)
    judgments = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 3), min_size=1)

    @settings(max_examples=50)
    @given(rankings, judgments)
    def test_the_scores_are_those_of_trec_eval(self, ranked, qrels):
        measures = [Success @ 1, Success @ 5, R @ 5, R @ 10, RR, nDCG @ 10]
        run = {"q": {item: float(-rank) for rank, item in enumerate(ranked)}}
        theirs = ir_measures.calc_aggregate(measures, {"q": dict(qrels)}, run if ranked else {"q": {"zz": 0.0}})
        assert metrics.hit_at_k(ranked, qrels, k=1) == theirs[Success @ 1]
        assert metrics.hit_at_k(ranked, qrels, k=5) == theirs[Success @ 5]
        assert metrics.recall_at_k(ranked, qrels, k=5) == pytest.approx(theirs[R @ 5])
        assert metrics.recall_at_k(ranked, qrels, k=10) == pytest.approx(theirs[R @ 10])
        assert metrics.mrr(ranked, qrels) == pytest.approx(theirs[RR])
        assert metrics.ndcg_at_k(ranked, qrels, k=10) == pytest.approx(theirs[nDCG @ 10])

    def test_each_support_stands_where_it_is_first_held(self):
        question = a_question(support=(Support(article="a", quote="nine dams"), Support(article="a", quote="a storm")))
        passages = [a_passage("Fair weather."), a_passage("Nine dams broke"), a_passage("nine  dams and a\nstorm")]
        ranked, qrels = metrics.ranked_supports(question, passages)
        assert ranked == [["passage 1"], ["support 0"], ["support 1"]]
        assert qrels == {"support 0": 1, "support 1": 1}

    def test_a_passage_with_two_supports_stands_as_both(self):
        question = a_question(support=(Support(article="a"), Support(article="a", quote="dams", grade=2)))
        assert metrics.ranked_supports(question, [a_passage("The dams")])[0] == [["support 0", "support 1"]]

    def test_recall_counts_passages_however_many_supports_one_of_them_holds(self):
        ranked = [["support 0", "support 1"], ["passage 2"], ["passage 3"], ["passage 4"], ["support 2"]]
        qrels = {"support 0": 1, "support 1": 1, "support 2": 1}
        assert metrics.recall_of_passages(ranked, qrels, k=5) == 1
        assert metrics.recall_of_passages(ranked, qrels, k=4) == pytest.approx(2 / 3)

    def test_without_support_a_passage_is_relevant_when_it_states_a_fact(self):
        found, qrels = metrics.ranked_supports(a_question("Busan"), [a_passage("Tokyo"), a_passage("in Busan")])
        ranked = metrics.first_passages(found)
        assert metrics.hit_at_k(ranked, qrels, k=1) == 0
        assert metrics.mrr(ranked, qrels) == 0.5

    @pytest.mark.parametrize("name", ["x1", "https://www.news.example/dams/", "Nine dams broke"])
    def test_an_article_goes_by_its_id_its_address_or_its_title(self, name):
        article = an_article("x1", title="Nine dams broke!", url="http://news.example/dams")
        assert support.is_article(article, name)
        assert not support.is_article(an_article(), name)

    @pytest.mark.parametrize(
        ("text", "held"),
        [
            ("On Monday the river rose by four metres over night.", True),
            ("The river rose by", True),
            ("rose by four metres. A day later", True),
            ("metres. A day later", False),
            ("A day later the river", False),
        ],
    )
    def test_a_quote_may_be_cut_off_by_its_passage_up_to_half(self, text, held):
        wanted = Support(article="a", quote="The river rose by four metres")
        assert support.holds_support(an_article("a"), text.replace("metres.", "metres"), wanted) is held
        assert support.holds_support(an_article("b"), text, wanted) is (text.startswith("On Monday"))

    def test_a_quote_of_a_few_words_is_looked_for_in_its_own_article_alone(self):
        wanted = Support(article="a", quote="Nine dams")
        assert support.holds_support(an_article("a"), DAMS, wanted)
        assert not support.holds_support(an_article("b"), DAMS, wanted)

    @given(st.lists(st.sampled_from("abcde"), min_size=8, max_size=12), st.integers(0, 8), st.integers(4, 12))
    def test_a_slice_of_the_article_holds_what_it_overlaps(self, words, start, length):
        quote = words[start : start + length]
        if quote:
            assert support.holds_support(an_article(), " ".join(words), Support(article="a", quote=" ".join(quote)))
            assert support.holds_support(
                an_article(), " ".join(quote[len(quote) // 2 :]), Support(article="a", quote=" ".join(quote))
            )


def squad_normal(text: str) -> str:
    """The official v1.1 normalisation, written down independently."""
    no_punctuation = "".join(c for c in text.lower() if c not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", no_punctuation).split())


def squad_f1(prediction: str, gold: str) -> float:
    """The official v1.1 arithmetic, written down independently."""
    ours, theirs = squad_normal(prediction).split(), squad_normal(gold).split()
    same = sum(min(count, Counter(theirs)[word]) for word, count in Counter(ours).items())
    return 0.0 if same == 0 else 2 * (same / len(ours)) * (same / len(theirs)) / (same / len(ours) + same / len(theirs))


class TestAnswers:
    @given(ASCII, st.lists(ASCII, min_size=1, max_size=3))
    def test_em_and_f1_are_those_of_squad(self, prediction, golds):
        assert normalize_answer(prediction) == squad_normal(prediction)
        assert metrics.exact_match(prediction, golds) == max(squad_normal(prediction) == squad_normal(g) for g in golds)
        assert metrics.f1(prediction, golds) == pytest.approx(max(squad_f1(prediction, gold) for gold in golds))

    def test_typographic_signs_go_too(self):
        assert normalize_answer("“Busan’s”") == "busans"

    def test_f1_without_a_gold_answer_is_zero(self):
        assert metrics.f1("Busan", []) == 0

    def test_fact_recall_is_the_share_of_the_facts_stated(self):
        facts = [GoldFact.model_validate(city) for city in ("Busan", "Tokyo", "Seoul")]
        assert metrics.fact_recall("From Busan to Seoul.", facts) == pytest.approx(2 / 3)
        assert metrics.fact_recall("", facts) == 0

    def test_numeric_match_looks_at_the_facts_with_a_number_only(self):
        dams = GoldFact.model_validate({"statement": "9 dams broke.", "accept": [{"number": 9, "unit": "dams"}]})
        facts = [dams, GoldFact.model_validate("Busan")]
        assert metrics.number_facts(facts) == (dams,)
        assert metrics.numeric_match("Nine dams broke.", facts) == 1
        assert metrics.numeric_match("Eight dams broke in Busan.", facts) == 0

    def test_a_right_answer_states_all_facts_and_nothing_forbidden(self):
        question = a_question("Busan", "Friday", forbidden=(GoldFact.model_validate("Tokyo"),))
        assert metrics.correct(question, an_answer("In Busan, on Friday.")) == 1
        assert metrics.correct(question, an_answer("In Busan.", short="Friday")) == 1
        assert metrics.correct(question, an_answer("In Busan.")) == 0
        assert metrics.correct(question, an_answer("In Busan, on Friday, not in Tokyo.")) == 0

    def test_a_refusal_is_right_only_where_there_is_no_answer(self):
        refused = an_answer("The nearest: Busan.", refusal=REFUSAL)
        assert metrics.correct(a_question("Busan"), refused) == 0
        assert metrics.correct(a_question(answerable=False), refused) == 1
        assert metrics.correct(a_question(answerable=False), an_answer("In Busan.")) == 0


DAMS = "Nine dams broke in Corvale on Friday."
STORM = "The storm cut off 400 farms near Marrow."
FAIR = "Shops stayed open and the sun shone."


class TestCitations:
    def test_a_sentence_that_its_quote_bears_out_has_full_marks(self):
        answer = an_answer("Nine dams broke in Corvale [1].", DAMS)
        assert metrics.citation_recall(answer) == 1
        assert metrics.citation_precision(answer) == 1

    def test_the_engines_own_verdict_is_not_believed(self):
        sentence = Sentence(text="Nine dams broke in Corvale.", citations=(1,), verdict="supported")
        answer = an_answer("Nine dams broke in Corvale [1].", FAIR, sentences=(sentence,))
        assert metrics.citation_recall(answer) == 0
        assert metrics.citation_precision(answer) == 0

    def test_recall_is_the_share_of_the_sentences_borne_out(self):
        answer = an_answer("Nine dams broke in Corvale [1]. The storm cut off 700 farms [2].", DAMS, STORM)
        assert metrics.citation_recall(answer) == 0.5
        assert metrics.citation_precision(answer) == 0.5

    def test_an_answer_that_cites_nothing_scores_nothing(self):
        assert metrics.citation_recall(an_answer("Nine dams broke in Corvale.")) == 0
        assert metrics.citation_precision(an_answer("Nine dams broke in Corvale.")) == 0

    def test_a_needless_citation_costs_precision_and_not_recall(self):
        answer = an_answer("Nine dams broke in Corvale [1][2].", DAMS, FAIR)
        assert metrics.citation_recall(answer) == 1
        assert metrics.citation_precision(answer) == 0.5

    def test_two_citations_that_need_each_other_are_both_precise(self):
        answer = an_answer(
            "Nine dams broke in Corvale and the storm cut off 400 farms near Marrow [1][2].", DAMS, STORM
        )
        assert metrics.citation_recall(answer) == 1
        assert metrics.citation_precision(answer) == 1

    def test_a_marker_that_names_no_citation_bears_nothing_out(self):
        assert metrics.citation_recall(an_answer("Nine dams broke in Corvale [1][7].", DAMS)) == 0

    def test_a_refusal_claims_nothing(self):
        refused = an_answer("The articles do not say.", refusal=REFUSAL)
        assert metrics.citation_recall(refused) is None
        assert metrics.citation_precision(refused) is None

    def test_a_gold_support_is_cited_by_its_article_or_by_its_words(self):
        question = a_question(support=(Support(article="a", quote="Nine dams broke in"),))
        for quote, article, cited in [(FAIR, "a", 1), (DAMS, "b", 1), (FAIR, "b", 0)]:
            answer = an_answer("It is so [1].", citations=(a_citation(quote, article=an_article(article)),))
            assert metrics.gold_support_cited(question, answer) == cited

    def test_a_right_answer_counts_as_cited_where_the_quotes_state_its_facts(self):
        question = a_question("Corvale")
        assert metrics.cited_correct(question, an_answer("In Corvale [1].", DAMS)) == 1
        assert metrics.cited_correct(question, an_answer("In Corvale [1].", FAIR)) == 0
        assert metrics.cited_correct(question, an_answer("In Marrow [1].", DAMS)) == 0
        assert metrics.cited_correct(question, an_answer("In Corvale.")) == 0

    def test_a_weekday_in_a_quote_states_its_date(self):
        fact = GoldFact.model_validate({"statement": "On the 7th.", "accept": [{"date": "2025-11-07"}]})
        cited = a_citation(DAMS, article=an_article(day=date(2025, 11, 8)))
        answer = an_answer("On 7 November 2025 [1].", citations=(cited,))
        assert metrics.cited_correct(a_question(facts=(fact,)), answer) == 1


class TestRefusal:
    @pytest.mark.parametrize(
        ("answerable", "refused", "scores"),
        [
            (True, False, {"false_refusal": 0}),
            (True, True, {"false_refusal": 1, "refusal_precision": 0}),
            (False, False, {"false_answer": 1, "refusal_recall": 0}),
            (False, True, {"false_answer": 0, "refusal_recall": 1, "refusal_precision": 1}),
        ],
    )
    def test_only_the_scores_that_apply_are_there(self, answerable, refused, scores):
        assert metrics.refusal_scores(answerable=answerable, refused=refused) == scores

    outcomes = st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.booleans()), min_size=1, max_size=12)

    @given(outcomes, st.randoms())
    def test_the_order_of_equal_confidences_does_not_matter(self, pairs, random):
        shuffled = random.sample(pairs, len(pairs))
        for measure in (metrics.risk_coverage, metrics.area_under_risk_coverage):
            one, other = (measure(*zip(*order, strict=True)) for order in (pairs, shuffled))
            assert np.asarray(one) == pytest.approx(np.asarray(other))

    @given(outcomes)
    def test_the_curve_ends_with_everything_answered(self, pairs):
        coverage, risk = metrics.risk_coverage(*zip(*pairs, strict=True))[-1]
        assert (coverage, risk) == (1, pytest.approx(sum(wrong for _, wrong in pairs) / len(pairs)))

    def test_knowing_ones_mistakes_makes_the_area_small(self):
        wrong = [False, False, False, True]
        knowing = metrics.area_under_risk_coverage([0.9, 0.8, 0.7, 0.1], wrong)  # (0 + 0 + 0 + 1/4) / 4
        blind = metrics.area_under_risk_coverage([0.5] * 4, wrong)  # a quarter all along
        mistaken = metrics.area_under_risk_coverage([0.1, 0.2, 0.3, 0.9], wrong)
        assert (knowing, blind) == (0.0625, 0.25)
        assert mistaken > blind

    def test_confidence_falls_with_what_the_quotes_do_not_bear_out(self):
        asked = "How many dams broke in Corvale?"
        borne_out = metrics.confidence(an_answer("Nine dams broke in Corvale [1].", DAMS, question=asked))
        invented = metrics.confidence(an_answer("Fifty dams broke in Corvale [1].", DAMS, question=asked))
        elsewhere = metrics.confidence(an_answer("Nine dams broke [1].", FAIR, question=asked))
        assert borne_out > invented > elsewhere
        assert metrics.confidence(an_answer("Nine dams broke.", question=asked)) == 0
        assert metrics.confidence(an_answer("No.", DAMS, question=asked, refusal=REFUSAL)) == 0


OLD, NEW = an_article("old", day=date(2025, 9, 1)), an_article("new", day=date(2025, 9, 20))


class TestTime:
    def test_an_article_from_the_future_is_a_leak_whether_retrieved_or_cited(self):
        noon = date(2025, 9, 10)
        assert metrics.leaked(an_answer(passages=(a_passage("x", NEW),)), noon) == 1
        assert metrics.leaked(an_answer(citations=(a_citation("x", article=NEW),)), noon) == 1
        assert metrics.leaked(an_answer(passages=(a_passage("x", OLD), a_passage("y"))), noon) == 0
        assert metrics.leaked(an_answer(passages=(a_passage("x", NEW),)), date(2025, 9, 20)) == 0

    @pytest.mark.parametrize(("cited", "score"), [((NEW, OLD), 1), ((OLD, NEW), 0), ((OLD,), 0), ((), 0)])
    def test_the_first_citation_must_be_as_new_as_the_newest_support(self, cited, score):
        question = a_question(support=(Support(article="old"), Support(article="new")))
        answer = an_answer(
            citations=tuple(a_citation("x", n=n, article=article) for n, article in enumerate(cited, start=1)),
            passages=(a_passage("x", OLD), a_passage("y", NEW)),
        )
        assert metrics.latest_first(question, answer) == score

    def test_a_newer_support_that_was_not_found_is_not_forgotten_where_the_question_tells_its_day(self):
        told = (Support(article="old"), Support(article="unseen", published_at=date(2025, 9, 25)))
        answer = an_answer(citations=(a_citation("x", article=OLD),), passages=(a_passage("x", OLD),))
        assert metrics.latest_first(a_question(support=told), answer) == 0
        assert metrics.latest_first(a_question(support=told[:1]), answer) == 1

    def test_where_no_support_was_found_the_latest_was_not_first(self):
        question = a_question(support=(Support(article="elsewhere"),))
        assert metrics.latest_first(question, an_answer(citations=(a_citation("x", article=NEW),))) == 0


class TestStatistics:
    def test_an_interval_comes_near_the_normal_one(self):
        # 100 fair coin tosses: 0.5 +- 1.96 * 0.05
        assert metrics.bootstrap_interval([0.0, 1.0] * 50) == pytest.approx((0.402, 0.598), abs=0.02)

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
    def test_an_interval_stays_within_the_values_and_is_the_same_again(self, values):
        low, high = metrics.bootstrap_interval(values)
        assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
        assert metrics.bootstrap_interval(values) == (low, high)

    def test_a_difference_on_every_question_is_sure(self):
        difference, low, high, p = metrics.paired_bootstrap([0.0] * 50, [1.0] * 50)
        assert (difference, low, high) == (1, 1, 1)
        assert p == pytest.approx(2 / (metrics.RESAMPLES + 1))

    def test_the_interval_of_a_difference_comes_near_the_normal_one(self):
        # differences +1 (30), -1 (10), 0 (60): mean 0.2, deviation sqrt(0.4 - 0.04) = 0.6, error 0.06; z = 3.3
        before, after = [0.0] * 30 + [1.0] * 10 + [0.0] * 60, [1.0] * 30 + [0.0] * 10 + [0.0] * 60
        difference, low, high, p = metrics.paired_bootstrap(before, after)
        assert difference == pytest.approx(0.2)
        assert (low, high) == pytest.approx((0.2 - 1.96 * 0.06, 0.2 + 1.96 * 0.06), abs=0.02)
        assert p < 0.01
        assert metrics.paired_bootstrap(before, after) == (difference, low, high, p)

    @given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20))
    def test_turning_the_runs_round_turns_the_difference_round(self, pairs):
        a, b = zip(*pairs, strict=True)
        difference, low, high, p = metrics.paired_bootstrap(a, b)
        assert metrics.paired_bootstrap(b, a) == pytest.approx((-difference, -high, -low, p), abs=1e-12)

    def test_mcnemar_is_the_exact_binomial_test(self):
        def p(only_a: int, only_b: int) -> float:
            return metrics.mcnemar([1] * only_a + [0] * only_b + [1, 0], [0] * only_a + [1] * only_b + [1, 0])

        assert p(0, 0) == 1
        assert p(5, 5) == 1
        assert p(0, 5) == 0.0625  # 2 / 2^5
        assert p(2, 10) == pytest.approx(2 * (comb(12, 0) + comb(12, 1) + comb(12, 2)) / 2**12)
        assert p(10, 2) == p(2, 10)
