import json
import re
from collections import Counter

import pytest

from evals import DatasetError, example_questions, load_dataset
from evals.datasets import SAMPLED, _collections
from evals.gold import NumberForm
from evals.gold_files import read_questions
from evals.matching import states_fact
from index import Article
from index.readers import Failure, read_articles

SAMPLE = load_dataset("sample")
SLICES = (
    "single-fact number date list two-article comparison timeline latest as-of outlet follow-up conflict near-miss "
    "false-premise off-topic hostile"
).split()
UNANSWERABLE = {"near-miss", "false-premise", "off-topic"}
PRACTICE = [question for folder in _collections().values() for question in read_questions(folder / "practice.jsonl")]
EVERY = [*SAMPLE.questions, *load_dataset("hostile").questions, *PRACTICE]
READ = [read.item for read in read_articles([folder / "articles" for folder in _collections().values()])]


def articles_called(name):
    """The article that a gold fact's support names; several, where a page was worded anew."""
    return [item for item in READ if isinstance(item, Article) and name in (item.url, item.title, item.id)]


def ids(questions):
    return [pytest.param(question, id=question.id) for question in questions]


def test_every_bundled_article_goes_in_with_its_outlet_and_day():
    assert not [item for item in READ if isinstance(item, Failure)]
    assert all(article.title and article.published_at for article in READ)
    assert all(article.source for article in READ if not (article.origin or "").endswith(".txt"))


def test_the_bundled_collections_are_large_enough_to_measure_by():
    korea_japan, aldermere = (len(list(load_dataset(name).articles())) for name in ("korea-japan-2025", "aldermere"))
    assert korea_japan >= 10
    assert aldermere >= 40
    assert len(SAMPLE.questions) >= 200


def test_the_sample_is_two_collections_and_stays_the_same():
    parts = [load_dataset(name) for name in SAMPLED]
    assert sum(len(part.questions) for part in parts) == len(SAMPLE.questions)
    assert len(list(SAMPLE.articles())) == sum(len(list(part.articles())) for part in parts)
    assert SAMPLE.sha256.startswith("7ff4497eb2d11f8c")  # reports are compared over the months


def test_no_two_bundled_questions_share_an_id():
    assert len({question.id for question in EVERY}) == len(EVERY)


def test_every_slice_has_questions_enough_to_say_something():
    counts = Counter(name for question in SAMPLE.questions for name in question.slices)
    assert set(counts) == set(SLICES)
    assert min(counts.values()) >= 5


def test_questions_are_unanswerable_just_in_their_slices():
    for question in EVERY:
        if UNANSWERABLE & set(question.slices):
            assert not question.answerable, question.id
    assert 0.15 <= sum(not question.answerable for question in SAMPLE.questions) / len(SAMPLE.questions) <= 0.35


@pytest.mark.parametrize("question", ids(q for q in EVERY if q.support))
def test_a_gold_quote_stands_in_its_article_as_it_is_read(question):
    for support in question.support:
        assert any(support.quote in article.text for article in articles_called(support.article))


def test_every_answerable_question_says_where_its_answer_stands():
    assert not [question.id for question in EVERY if question.answerable and not question.support]


def test_a_gold_statement_states_its_own_fact():
    missing = [(q.id, fact.statement) for q in EVERY for fact in q.facts if not states_fact(fact.statement, fact)]
    assert not missing


def test_no_gold_statement_states_what_is_forbidden():
    contradicted = [
        (question.id, wrong.statement)
        for question in EVERY
        for wrong in question.forbidden
        if any(states_fact(fact.statement, wrong) for fact in question.facts)
    ]
    assert not contradicted


@pytest.mark.parametrize("question", ids(q for q in EVERY if q.as_of and q.answerable))
def test_a_dated_question_is_answered_by_articles_that_were_out_by_then(question):
    for support in question.support:
        assert min(article.published_at for article in articles_called(support.article)) <= question.as_of


def test_follow_ups_have_a_history_and_attacks_something_that_must_not_be_said():
    for question in EVERY:
        assert bool(question.history) == ("follow-up" in question.slices), question.id
        if "hostile" in question.slices:
            assert question.forbidden, question.id


def test_no_bundled_question_is_a_draft():
    assert not [question.id for question in EVERY if question.draft]


def test_numbers_are_asked_for_with_forms_that_match_however_they_are_written():
    forms = [form for question in SAMPLE.questions for fact in question.facts for form in fact.accept]
    assert sum(isinstance(form, NumberForm) for form in forms) >= 50


def test_example_questions_are_a_handful_with_answers():
    answerable = {question.question for question in EVERY if question.answerable}
    assert 4 <= len(example_questions()) <= 8
    assert set(example_questions()) <= answerable


def write(tmp_path, n=5):
    path = tmp_path / "gold.jsonl"
    rows = [{"id": f"q{number}", "question": f"Question {number}?", "facts": ["gold"]} for number in range(n)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_file_is_loaded_by_its_path_and_named_after_it(tmp_path):
    dataset = load_dataset(write(tmp_path))
    assert dataset.name == "gold"
    assert [question.id for question in dataset.questions] == ["q0", "q1", "q2", "q3", "q4"]
    assert re.fullmatch("[0-9a-f]{64}", dataset.sha256)
    assert dataset.articles is None


def test_the_hash_is_of_the_questions_not_of_how_they_were_written(tmp_path):
    path = write(tmp_path)
    before = load_dataset(path).sha256
    path.write_text(path.read_text().replace(": ", " :  ") + "\n\n")
    assert load_dataset(path).sha256 == before
    assert load_dataset(write(tmp_path, n=6)).sha256 != before


def test_a_limit_takes_the_first_questions_and_a_seed_draws_them(tmp_path):
    dataset = load_dataset(write(tmp_path, n=50))
    first, drawn = dataset.sample(10), dataset.sample(10, seed=1)
    assert first.questions == dataset.questions[:10]
    assert drawn.questions != first.questions
    assert drawn.questions == dataset.sample(10, seed=1).questions
    assert [int(question.id[1:]) for question in drawn.questions] == sorted(int(q.id[1:]) for q in drawn.questions)
    assert dataset.sample(None) is dataset


def test_a_seed_without_a_limit_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="seed 1, but no limit"):
        load_dataset(write(tmp_path)).sample(None, seed=1)


def test_a_limit_below_one_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="limit 0; give at least 1"):
        load_dataset(write(tmp_path)).sample(0)


def test_a_file_brings_the_articles_in_the_folder_beside_it(tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "strike.txt").write_text("The strike in Osterby ended on 3 May 2025 after nine days.")
    (article,) = load_dataset(write(tmp_path)).articles()
    assert "Osterby" in article.text


def test_an_article_beside_a_file_that_cannot_be_read_is_named(tmp_path, caplog):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "torn.pdf").write_bytes(b"%PDF-torn")
    assert not list(load_dataset(write(tmp_path)).articles())
    assert "left out of the set's articles" in caplog.text
    assert "torn.pdf" in caplog.text


def test_an_unknown_name_lists_the_bundled_datasets():
    with pytest.raises(
        DatasetError, match="no such dataset: nope; give aldermere, hostile, korea-japan-2025, sample, or a JSONL"
    ):
        load_dataset("nope")
