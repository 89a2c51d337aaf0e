"""The same story once: copies are grouped, a later wording stands for an earlier one, and nothing is lost."""

from datetime import date

import pytest

from index import Article, ArticleNotFoundError, Scope
from rag.retrieval import HybridRetriever

STORM = (
    "The storm that crossed the Sound of Harrow on Tuesday tore the roof from the fish market and left 1,400 homes "
    "without power, the harbour master said.\n"
    "Ferries to the outer islands stayed in port for the second day, and 60 lorries waited on the quay at Dunmarrow. "
    "Nobody was hurt, but two yachts sank at their moorings and a crane fell across the coal pier.\n"
    "Ilse Brandvold, who runs the market, said the stalls would open again within a week, in tents if need be. "
    "The county council meets on Friday to decide whether repairs can begin before the autumn tides.\n"
    "Insurers put the damage at nine million crowns; the last storm of this kind, in 1987, cost half as much."
)
LOCAL = (
    "\nIn Eastmarsh the school sent its pupils home at noon, and the baker on Mill Lane handed out what was left of "
    "the morning's bread to the lorry drivers who could not go on."
)
REPORT = (
    "Two yachts and a crane were the victims of Tuesday's gale over the Sound of Harrow. Our reporter walked the coal "
    "pier with the men who will have to lift the wreck. They reckon on ten days. The fish market has lost its roof; "
    "Ilse Brandvold wants to sell from tents. Sixty lorries stood on the quay, their drivers asleep over the wheel, "
    "while the county weighs up who pays for what, and the islands count their tins of milk."
)


def article(text=STORM, *, outlet="Harrow Wire", day="2025-03-04", **fields):
    url = fields.pop("url", f"https://{outlet.replace(' ', '-').lower()}.example/{day}/storm")
    return Article(text=text, source=outlet, published_at=day, url=url, title="Storm", **fields)


WIRE = article()
COPY = article(STORM.replace("Tuesday", "March 4") + LOCAL, outlet="Eastmarsh Ledger", day="2025-03-05")
SHORT = article(STORM.rsplit("\n", 1)[0], outlet="Wenlow Post", day="2025-03-04")
OWN = article(REPORT, outlet="Dunmarrow Times", day="2025-03-05")
CORRECTED = article(STORM.replace("1,400 homes", "2,100 homes"), day="2025-03-06")


@pytest.fixture
def index(empty_index):
    empty_index.add(WIRE, COPY, SHORT, OWN)
    return empty_index


def retrieved(index, question="How many homes lost power in the storm?", **bounds):
    return HybridRetriever(index, top_k=10, scope=index.scope(**bounds)).retrieve(question)


def articles_of(hits):
    return {hit.node.metadata["article_id"] for hit in hits}


# Copies


def test_copies_are_all_kept_and_listed_and_tell_one_story(index):
    assert len(index) == 4
    assert {a.id for a in index.copies(WIRE.id)} == {COPY.id, SHORT.id}
    assert index.copies(OWN.id) == []
    assert index.info()["stories"] == 2


def test_it_does_not_matter_in_which_order_or_batch_copies_come(empty_index):
    for one in (SHORT, OWN, WIRE, COPY):
        empty_index.add(one)
    assert {a.id for a in empty_index.copies(COPY.id)} == {WIRE.id, SHORT.id}


def test_one_copy_stands_for_the_story_and_names_the_other_outlets(index):
    hits = retrieved(index)
    (standing,) = articles_of(hits) & {WIRE.id, COPY.id, SHORT.id}
    first = next(hit.node.metadata for hit in hits if hit.node.metadata["article_id"] == standing)
    assert {first["source"], *first["also_in"]} == {"Harrow Wire", "Eastmarsh Ledger", "Wenlow Post"}
    assert OWN.id in articles_of(hits)


def test_a_paragraph_that_only_one_copy_has_is_found_in_it(index):
    texts = [hit.node.text for hit in retrieved(index, "Who handed out bread to lorry drivers in Eastmarsh?")]
    assert any("baker on Mill Lane" in text for text in texts)


def test_a_copy_with_another_figure_is_shown_beside_once(empty_index):
    others = [article(STORM.replace("1,400", "2,100"), outlet=f"Paper {name}") for name in "ABC"]
    empty_index.add(WIRE, *others)
    texts = [hit.node.text for hit in retrieved(empty_index)]
    assert sum("1,400 homes" in text for text in texts) == sum("2,100 homes" in text for text in texts) == 1
    shown = [hit.node.metadata["source"] for hit in retrieved(empty_index)]
    assert not {"Harrow Wire", *shown} & {
        name for hit in retrieved(empty_index) for name in hit.node.metadata["also_in"]
    }


def test_the_same_figure_written_otherwise_is_no_other_figure(empty_index):
    empty_index.add(WIRE, article(STORM.replace("1,400", "1400"), outlet="Paper A"))
    assert len(articles_of(retrieved(empty_index))) == 1


def test_an_outlet_that_is_asked_for_answers_with_its_own_copy(index):
    hits = retrieved(index, source="Wenlow Post")
    assert articles_of(hits) == {SHORT.id}
    assert all(hit.node.metadata["also_in"] == [] for hit in hits)


def test_outlets_that_had_not_printed_it_yet_are_not_named(index):
    for hit in retrieved(index, until="2025-03-04"):
        assert "Eastmarsh Ledger" not in hit.node.metadata["also_in"]


