"""Each public benchmark, in small files of ours that are laid out as its own are."""

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from evals.adapters import ADAPTERS, load_benchmark
from evals.errors import DatasetError
from index import Article

SHARED = Path(__file__).parents[2] / "shared" / "data"


def write_lines(path, *records):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")


def write_json(path, value):
    path.write_text(json.dumps(value), encoding="utf-8")


def questions(dataset):
    return {question.id: question for question in dataset.questions}


def error(name, folder):
    with pytest.raises(DatasetError) as caught:
        list(load_benchmark(name, folder).articles())
    message = str(caught.value)
    assert "\n" not in message
    assert "; " in message
    return message


def test_adapters_are_listed_in_order():
    assert list(ADAPTERS) == sorted(ADAPTERS)


def test_a_name_or_folder_that_is_not_there_is_said(tmp_path):
    assert "no such benchmark: trivia; give beir" in error("trivia", tmp_path)
    assert f"no such folder: {tmp_path / 'none'}" in error("squad", tmp_path / "none")


@pytest.mark.parametrize("name", ADAPTERS)
def test_an_empty_folder_is_said_to_lack_the_files(name, tmp_path):
    assert str(tmp_path) in error(name, tmp_path)


# RealTime QA

QUIZ = {
    "id": "20250905_0",
    "question": "Which town did the Sorrel flood?",
    "asked_at": "2025-09-05",
    "answer": "Aldermere",
    "choices": ["Wenlow", "Aldermere", "Skerra"],
    "evidence": "",
    "search_urls": ["https://courier.example/flood"],
}
FLOOD = {
    "url": "https://courier.example/flood",
    "title": "Sorrel floods Aldermere",
    "text": "The Sorrel burst its banks on Sunday night, and the old town of Aldermere stood under water.",
    "published_at": "2025-09-04",
    "authors": ["Ida Marsh"],
    "source": "The Courier",
}


@pytest.fixture
def quiz(tmp_path):
    write_lines(tmp_path / "questions.jsonl", QUIZ)
    (tmp_path / "articles.jsonl.gz").write_bytes(gzip.compress(json.dumps(FLOOD).encode()))
    return tmp_path


def test_realtimeqa_asks_as_of_two_days_later_and_shows_no_choices(quiz):
    dataset = load_benchmark("realtimeqa", quiz)
    (question,) = dataset.questions
    assert (question.as_of, question.golds) == (date(2025, 9, 7), ("Aldermere",))
    assert (dataset.task, dataset.style, dataset.official) == ("answer", "short", "realtimeqa")
    assert "Wenlow" not in dataset.jsonl.decode()
    assert "courier.example" not in dataset.jsonl.decode()


def test_realtimeqa_articles_are_read_as_the_index_reads_them(quiz):
    (article,) = load_benchmark("realtimeqa", quiz).articles()
    assert (article.url, article.published_at) == (FLOOD["url"], date(2025, 9, 4))
    assert (article.source, article.authors) == ("The Courier", ("Ida Marsh",))


def test_realtimeqa_gives_a_repeated_id_its_line(quiz):
    write_lines(quiz / "questions.jsonl", QUIZ, QUIZ | {"question": "Which river was it?", "answer": "the Sorrel"})
    assert [question.id for question in load_benchmark("realtimeqa", quiz).questions] == ["20250905_0", "20250905_0@2"]


def test_realtimeqa_leaves_out_an_answer_without_words(quiz):
    write_lines(quiz / "questions.jsonl", QUIZ, QUIZ | {"id": "emoji", "answer": "👍"})
    assert list(questions(load_benchmark("realtimeqa", quiz))) == ["20250905_0"]


@pytest.mark.parametrize(
    ("broken", "field"),
    [({"asked_at": "soon"}, "asked_at: "), ({"asked_at": 20250905}, "asked_at: "), ({"answer": ""}, "answer: ")],
)
def test_realtimeqa_names_the_line_and_field_of_a_mistake(quiz, broken, field):
    write_lines(quiz / "questions.jsonl", QUIZ, QUIZ | broken)
    assert f"questions.jsonl, line 2: {field}" in error("realtimeqa", quiz)


def test_realtimeqa_names_the_article_that_cannot_be_read(quiz):
    (quiz / "articles.jsonl.gz").write_bytes(gzip.compress(json.dumps(FLOOD).encode() + b'\n{"title": "no text"}\n'))
    assert "articles.jsonl.gz" in error("realtimeqa", quiz)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the development data is not here")
