"""The terminal's side of the commands: errors in one line, JSON, and text that cannot steer it."""

import io
import json
import sys
from datetime import date

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from index import ScopeError
from rag import (
    Answer,
    AnswerReady,
    ArticleRef,
    Citation,
    Passage,
    PassagesFound,
    QuestionError,
    RagSettings,
    Refusal,
    Sentence,
    TextDelta,
)
from rag.answer import PlanWords, QueryPlan, Report
from rag.errors import LLMUnavailableError
from ui.answers import print_stream
from ui.terminal import describe, is_usage_error, print_json, printable, progress_bar, say, show, without_password

REF = ArticleRef(id="a", title="Bell rings", source="Vell Post", url=None, authors=(), published_at=date(2025, 9, 30))
REASON = "'it' is not in the cited words\x1b"
RANG = Sentence(text="It rang twice.", citations=(1,), verdict="supported")
PASSAGE = Passage(article_id="a", text="Ulf Brae rang the bell.", score=1.0, start=0, end=23, article=REF)


def test_an_error_of_ours_is_its_own_message():
    assert describe(LLMUnavailableError("nobody answers: there; start it")) == "nobody answers: there; start it"


def test_another_error_is_named_in_one_line_with_the_way_to_see_more():
    assert describe(OSError("disk\nis full")) == "unexpected OSError: disk is full; --debug shows where"


def test_a_setting_that_makes_no_sense_is_named_with_its_value(monkeypatch):
    monkeypatch.setenv("DATELINE_TIMEOUT", "soon")
    with pytest.raises(ValueError, match="DATELINE_TIMEOUT") as caught:
        RagSettings()
    assert describe(caught.value).startswith("DATELINE_TIMEOUT makes no sense: 'soon': ")
    assert is_usage_error(caught.value)


def test_wrong_usage_says_where_the_help_is():
    assert describe(typer.BadParameter("not a number.")) == "Invalid value: not a number; see: dateline --help"


@pytest.mark.parametrize(
    ("error", "expected"), [(ScopeError(""), True), (QuestionError(""), True), (OSError(""), False)]
)
def test_only_what_was_asked_wrongly_is_a_usage_error(error, expected):
    assert is_usage_error(error) is expected


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\n\ttext", "plain\n\ttext"),
        ("\x1b[31mred\x07", "[31mred"),
        ("a\x9bb\x7fc\x00", "abc"),
        ("back\u202ewards", "backwards"),
        ("line\r\nend", "line \nend"),
        ("1\u202f250\u00a0km\u3000far", "1 250 km far"),
        ("“Zoë” 灯台 🎉", "“Zoë” 灯台 🎉"),
    ],
)
def test_what_is_shown_cannot_steer_the_terminal(text, shown):
    assert printable(text) == shown


@given(st.text())
def test_any_text_becomes_printable_and_stays_so(text):
    once = printable(text)
    assert all(char in "\n\t" or char.isprintable() for char in once)
    assert printable(once) == once


def test_messages_go_to_stderr_in_one_line_and_results_to_stdout(capsys):
    say("what\nhappened\x07")
    show("a result\x1b")
    assert capsys.readouterr() == ("a result\n", "dateline: what happened\n")


def test_json_keeps_letters_as_they_are(capsys):
    print_json({"day": date(2025, 9, 30), "title": "Zoë"})
    assert capsys.readouterr().out == '{\n  "day": "2025-09-30",\n  "title": "Zoë"\n}\n'


def test_json_is_whole_on_a_terminal_that_has_no_such_letters(monkeypatch):
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stdout)
    print_json({"title": "Zoë 🎉"})
    stdout.flush()
    assert json.loads(stdout.buffer.getvalue()) == {"title": "Zoë 🎉"}


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://me:secret@host/db", "postgresql://…@host/db"),
        ("http://127.0.0.1:9/v1", "http://127.0.0.1:9/v1"),
        ("minilm", "minilm"),
    ],
)
def test_passwords_in_addresses_are_not_shown(address, shown):
    assert without_password(address) == shown


def test_no_bar_is_drawn_where_nobody_looks(capsys):
    with progress_bar("adding") as progress:
        progress(1, 2)
        progress(2, 0)
    assert capsys.readouterr() == ("", "")