def test_many_copies_do_not_crowd_out_what_else_there_is(empty_index):
    copies = [article(f"{STORM}\nPrinted in {'x' * i}ford.", outlet=f"Paper {i}", day="2025-03-05") for i in range(60)]
    empty_index.add(OWN, *copies)
    hits = retrieved(empty_index, "storm over the Sound of Harrow")
    assert OWN.id in articles_of(hits)
    assert len(articles_of(hits)) == 2


def test_what_is_left_of_a_story_stands_for_itself(index):
    index.remove(WIRE.id)
    index.remove(COPY.id)
    assert articles_of(retrieved(index)) == {SHORT.id, OWN.id}
    assert all(hit.node.metadata["also_in"] == [] for hit in retrieved(index))


def test_a_short_notice_is_a_copy_only_where_it_is_the_same(empty_index):
    same, other = "The library is closed on Monday.", "The library is closed on Tuesday."
    notices = [article(same, outlet="A"), article(same, outlet="B"), article(other, outlet="C")]
    empty_index.add(*notices)
    assert [a.id for a in empty_index.copies(notices[0].id)] == [notices[1].id]
    assert empty_index.copies(notices[2].id) == []


# Later wordings


def test_a_correction_supersedes_what_its_outlet_said_before(index):
    assert index.add(CORRECTED).added == [CORRECTED.id]
    assert len(index) == 4
    assert [a.id for a in index.wordings(CORRECTED.id)] == [WIRE.id]
    assert WIRE.id not in articles_of(retrieved(index))


def test_as_of_the_day_before_a_correction_the_earlier_one_is_seen(index):
    index.add(CORRECTED)
    before = index.scope(until="2025-03-05", source="Harrow Wire")
    since = index.scope(until="2025-03-06", source="Harrow Wire")
    assert [a.id for a in index._store.catalog.articles(before)] == [WIRE.id]
    assert [a.id for a in index._store.catalog.articles(since)] == [CORRECTED.id]
    for question, found in ((before, WIRE), (since, CORRECTED)):
        ids = index.dense("homes without power", 50, question) | index.lexical("homes without power", 50, question)
        assert {node_id.partition(":")[0] for node_id in ids} == {found.id}


def test_a_correction_may_be_read_before_what_it_corrects(empty_index):
    empty_index.add(CORRECTED, OWN)
    empty_index.add(WIRE)
    assert [a.id for a in empty_index.wordings(CORRECTED.id)] == [WIRE.id]
    assert WIRE.id not in articles_of(retrieved(empty_index))


def test_a_removed_correction_gives_way_to_what_it_corrected(index):
    index.add(CORRECTED)
    index.remove(CORRECTED.id)
    assert WIRE.id in {a.id for a in index.articles()}


def test_a_page_that_changed_later_keeps_its_earlier_wording_for_the_days_before(empty_index):
    page = article(url="https://harrow.example/storm")
    edited = article(STORM + "\nPower was back by night.", url=page.url, modified_at="2025-03-05")
    empty_index.add(page)
    assert empty_index.add(edited).updated == [page.id]
    assert len(empty_index) == 1
    assert empty_index.get(page.id).text == edited.text
    (kept,) = empty_index.wordings(page.id)
    assert (kept.text, kept.url) == (page.text, page.url)
    assert kept.id != page.id
    assert empty_index.get(kept.id) == kept
    assert [a.text for a in empty_index.articles(until="2025-03-04")] == [page.text]
    assert [a.text for a in empty_index.articles(until="2025-03-05")] == [edited.text]
    assert empty_index.add(edited).unchanged == empty_index.add(page).unchanged == [page.id]


def test_an_earlier_wording_that_comes_later_is_kept_as_the_earlier_one(empty_index):
    page = article(url="https://harrow.example/storm")
    edited = article(STORM + "\nPower was back by night.", url=page.url, modified_at="2025-03-05")
    empty_index.add(edited)
    empty_index.add(page)
    assert empty_index.get(page.id).text == edited.text
    assert [a.text for a in empty_index.articles(until="2025-03-04")] == [page.text]


def test_a_page_that_changed_on_the_same_day_is_replaced(empty_index):
    page = article(url="https://harrow.example/storm")
    edited = article(STORM + "\nPower was back by night.", url=page.url)
    empty_index.add(page)
    empty_index.add(edited)
    assert empty_index.wordings(page.id) == []
    assert [a.text for a in empty_index.articles(until="2025-03-04")] == [edited.text]


def test_three_wordings_are_seen_each_in_its_time(empty_index):
    pages = [
        article(f"{STORM}\nCount {i}.", url="https://harrow.example/storm", modified_at=date(2025, 3, 4 + 2 * i))
        for i in range(3)
    ]
    empty_index.add(*pages)
    seen = [[a.text for a in empty_index.articles(until=f"2025-03-0{day}")] for day in range(3, 10)]
    assert seen == [[], *([[page.text] for page in pages for _ in range(2)])]


def test_an_article_goes_with_its_earlier_wordings(empty_index):
    page = article(url="https://harrow.example/storm")
    empty_index.add(page)
    empty_index.add(article(STORM + "\nLater.", url=page.url, modified_at="2025-03-05"))
    (kept,) = empty_index.wordings(page.id)
    empty_index.remove(page.id)
    assert len(empty_index) == empty_index.info()["chunks"] == empty_index.info()["superseded"] == 0
    assert empty_index.lexical("storm", 9, Scope()) == {}
    with pytest.raises(ArticleNotFoundError):
        empty_index.get(kept.id)


def test_a_new_report_of_the_same_outlet_supersedes_nothing(index):
    index.add(article(REPORT, outlet="Harrow Wire", day="2025-03-07"))
    assert WIRE.id in {a.id for a in index.articles()}