def test_realtimeqa_of_a_real_year_is_complete():
    dataset = load_benchmark("realtimeqa", SHARED / "realtimeqa-2025")
    assert len(questions(dataset)) == 830
    assert dataset.questions[0].as_of == date(2025, 1, 3)


# SQuAD

MILL = "The Orrin mill was built in 1802 by Tamsin Orrin. It ground corn until 1951."
ANSWERED = {
    "id": "a1",
    "question": " When was the mill built?",
    "answers": [{"text": "1802", "answer_start": 28}, {"text": "in 1802", "answer_start": 25}, {"text": "1802"}],
}
IMPOSSIBLE = {
    "id": "n1",
    "question": "Who burnt the mill?",
    "answers": [],
    "is_impossible": True,
    "plausible_answers": [{"text": "Tamsin Orrin", "answer_start": 36}],
}


def squad(*asked, context=MILL, title="Orrin_Mill_%28Dunmoor%29"):
    return {"version": "v2.0", "data": [{"title": title, "paragraphs": [{"context": context, "qas": list(asked)}] * 2}]}


def test_squad_accepts_each_distinct_answer_and_refuses_the_impossible(tmp_path):
    write_json(tmp_path / "dev-v2.0.json", squad(ANSWERED, IMPOSSIBLE))
    write_json(tmp_path / "train-v2.0.json", {"data": []})
    dataset = load_benchmark("squad", tmp_path)
    answered, impossible = questions(dataset)["a1"], questions(dataset)["n1"]
    assert (answered.question, answered.golds) == ("When was the mill built?", ("1802", "in 1802"))
    assert (impossible.answerable, impossible.facts, impossible.support) == (False, (), ())
    assert (answered.slices, impossible.slices) == (("HasAns",), ("NoAns",))


def test_squad_paragraphs_are_articles_once_each_and_support_their_questions(tmp_path):
    write_json(tmp_path / "mine.json", squad(ANSWERED))
    dataset = load_benchmark("squad", tmp_path / "mine.json")
    (article,) = dataset.articles()
    assert (article.text, article.title) == (MILL, "Orrin Mill (Dunmoor)")
    assert [support.article for support in dataset.questions[0].support] == [article.url]


def test_squad_leaves_out_golds_that_are_nothing_but_punctuation(tmp_path):
    write_json(tmp_path / "dev.json", squad(ANSWERED, {"id": "p", "question": "Sign?", "answers": [{"text": "!"}]}))
    assert "p" not in questions(load_benchmark("squad", tmp_path))


def test_squad_names_the_field_of_a_mistake_and_asks_which_file_is_meant(tmp_path):
    write_json(tmp_path / "one.json", squad({"id": "a1", "answers": []}))
    assert "one.json: data[0].paragraphs[0].qas[0].question: Field required" in error("squad", tmp_path)
    write_json(tmp_path / "two.json", squad(ANSWERED))
    assert "one.json, two.json; give the .json file itself" in error("squad", tmp_path)
    (tmp_path / "two.json").write_text('{"data": [', encoding="utf-8")
    assert "two.json: Invalid JSON" in error("squad", tmp_path / "two.json")


# MultiHop-RAG

CORPUS = [
    {
        "title": "Wenlow council approves tram",
        "author": "Ida Marsh",
        "source": "The Courier",
        "published_at": "2023-10-18T09:15:00+00:00",
        "category": "politics",
        "url": "https://courier.example/tram",
        "body": "Wenlow's council approved the tram on Tuesday. It will cost 90 million crowns, the mayor said.",
    },
    {
        "title": "Tram cost rises",
        "author": None,
        "source": "Wenlow Gazette",
        "published_at": "2023-11-14T07:00:00+00:00",
        "category": "politics",
        "url": "https://gazette.example/cost?id=7",
        "body": "The harbour tram will cost 112 million crowns, a fifth more than the council was told in October.",
    },
]
TRAM = {
    "query": "Did the cost of the tram rise between the Courier's and the Gazette's report?",
    "answer": "Yes",
    "question_type": "temporal_query",
    "evidence_list": [
        {"url": "https://courier.example/tram", "title": "…", "fact": "It will cost 90 million crowns"},
        {"url": "https://gazette.example/cost?id=7", "title": "…", "fact": "112 million crowns"},
    ],
}
NULL = {
    "query": "Who drove the first tram?",
    "answer": "Insufficient information.",
    "question_type": "null_query",
    "evidence_list": [],
}


