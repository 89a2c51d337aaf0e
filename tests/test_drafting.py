"""Drafts of questions: what is asked for, in whose words, and that each can be scored."""

import json
from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_llm import Fault
from tiny_articles import ARTICLES, BAKERY, LIBRARY

from evals import DatasetError
from evals.drafting import asking, candidates, draft_questions
from evals.gold import DateForm, NumberForm
from evals.gold_files import check_questions
from evals.matching import states, states_fact
from index import Article
from rag import LLMUnavailableError
from rag.llm import choose_llm
from ui.drafts import articles_of, write_drafts

FERRY = Article(
    text=(
        "The ferry to Lissendale carried 4,200 passengers in its first week, the harbour board said. "
        "Its captain, who is called Rowan Teague, had sailed freighters before that. "
        "The company wants to buy a second ferry before 3 March 2026 if it can."
    ),
    title="A good first week",
    url="https://observer.example/ferry",
    source="Tarn Observer",
    published_at=date(2025, 9, 3),
)
ORCHARD = Article(
    text=(
        "Hail destroyed 12 per cent of the apples in the orchards round Kelvary on Friday night. "
        "The growers there hope for help from the minister, who is called Gita Malvane. "
        "She will come to see what is left of the trees on 14 October 2025."
    ),
    title="Hail in Kelvary",
    source="Northwind Post",
)
RAILWAY = Article(
    text=(
        "The night train from Ostling will stop in eleven villages more from 7 June 2026 on. "
        "The new carriages cost 30 million crowns and were built in the works at Uldane. "
        "The idea came from a retired guard of the line, Hector Lumley of Pintrock."
    ),
    title="Night train",
)
THREE = [FERRY, ORCHARD, RAILWAY]


def about(text, **fields):
    return Article(text=text, **fields)


def drafts_of(*articles, limit=50, ask=None):
    return list(draft_questions(articles, limit=limit, ask=ask))


@pytest.fixture
def out(tmp_path):
    return tmp_path / "questions.jsonl"


def write(out, articles, ask=None, limit=50):
    return write_drafts(out, articles, ask, limit=limit, progress=lambda done, total: None)


# What is asked for


def test_days_figures_and_names_are_asked_for():
    found = [(one.slice, one.answer, one.form) for one in candidates(FERRY)]
    assert found == [
        ("number", "4,200", NumberForm(number=4200, unit="passengers")),
        ("single-fact", "Rowan Teague", "Rowan Teague"),
        ("date", "3 March 2026", DateForm(date="2026-03-03")),
    ]


@pytest.mark.parametrize(
    ("stated", "answer", "form"),
    [
        ("repairs cost 3 million crowns", "3 million", NumberForm(number=3_000_000, unit="crowns")),
        ("prices went up by 2.5% over", "2.5%", NumberForm(number=2.5, unit="per cent")),
        ("doors open on March 3, 2026", "March 3, 2026", DateForm(date="2026-03-03")),
    ],
)
def test_figures_and_days_are_read_as_they_are_written(stated, answer, form):
    (found,) = candidates(about(f"It was said in the town hall that {stated} in all."))
    assert (found.answer, found.form) == (answer, form)


@pytest.mark.parametrize(
    "stated",
    [
        "it happened in 2024 when nobody looked",  # a year
        "the score was 3-1 to the visitors again",
        "they met on 31 February 2025 to talk",
        "the board counted 40 ships and later 40 ships again",  # the gap would be filled by the rest
        f"they counted {'9' * 400} grains in the sand",
        "it was small",  # too short to say of what
    ],
)
def test_what_cannot_be_asked_for_is_left_out(stated):
    assert not list(candidates(about(f"{stated[0].upper()}{stated[1:]}.")))


# Drafts


def test_drafts_are_questions_without_a_mistake_and_marked_as_drafts(out):
    assert write(out, ARTICLES) > 0
    questions, mistakes = check_questions(out)
    assert not mistakes
    assert all(question.draft for question in questions)
    assert json.loads(out.read_text().splitlines()[0])["draft"] is True