def printed(capsys, **fields):
    answer = Answer(**({"question": "q", "standalone_question": "q", "text": "", "model": "m"} | fields))
    found = PassagesFound(passages=answer.passages, plan=answer.plan)
    events = [found, TextDelta(text="half\x1b a draft"), AnswerReady(answer=answer)]
    assert print_stream(events, answer.question) is answer
    return capsys.readouterr().out


def test_an_answer_is_printed_with_its_sources_before_and_its_quotes_after(capsys):
    sentence = Sentence(text="Ulf Brae rang it.", citations=(1,), verdict="partly", reasons=(REASON,))
    quote = Citation(n=1, quote="Ulf Brae rang the bell.", start=0, end=23, verdict="partly", article=REF)
    out = printed(capsys, text="Ulf Brae rang it [1].", sentences=(sentence,), citations=(quote,), passages=(PASSAGE,))
    assert out.splitlines() == [
        "Looking in 1 article:",
        "  Vell Post · 30 September 2025 · Bell rings",
        "",
        "Ulf Brae rang it [1].",
        "",
        "Partly supported: Ulf Brae rang it.",
        "  - 'it' is not in the cited words",
        "",
        "[1] Vell Post · 30 September 2025 · Bell rings",
        "    “Ulf Brae rang the bell.”",
    ]


def test_how_the_question_was_read_is_printed_first(capsys):
    words = PlanWords(text="AP\x1b", start=9, end=12, kind="outlet", sources=("AP Wire",), state="relaxed")
    plan = QueryPlan(standalone_question="q", asks="latest", words=(words,))
    out = printed(capsys, text="It rang.", passages=(PASSAGE,), plan=plan)
    assert out.splitlines()[:2] == [
        "Read as: “AP”: AP Wire (nothing of theirs, so all outlets); the latest state",
        "Looking in 1 article:",
    ]


def test_how_a_question_was_understood_is_printed_first(capsys):
    plan = QueryPlan(standalone_question="Who rang the bell\x1b?")
    assert printed(capsys, plan=plan).splitlines()[0] == "Understood as: Who rang the bell?"
    assert "Understood" not in printed(capsys, plan=QueryPlan(standalone_question="q"))


def test_a_refusal_is_printed_with_the_nearest_articles_and_the_newest_day(capsys):
    near = REF.model_copy(update={"url": "https://vell.example/1\x1b"})
    refusal = Refusal(
        reason="not_in_articles", message="The articles do not say.", newest_article=date(2025, 10, 2), nearest=(near,)
    )
    out = printed(capsys, text=refusal.message, refusal=refusal, passages=(PASSAGE,))
    assert out.splitlines()[3:] == [
        "The articles do not say.",
        "",
        "Nearest articles:",
        "  Vell Post · 30 September 2025 · Bell rings",
        "    https://vell.example/1",
        "    Ulf Brae rang the bell.",
        "",
        "The newest article here is from 2 October 2025.",
    ]


def test_where_reports_differ_each_is_printed_with_its_outlet_day_and_number(capsys):
    reports = (
        Report(said="twice", citation=1, source="Vell Post", published_at=date(2025, 9, 30)),
        Report(said="three times\x1b", citation=2, source=None, published_at=None),
    )
    out = printed(capsys, text="It rang.", sentences=(RANG,), reports=reports)
    assert out.splitlines()[-4:] == [
        "",
        "Reports differ:",
        "  Vell Post · 30 September 2025 · twice [1]",
        "  outlet not known · date not known · three times [2]",
    ]


def test_the_short_style_prints_the_bare_fact_with_its_citations(capsys):
    out = printed(capsys, text="It rang twice [1].", sentences=(RANG,), style="short", short="twice")
    assert out.splitlines()[-1] == "twice [1]"


def test_a_sentence_that_is_not_in_the_articles_is_named_with_the_reasons(capsys):
    wrong = RANG.model_copy(update={"verdict": "unsupported", "reasons": (REASON,)})
    out = printed(capsys, text="[not in the articles: It rang twice.]", sentences=(wrong,))
    assert out.splitlines()[-3:] == ["", "Not in the articles: It rang twice.", "  - 'it' is not in the cited words"]


def test_markup_of_the_terminal_library_in_an_answer_is_text(capsys):
    sentence = Sentence(text="[bold]no[/bold]", citations=(), verdict="supported")
    assert "[bold]no[/bold]" in printed(capsys, text="[bold]no[/bold]", sentences=(sentence,))


def test_a_draft_is_not_printed_where_it_cannot_be_taken_back(capsys):
    assert "half" not in printed(capsys, text="whole")