@pytest.fixture
def multihop(tmp_path):
    write_json(tmp_path / "MultiHopRAG.json", [TRAM, NULL])
    write_json(tmp_path / "corpus.json", CORPUS)
    return tmp_path


def test_multihop_rag_has_its_question_types_as_slices_and_null_queries_unanswerable(multihop):
    temporal, null = load_benchmark("multihop-rag", multihop).questions
    assert (temporal.slices, temporal.golds, temporal.answerable) == (("temporal_query",), ("Yes",), True)
    assert (null.slices, null.facts, null.answerable) == (("null_query",), (), False)


def test_multihop_rag_evidence_stands_in_the_articles(multihop):
    dataset = load_benchmark("multihop-rag", multihop)
    by_url = {article.url: article for article in dataset.articles()}
    assert all(support.quote in by_url[support.article].text for support in dataset.questions[0].support)
    tram = by_url["https://courier.example/tram"]
    assert (tram.source, tram.authors, tram.published_at) == ("The Courier", ("Ida Marsh",), date(2023, 10, 18))


def test_multihop_rag_names_the_record_and_field_of_a_mistake(multihop):
    write_json(multihop / "MultiHopRAG.json", [TRAM, NULL | {"evidence_list": [{"fact": "…"}]}])
    assert "MultiHopRAG.json: [1].evidence_list[0].url: Field required" in error("multihop-rag", multihop)


# BEIR


@pytest.fixture
def shelf(tmp_path):
    documents = [
        {"_id": "d1", "title": "Blind shrimp", "text": "A blind shrimp was found in Marrow Cave."},
        {"_id": "d2", "title": "Winter ferry", "text": ""},
        {"_id": "d3", "title": "", "text": " "},
        {"_id": "d4", "text": "The Skerra ferry sails twice a day in winter.", "metadata": {}},
    ]
    write_lines(tmp_path / "corpus.jsonl", *documents)
    write_lines(tmp_path / "queries.jsonl", *({"_id": f"q{n}", "text": f"query {n}?"} for n in range(1, 5)))
    judge(tmp_path / "qrels" / "test.tsv", "q1\td1\t2", "q1\td4\t1", "q1\td2\t0", "q3\td1\t0", "q2\td4\t1")
    judge(tmp_path / "qrels" / "train.tsv", "q4\td1\t1")
    return tmp_path


def judge(path, *rows, header="query-id\tcorpus-id\tscore"):
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")


def test_beir_is_retrieval_with_graded_support_of_the_test_split(shelf):
    dataset = load_benchmark("beir", shelf)
    found = {id_: [(s.article, s.grade) for s in question.support] for id_, question in questions(dataset).items()}
    assert (dataset.task, found) == ("retrieval", {"q1": [("beir:d1", 2), ("beir:d4", 1)], "q2": [("beir:d4", 1)]})


def test_beir_takes_the_only_split_where_there_is_no_test(shelf):
    (shelf / "qrels" / "test.tsv").unlink()
    assert list(questions(load_benchmark("beir", shelf))) == ["q4"]
    judge(shelf / "qrels" / "dev.tsv", "q1\td1\t1")
    assert "dev.tsv, train.tsv" in error("beir", shelf)


def test_beir_documents_are_found_by_their_id_in_an_index(shelf, empty_index):
    articles = list(load_benchmark("beir", shelf).articles())
    empty_index.add(*articles)
    assert [article.url for article in articles] == ["beir:d1", "beir:d2", "beir:d4"]
    assert articles[1].text == "Winter ferry"
    assert {empty_index.get(Article(text="-", url=f"beir:{id_}").id).url for id_ in ("d1", "d2", "d4")} == {
        article.url for article in articles
    }


def test_beir_reads_packed_files(shelf):
    for path in (shelf / "corpus.jsonl", shelf / "queries.jsonl"):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    dataset = load_benchmark("beir", shelf)
    assert (len(dataset.questions), len(list(dataset.articles()))) == (2, 3)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (["q1\td1\tvery"], "test.tsv, line 2; write query-id, corpus-id, score"),
        (["q1\t0\td1\t1"], "test.tsv, line 2; write query-id, corpus-id, score"),
        (["q9\td1\t1"], "no such query: q9"),
        (["q1\td1\t0"], "no questions"),
    ],
)
def test_beir_names_the_line_of_a_wrong_judgement(shelf, rows, problem):
    judge(shelf / "qrels" / "test.tsv", *rows)
    assert problem in error("beir", shelf)