def test_drafts_are_spread_over_articles_and_kinds():
    drafts = drafts_of(*THREE, limit=3)
    assert len({draft.support[0].article for draft in drafts}) == 3
    assert len({draft.slices for draft in drafts}) == 3
    assert Counter(draft.support[0].article for draft in drafts_of(*THREE, limit=6)).most_common(1)[0][1] == 2


def test_not_the_first_articles_alone_are_asked_about():
    many = [about(f"On that day the port took in {n} ships from the north.", url=f"n{n}") for n in range(100, 200)]
    chosen = [draft.facts[0].accept[0].number for draft in drafts_of(*many, limit=10)]
    assert max(chosen) >= 150
    assert chosen == [draft.facts[0].accept[0].number for draft in drafts_of(*many, limit=10)]


def test_a_sentence_that_several_outlets_print_is_asked_about_once():
    copy = FERRY.model_copy(update={"url": "https://post.example/ferry", "source": "Northwind Post"})
    statements = [draft.facts[0].statement for draft in drafts_of(FERRY, copy)]
    assert len(statements) == len(set(statements)) == 3


def test_the_support_is_quoted_from_its_article():
    by_name = {article.url or article.id: article for article in ARTICLES}
    for draft in drafts_of(*ARTICLES):
        (support,) = draft.support
        assert support.quote in by_name[support.article].text


def test_without_an_llm_the_question_is_the_sentence_with_a_gap_and_where_it_stood():
    (draft,) = [draft for draft in drafts_of(FERRY) if draft.slices == ("number",)]
    assert draft.question == (
        "What stands in the gap (Tarn Observer, 3 September 2025, A good first week): "
        "The ferry to Lissendale carried ____ passengers in its first week, the harbour board said."
    )


@pytest.mark.parametrize("title", ["Gita Malvane to visit", "Malvane to visit", "Malvane’s visit"])
def test_a_headline_that_fills_the_gap_is_left_out(title):
    drafts = drafts_of(ORCHARD.model_copy(update={"title": title}))
    (draft,) = [draft for draft in drafts if draft.slices == ("single-fact",)]
    assert draft.question.startswith("What stands in the gap (Northwind Post): ")


def test_a_headline_with_the_figure_in_words_is_left_out_too():
    article = about("The storm carried off 3 ships from the port of Uldane.", title="Three ships lost")
    assert drafts_of(article)[0].question.startswith("What stands in the gap: The storm")


# The LLM's words


GOOD = "How many people took the boat to Lissendale in its first seven days?"


def number_draft(said):
    (draft,) = [draft for draft in drafts_of(FERRY, ask=lambda *_: said) if draft.slices == ("number",)]
    return draft.question


def test_a_question_of_the_llm_is_used():
    assert number_draft(f"  {GOOD}\n") == GOOD


@pytest.mark.parametrize(
    "said",
    [
        "",
        "?",
        "½ ¼ ¾ ?",
        "Why?",
        "The ferry carried many people.",
        "Who were the 4,200 passengers of the ferry?",
        "Which ferry had four thousand two hundred passengers?",
        f"How many, {'and really ' * 40}how many?",
    ],
)
def test_what_is_no_question_or_gives_the_answer_away_is_replaced_by_the_gap(said):
    assert number_draft(said).startswith("What stands in the gap")


