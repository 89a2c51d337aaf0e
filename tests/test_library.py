"""The commands that look after the articles: what goes out, what is made anew, and what is said of it all."""

import json
import shutil

import pytest
from command_line import at_home, dateline, fails, json_of  # noqa: F401 - a fixture
from tiny_articles import ARTICLES

from index import Article, ArticleIndex, IndexSettings

WIRE = (
    "The ferry Solan ran aground off Skerry Point on Monday with 212 people on board, the coast guard said. "
    "Nobody was hurt, and the passengers were taken off by lifeboats within two hours of the first alarm. "
    "Divers will look at the hull on Tuesday, and the line expects to sail again by the end of the week."
)


@pytest.fixture
def own(tmp_path):
    """An index of the test's own, filled with the tiny archive."""
    index = ArticleIndex.open(settings=IndexSettings(index=tmp_path / "index"))
    index.add(*ARTICLES)
    index.close()


def count():
    return json_of("info")["articles"]


def test_the_fields_that_were_read_under_other_names_are_told(tmp_path):
    (tmp_path / "export.csv").write_text(
        "headline,body,publish_date\nFog,The ferry was late because of fog.,2025-03-04\n"
    )
    said = dateline("add", tmp_path / "export.csv")
    assert "body as text" in said.stderr
    assert "publish_date as published_at" in said.stderr
    assert json_of("add", tmp_path / "export.csv")["mapped"]["headline"] == "title"


def test_all_articles_of_an_outlet_or_of_some_days_are_removed_when_one_is_sure(own):
    before = count()
    (source,) = {a.source for a in ARTICLES if a.title == ARTICLES[0].title}
    of_outlet = len(json_of("list", "--source", source))
    assert f"{of_outlet} articles would be removed: add --yes" in fails("remove", "--source", source, exit_code=2)
    assert count() == before
    assert dateline("remove", "--source", source, "--yes").stdout == f"{of_outlet} removed\n"
    assert count() == before - of_outlet


def test_one_article_is_removed_by_its_address(own):
    url = next(article.url for article in ARTICLES if article.url)
    assert dateline("remove", "--url", url, "--yes").stdout == "1 removed\n"
    assert url not in {article["url"] for article in json_of("list")}


@pytest.mark.parametrize("args", [[], ["--yes"], ["x", "--url", "https://e.example/"]])
def test_what_to_remove_is_named_in_one_way(own, args):
    assert "name articles by their ids, or else by --url" in fails("remove", *args, exit_code=2)


def test_an_index_is_made_anew(own):
    assert "articles in" in dateline("reindex").stdout
    assert count() == len(ARTICLES)


def test_info_says_whether_what_is_derived_is_up_to_date(own, tmp_path):
    assert json_of("info")["vectors"] == json_of("info")["lexical index"] == "up to date"
    shutil.rmtree(tmp_path / "index" / "lexical")
    assert json_of("info")["lexical index"] == "to be made from the article store when next needed"


def test_the_doctor_mends_what_is_derived(own, tmp_path):
    shutil.rmtree(tmp_path / "index" / "chroma")
    next(tmp_path.glob("index/lexical/*/meta.json")).write_bytes(b"nonsense" * 1000)
    assert "sound" in dateline("doctor", "--repair").stdout
    assert json_of("info")["vectors"] == json_of("info")["lexical index"] == "up to date"


def test_the_doctor_says_how_to_mend_what_is_damaged(own, tmp_path, monkeypatch):
    monkeypatch.setattr("index.health._LOOK", "import os; os.abort()")
    (index,) = (found for found in json_of("doctor", exit_code=1) if found["subject"] == "index")
    assert "opening it crashes; run: dateline doctor --repair" in index["text"]
    assert "made anew" in dateline("doctor", "--repair").stdout


def test_an_article_is_shown_with_its_copies_and_where_its_fields_came_from(tmp_path):
    for name, outlet in (("a", "Skerry Post"), ("b", "Solan Mail")):
        record = {
            "text": WIRE,
            "title": "Aground",
            "outlet": outlet,
            "date": "2025-03-04",
            "url": f"https://{name}.example/x",
        }
        (tmp_path / f"{name}.json").write_text(json.dumps(record))
    first, second = (json_of("add", tmp_path / f"{name}.json")["added"][0] for name in "ab")
    assert json_of("show", first)["copies"] == [second]
    text = dateline("show", first).stdout
    assert "title: Aground  (given)" in text
    assert f"copies: {second}" in text


def test_an_article_is_shown_with_what_it_superseded(tmp_path):
    index = ArticleIndex.open(settings=IndexSettings(index=tmp_path / "index"))
    for day, text in (("2025-03-04", WIRE), ("2025-03-05", WIRE.replace("212", "221"))):
        index.add(Article(text=text, url="https://a.example/x", published_at="2025-03-04", modified_at=day))
    (article,) = index.articles()
    (earlier,) = index.wordings(article.id)
    index.close()
    assert json_of("show", article.id)["supersedes"] == [earlier.id]
    assert "212 people" in dateline("show", earlier.id).stdout