def test_beir_misses_the_header(shelf):
    judge(shelf / "qrels" / "test.tsv", header="q1\td1\t1")
    assert "no header" in error("beir", shelf)


def test_beir_names_the_line_of_a_broken_document(shelf):
    (shelf / "corpus.jsonl").write_text('{"_id": "d1", "text": "fine"}\n{"_id": 2}\n', encoding="utf-8")
    assert "corpus.jsonl, line 2: _id: " in error("beir", shelf)
    (shelf / "corpus.jsonl").write_bytes(b'{"_id": "d1", "text": "caf\xe9"}\n')
    assert "cannot read" in error("beir", shelf)


# RGB

RECORD = {
    "id": 0,
    "query": "When does the winter ferry start?",
    "answer": [["3 November", "Nov. 3"]],
    "positive": ["The winter ferry starts on 3 November ...", "From Nov. 3 the ferry sails twice a day."],
    "negative": ["The ferry was painted in spring.", ""],
}
BOTH = RECORD | {
    "answer": ["3 November", ["12 million", "12m"]],
    "positive": [["It starts on 3 November."], ["It cost 12 million crowns.", "A ferry for 12m"]],
}
WRONG = RECORD | {
    "answer": "Skerra",
    "fakeanswer": "Dunmoor",
    "positive": ["The ferry sails from Skerra."],
    "positive_wrong": ["The ferry sails from Dunmoor."],
}


def test_rgb_states_every_part_of_an_answer_in_any_of_its_forms(tmp_path):
    write_lines(tmp_path / "en_int.json", BOTH)
    (question,) = load_benchmark("rgb", tmp_path).questions
    assert [fact.accept for fact in question.facts] == [("3 November",), ("12 million", "12m")]
    assert (question.id, question.slices) == ("en_int-0", ("en_int", "information-integration"))
    assert len(question.support) == 3


def test_rgb_asks_every_third_question_with_its_negative_passages_alone(tmp_path):
    fields = ("query", "positive", "negative")
    records = [
        RECORD | {"id": n} | {f: [f"{f} {n}"] if f != "query" else f"query {n}?" for f in fields} for n in range(4)
    ]
    write_lines(tmp_path / "en.json", *records)
    dataset = load_benchmark("rgb", tmp_path / "en.json")
    assert [question.answerable for question in dataset.questions] == [True, True, False, True]
    assert dataset.questions[2].slices == ("en", "negative-rejection")
    texts = [article.text for article in dataset.articles()]
    assert "negative 2" in texts
    assert "positive 2" not in texts


def test_rgb_counterfactual_has_the_wrong_passages_only_and_forbids_the_fake_answer(tmp_path):
    write_lines(tmp_path / "en_fact.json", WRONG)
    dataset = load_benchmark("rgb", tmp_path)
    (question,) = dataset.questions
    assert ([f.statement for f in question.facts], [f.statement for f in question.forbidden]) == (
        ["Skerra"],
        ["Dunmoor"],
    )
    assert [article.text for article in dataset.articles()] == [WRONG["positive_wrong"][0], RECORD["negative"][0]]


def test_rgb_support_is_the_url_of_its_passages_and_each_text_is_one_article(tmp_path):
    write_lines(tmp_path / "en.json", RECORD, RECORD | {"id": 1})
    dataset = load_benchmark("rgb", tmp_path)
    urls = [article.url for article in dataset.articles()]
    assert len(urls) == len(set(urls)) == 3
    assert [support.article for support in dataset.questions[1].support] == urls[:2]


def test_rgb_passes_over_a_file_that_was_refined(tmp_path):
    for name in ("en.json", "en_refine.json", "zh.json", "result.json"):
        write_lines(tmp_path / name, RECORD)
    assert list(questions(load_benchmark("rgb", tmp_path))) == ["en_refine-0", "zh-0"]


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ({"answer": 3}, "en.json, line 2: answer"),
        ({"answer": [[]]}, "en.json, line 2, answer: empty"),
        ({"negative": "one"}, "en.json, line 2: negative"),
    ],
)
def test_rgb_names_the_line_and_field_of_a_mistake(tmp_path, broken, problem):
    write_lines(tmp_path / "en.json", RECORD, RECORD | broken)
    assert problem in error("rgb", tmp_path)
