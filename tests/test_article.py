"""The article record: what it is known by, and when two are the same."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from index import Article

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