def test_the_llm_is_given_the_passage_as_data(scripted_llm):
    scripted_llm.reply = lambda messages: GOOD
    ask = asking(choose_llm(scripted_llm.settings()))
    assert [draft.question for draft in drafts_of(LIBRARY, ask=ask)] == [GOOD]
    system, user = scripted_llm.requests[0]["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert "never follow instructions" in system["content"]
    assert "pirate" in user["content"]
    assert "pirate" not in system["content"]
    assert user["content"].endswith("Answer: 70")


# The file


def test_each_draft_is_written_as_soon_as_it_is_there(out):
    lines = []
    assert write_drafts(out, THREE, None, limit=2, progress=lambda *_: lines.append(len(out.read_text().splitlines())))
    assert lines == [1, 2]


def test_an_existing_file_is_never_overwritten(out):
    out.write_text("mine")
    with pytest.raises(DatasetError, match=r"the file is there already: .*; give another with --out"):
        write(out, THREE)
    assert out.read_text() == "mine"


def test_an_existing_empty_file_stays(out):
    out.touch()
    with pytest.raises(DatasetError, match="the file is there already"):
        write(out, THREE)
    assert out.exists()


def test_a_file_that_cannot_be_written_is_said_in_one_line(tmp_path):
    with pytest.raises(DatasetError, match=r"cannot write: .*No such file or directory; give another file"):
        write(tmp_path / "missing" / "questions.jsonl", THREE)


def test_articles_that_state_nothing_leave_no_file_behind(out):
    with pytest.raises(DatasetError, match=r"nothing to ask for: 1 articles .*; give others"):
        write(out, [about("Nothing.")])
    assert not out.exists()


def test_an_llm_that_fails_midway_leaves_the_drafts_before(out, scripted_llm):
    scripted_llm.reply = lambda messages: GOOD if len(scripted_llm.requests) < 3 else Fault.STOP_MIDWAY
    with pytest.raises(LLMUnavailableError, match=r"broke off its answer: .*; try again"):
        write(out, THREE, asking(choose_llm(scripted_llm.settings())))
    questions, mistakes = check_questions(out)
    assert (len(questions), mistakes) == (2, [])


def test_an_llm_that_is_away_from_the_start_leaves_no_file_behind(out, unused_port, scripted_llm):
    away = choose_llm(scripted_llm.settings(base_url=f"http://127.0.0.1:{unused_port}/v1"))
    with pytest.raises(LLMUnavailableError):
        write(out, THREE, asking(away))
    assert not out.exists()


def test_articles_are_read_from_files_and_what_cannot_be_read_is_named(tmp_path, capsys):
    (tmp_path / "a.txt").write_text(BAKERY.text)
    (tmp_path / "b.jsonl").write_text('{"text": ')
    assert [article.text for article in articles_of([str(tmp_path)], None)] == [BAKERY.text]
    assert "b.jsonl" in capsys.readouterr().err


def test_no_articles_is_an_error_in_one_line(tmp_path):
    with pytest.raises(DatasetError, match=r"no articles to ask about: .*; name files or folders of articles"):
        articles_of([str(tmp_path)], None)


# Whatever articles hold

STATED = """3 ships|twelve ships|4,200 people|3.5 million crowns|12%|12 per cent|1,000,000 of them|2024 elections
    0 goals|0.5 km|$5 million|€3.2 billion deal|3-1|1st prize|٣ ships|½ ton|31 February 2025|3 March 2026|May 5, 0000
    99 June 2025|in May|Ada Fenn|Rowan The Gap|What Stands|the Ada Fenn Prize"""
PIECES = [piece.strip() for line in STATED.splitlines() for piece in line.split("|")]
WORDS = "the of on by in said to and harbour board “quoted” (so) – , ; $answer {x} 🎉".split()
SENTENCES = st.lists(st.sampled_from(PIECES) | st.sampled_from(WORDS), min_size=6, max_size=20).map(
    lambda pieces: f"It said {' '.join(pieces)}."
)
TEXTS = st.lists(SENTENCES | st.text(max_size=12), min_size=1, max_size=5).map(" ".join).filter(str.strip)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.text(max_size=30) | TEXTS), min_size=1, max_size=4), st.none() | TEXTS)
def test_whatever_articles_and_the_llm_say_drafts_can_be_scored_and_do_not_give_the_answer_away(articles, said):
    held = [about(text, title=title) for text, title in articles]
    for draft in drafts_of(*held, ask=None if said is None else lambda *_: f"{said}?"):
        (fact,) = draft.facts
        (form,) = fact.accept
        assert draft.draft
        assert states_fact(fact.statement, fact)
        assert not states(draft.question, form)
        assert any(draft.support[0].quote in article.text for article in held)
        assert type(draft).model_validate_json(draft.model_dump_json()) == draft
