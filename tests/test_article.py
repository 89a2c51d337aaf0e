"""The article record: what it is known by, and when two are the same."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from index import Article

CET = timezone(timedelta(hours=1))
FERRY = Article(
    text="The ferry was late.", title="Fog", url="https://strait.example/fog", published_at=date(2025, 3, 4)
)


def test_an_article_is_known_by_its_url_else_its_file_else_its_text():
    same_url = Article(text="Other words.", url=FERRY.url, origin="b.txt")
    assert same_url.id == FERRY.id
    assert Article(text="x", origin="a.txt").id == Article(text="y", origin="a.txt").id
    assert Article(text="x").id == Article(text="x", title="t").id != Article(text="y").id


def test_an_id_cannot_be_given():
    assert Article(id="mine", text="x").id == Article(text="x").id


def test_an_article_comes_back_from_its_json():
    assert Article.model_validate_json(FERRY.model_dump_json()) == FERRY


@pytest.mark.parametrize(
    "change",
    [
        {"text": "The ferry was early."},
        {"title": "Sun"},
        {"source": "Strait Times"},
        {"authors": ("A. Writer",)},
        {"published_at": None},
        {"provenance": {"title": "text"}},
    ],
)
def test_an_edit_of_any_field_changes_the_fingerprint(change):
    assert FERRY.model_copy(update=change).fingerprint != FERRY.fingerprint


def test_moving_the_file_changes_nothing():
    assert FERRY.model_copy(update={"origin": "elsewhere.txt"}).fingerprint == FERRY.fingerprint


def test_copies_share_the_hash_of_their_text():
    assert FERRY.text_sha256 == Article(text=FERRY.text, url="https://copy.example").text_sha256


@pytest.mark.parametrize("fields", [{"text": ""}, {}, {"text": "x", "headline": "y"}, {"text": "\ud83d"}])
def test_an_article_without_text_or_with_unknown_fields_is_refused(fields):
    with pytest.raises(ValidationError):
        Article(**fields)


def test_an_article_cannot_be_changed():
    with pytest.raises(ValidationError):
        FERRY.title = "Sun"


@given(st.text(min_size=1), st.text())
def test_any_text_and_title_make_an_article(text, title):
    article = Article(text=text, title=title)
    assert len(article.id) == 16
    assert Article.model_validate_json(article.model_dump_json()) == article


@pytest.mark.parametrize("moment", ["2025-03-04T08:30:00+01:00", datetime(2025, 3, 4, 8, 30, tzinfo=CET)])
def test_a_moment_of_publication_gives_the_day_and_the_moment_with_its_zone(moment):
    article = Article(text="x", published_at=moment)
    assert article.published_at == date(2025, 3, 4)
    assert article.published_time == datetime(2025, 3, 4, 7, 30, tzinfo=UTC)
    assert article.published_time.utcoffset() == timedelta(hours=1)


def test_a_time_without_a_zone_gives_the_day_only():
    article = Article(text="x", published_at="2025-03-04 23:30:00")
    assert (article.published_at, article.published_time) == (date(2025, 3, 4), None)


def test_what_was_handed_in_is_given_and_what_was_not_has_no_provenance():
    assert FERRY.provenance == {"title": "given", "url": "given", "published_at": "given"}
    assert Article(text="x", title="t", provenance={"title": "metadata"}).provenance == {"title": "metadata"}
