"""The query engine over a real index and a real loopback server: question in, checked answer out."""

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle
from llama_index.core.tools import QueryEngineTool
from scripted_llm import MODEL, Fault, ScriptedLLM, in_turn
from tiny_articles import ARTICLES, BAKERY, DEARER, LIGHTHOUSE, MILL, OBSERVER, POST, RACE

from index import ScopeError
from index.chunking import count_tokens
from prompts import load_prompt
from rag import AnswerReady, PassagesFound, QueryEngine, QuestionError, RagSettings, TextDelta
from rag.evidence import render_evidence

WHO_WON = "Who won the Marsh Race?"
WINNER = "Pavo Drellin won the Marsh Race on Sunday [1]."
ANSWER_KEYS = set(
    "question standalone_question as_of plan text style short sentences citations reports confidence refusal "
    "llm_failure passages usage timings_ms model prompts".split()
)


@pytest.fixture
def engine(news, scripted_llm):
    scripted_llm.reply = lambda messages: WINNER
    return QueryEngine(news, settings=scripted_llm.settings())


@pytest.fixture(scope="module")
def patient_llm():
    """One server for all examples of a property."""
    with ScriptedLLM() as server:
        yield server


def quoting(news):
    return QueryEngine(news, settings=RagSettings(llm="extractive"))


def assert_offsets_hold(index, answer):
    for citation in answer.citations:
        assert index.get(citation.article.id).text[citation.start : citation.end] == citation.quote
        assert citation.quote
    for passage in answer.passages:
        assert passage.article_id == passage.article.id
        assert index.get(passage.article_id).text[passage.start : passage.end] == passage.text


def assert_whole(answer):
    """An answer or a refusal, never both; its markers are its citations."""
    listed = [citation.n for citation in answer.citations]
    assert listed == list(range(1, len(listed) + 1))
    if answer.refusal:
        assert answer.text == answer.refusal.message
        assert not answer.sentences
        assert not answer.citations
    else:
        assert answer.sentences
        assert {n for sentence in answer.sentences for n in sentence.citations} == set(listed)
        assert {int(n) for n in re.findall(r"\[(\d+)\]", answer.text)} >= set(listed)


# An answer


def test_a_true_answer_is_cited_to_its_exact_words(engine, news):
    answer = engine.ask(WHO_WON)
    assert answer.refusal is None
    assert answer.text == "Pavo Drellin won the Marsh Race on Sunday [1]."
    (citation,) = answer.citations
    assert citation.quote == "Pavo Drellin won the Marsh Race on Sunday in 2 hours and 41 minutes."
    assert (citation.article.id, citation.article.source, citation.verdict) == (RACE.id, OBSERVER, "supported")
    assert_offsets_hold(news, answer)


def test_an_answer_without_markers_is_cited_all_the_same(engine, scripted_llm):
    scripted_llm.reply = lambda messages: "It was Pavo Drellin, in 2 hours and 41 minutes."
    assert [citation.article.id for citation in engine.ask(WHO_WON).citations] == [RACE.id]


def test_an_answer_with_wrong_markers_is_cited_to_the_right_words(engine, scripted_llm):
    scripted_llm.reply = lambda messages: "Pavo Drellin won the Marsh Race [7][99]."
    answer = engine.ask(WHO_WON)
    assert [citation.article.id for citation in answer.citations] == [RACE.id]
    assert answer.text == "Pavo Drellin won the Marsh Race [1]."


DRAFTS = [
    "",
    " \n\t ",
    "[1]",
    "[1][2][3][99]",
    "[",
    "?!…",
    "x" * 300_000,
    "word " * 5000,
    "<script>alert(1)</script> Pavo Drellin <b>won</b> [1].",
    "Café “Ångström” 🎉 served 1,250 dumplings [1]. 👩‍👩‍👧 Zoë Ñandú. 灯台の祭り [2]。",
    "\x1b[31mPavo Drellin\x07 won\x00 the Marsh Race.",
    "I cannot answer that. [1] As an AI, the articles do not mention it.",
    "1. Pavo Drellin\n2. Ilse Brandt\n3. Runa Holt",
    '{"answer": "Pavo Drellin", "citations": [1]}',
    "```python\nprint('Drellin')\n```",
    "Half an emoji \ud83d Pavo Drellin won.",
]


@pytest.mark.parametrize("draft", DRAFTS, ids=[f"{d[:20]!r}" for d in DRAFTS])
def test_whatever_the_llm_writes_the_offsets_hold(draft, engine, news, scripted_llm):
    scripted_llm.reply = lambda messages: draft
    for style in ("full", "short"):
        answer = engine.ask(f"{WHO_WON} And who cooked at the lantern night of Brískel?", style=style)
        assert_offsets_hold(news, answer)
        assert_whole(answer)
        assert answer.model_dump_json()


def test_half_a_character_of_the_llm_does_not_spoil_the_record(engine, scripted_llm):
    scripted_llm.reply = lambda messages: "Pavo Drellin won \ud83d the Marsh Race."
    answer = engine.ask(WHO_WON)
    assert answer.citations
    assert answer.model_dump_json()


FRAGMENTS = re.findall(r"\S+", " ".join(article.text for article in ARTICLES))
PIECES = st.one_of(
    st.sampled_from(FRAGMENTS),
    st.sampled_from(["[1]", "[2]", "[12]", "[0]", "[1, 3]", "【2】", ".", "!", "\n\n", "[", "]", "7", "not", "<b>"]),
    st.text(max_size=12),
)


@settings(max_examples=20, deadline=None)
@given(pieces=st.lists(PIECES, max_size=30))
def test_any_draft_gives_exact_citations_or_a_refusal(pieces, news, patient_llm):
    patient_llm.reply = lambda messages: " ".join(pieces)
    answer = QueryEngine(news, settings=patient_llm.settings()).ask("What happened in Osterby and Quorrel?")
    assert_offsets_hold(news, answer)
    assert_whole(answer)


@pytest.mark.parametrize("question", [WHO_WON, "lantern night 🎉 Brískel", "灯台", "Ünknown?", "?", "a\x00b \x1b[2J"])
def test_quoted_answers_hold_too(question, news):
    answer = quoting(news).ask(question)
    assert_offsets_hold(news, answer)
    assert_whole(answer)


def test_the_record_has_the_promised_keys(engine):
    answer = engine.ask(WHO_WON, as_of="2025-10-04").model_dump(mode="json")
    assert set(answer) == ANSWER_KEYS
    assert answer["as_of"] == "2025-10-04"
    assert set(answer["sentences"][0]) == {"text", "citations", "verdict", "reasons", "day"}
    assert set(answer["citations"][0]) == {"n", "quote", "start", "end", "verdict", "article"}
    article = answer["citations"][0]["article"]
    assert set(article) == {"id", "title", "source", "url", "authors", "published_at", "also_in"}
    assert article["published_at"] == "2025-10-02"
    assert set(answer["passages"][0]) >= {"article_id", "text", "score", "start", "end"}
    assert set(answer["usage"]) == {"prompt_tokens", "completion_tokens", "cost_usd"}
    assert set(answer["timings_ms"]) == {"retrieve", "first_token", "total"}


def test_costs_times_and_prompt_versions_are_on_record(engine):
    answer = engine.ask(WHO_WON)
    assert answer.usage.prompt_tokens > answer.usage.completion_tokens > 0
    times = answer.timings_ms
    assert 0 < times.retrieve <= times.first_token <= times.total
    assert answer.model == MODEL
    assert answer.prompts == {name: load_prompt(name).fingerprint for name in ("answer_full", "question")}


def test_a_server_that_counts_no_tokens_gets_an_answer_of_cost_zero(engine, scripted_llm):
    scripted_llm.reply = lambda messages: Fault.NO_USAGE
    assert engine.ask(WHO_WON).usage.prompt_tokens == 0


def test_the_short_style_gives_the_bare_fact(engine, scripted_llm):
    scripted_llm.reply = lambda messages: "Pavo Drellin."
    answer = engine.ask(WHO_WON, style="short")
    assert answer.short == "Pavo Drellin"
    assert answer.citations[0].article.id == RACE.id
    assert set(answer.prompts) == {"answer_short", "question_short"}


def test_the_full_style_has_the_bare_fact_that_its_sentences_hold(engine, scripted_llm):
    assert engine.ask(WHO_WON).short == "Pavo Drellin"
    scripted_llm.reply = lambda messages: "The Marsh Race took 2 hours and 41 minutes."
    assert engine.ask(WHO_WON).short is None


def test_a_question_that_follows_up_is_asked_whole(engine, scripted_llm):
    turns = [("Who won the Marsh Race?", "Pavo Drellin won the Marsh Race on Sunday.")]
    scripted_llm.reply = in_turn("When did Pavo Drellin win the Marsh Race?", WINNER)
    answer = engine.ask("And when?", history=turns)
    assert answer.question == "And when?"
    assert answer.standalone_question == "When did Pavo Drellin win the Marsh Race?"
    assert set(answer.prompts) == {"answer_full", "condense", "question"}
    assert answer.usage.prompt_tokens > 0


def test_a_question_that_stands_alone_takes_one_call_whatever_came_before(engine, scripted_llm):
    answer = engine.ask(WHO_WON, history=[("Where is Quorrel?", "Quorrel is on the coast.")])
    assert answer.standalone_question == WHO_WON
    assert len(scripted_llm.requests) == 1


def test_an_earlier_answer_can_be_the_history(engine, scripted_llm):
    first = engine.ask(WHO_WON)
    scripted_llm.reply = in_turn("nonsense", WINNER)
    answer = engine.ask("And when?", history=[first])
    assert "Marsh Race" in answer.standalone_question


# What the articles do not bear out


UNSUPPORTED = "Ottoline Brace won the Marsh Race in 1 hour and 5 minutes."


def test_a_sentence_that_the_articles_do_not_bear_out_is_left_out(engine, scripted_llm):
    scripted_llm.reply = lambda messages: f"{WINNER} {UNSUPPORTED}"
    answer = engine.ask(WHO_WON)
    assert answer.text == WINNER
    assert [sentence.verdict for sentence in answer.sentences] == ["supported"]


def test_or_it_is_shown_for_what_it_is(news, scripted_llm):
    scripted_llm.reply = lambda messages: f"{WINNER} {UNSUPPORTED}"
    settings = scripted_llm.settings().model_copy(update={"unsupported": "strike"})
    answer = QueryEngine(news, settings=settings).ask(WHO_WON)
    assert answer.text == f"{WINNER} [not in the articles: {UNSUPPORTED}]"
    assert answer.sentences[1].reasons


def test_an_answer_of_which_nothing_is_borne_out_is_refused(engine, scripted_llm):
    scripted_llm.reply = lambda messages: UNSUPPORTED
    answer = engine.ask(WHO_WON)
    assert answer.refusal.reason == "not_in_articles"


@pytest.mark.parametrize("llm", ["extractive", "scripted"])
def test_a_timeline_is_dated_cited_and_in_the_order_of_time(llm, news, scripted_llm):
    scripted_llm.reply = lambda messages: f"- 2025-09-28: {WINNER}"
    engine = QueryEngine(news, settings=scripted_llm.settings()) if llm == "scripted" else quoting(news)
    answer = engine.ask(WHO_WON, style="timeline")
    assert answer.text.startswith("- 28 September 2025: Pavo Drellin won")
    days = [sentence.day for sentence in answer.sentences]
    assert days == sorted(days)
    assert all(sentence.citations for sentence in answer.sentences)
    assert_offsets_hold(news, answer)


# Events


def test_passages_come_first_and_the_answer_last_and_once(engine):
    events = list(engine.stream(WHO_WON))
    kinds = [type(event) for event in events]
    assert kinds[0] is PassagesFound
    assert kinds[-1] is AnswerReady
    assert set(kinds[1:-1]) == {TextDelta}
    assert "".join(event.text for event in events[1:-1]) == WINNER
    assert events[-1].answer.passages == events[0].passages


def test_a_refusal_has_the_same_order_of_events(engine):
    kinds = [type(event) for event in engine.stream(WHO_WON, until="1999-01-01")]
    assert kinds == [PassagesFound, AnswerReady]


def test_leaving_the_stream_cancels_the_request(engine, scripted_llm):
    scripted_llm.reply, scripted_llm.pace = (lambda messages: "word " * 150), 0.05
    stream = engine.stream(WHO_WON)
    next(event for event in stream if isinstance(event, TextDelta))
    stream.close()
    assert scripted_llm.client_left.wait(5)


def test_leaving_the_asynchronous_stream_cancels_the_request(engine, scripted_llm):
    scripted_llm.reply, scripted_llm.pace = (lambda messages: "word " * 150), 0.05

    async def leave_early():
        async with aclosing(engine.astream(WHO_WON)) as stream:
            async for event in stream:
                if isinstance(event, TextDelta):
                    return

    asyncio.run(leave_early())
    assert scripted_llm.client_left.wait(5)


def test_a_stream_left_after_its_passages_never_asks_the_llm(engine, scripted_llm):
    stream = engine.stream(WHO_WON)
    assert isinstance(next(stream), PassagesFound)
    stream.close()
    assert scripted_llm.requests == []


def test_ask_works_where_an_event_loop_runs(engine):
    async def inside():
        return engine.ask(WHO_WON)

    assert asyncio.run(inside()).citations


def test_many_threads_may_ask_at_once(engine):
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(engine.ask, [WHO_WON] * 8))
    assert len({answer.text for answer in answers}) == 1


def test_many_tasks_may_ask_at_once(engine):
    async def last_of(stream):
        return [event async for event in stream][-1].answer

    async def all_of_them():
        return await asyncio.gather(*(last_of(engine.astream(WHO_WON)) for _ in range(4)))

    assert [bool(answer.citations) for answer in asyncio.run(all_of_them())] == [True] * 4


# Bounds


def seen(answer):
    return {passage.article_id for passage in answer.passages}


@pytest.mark.parametrize("as_of", ["2025-09-10", date(2025, 9, 10)])
def test_nothing_later_than_as_of_is_seen_and_nothing_undated(as_of, engine, scripted_llm):
    scripted_llm.reply = lambda messages: "Repairs cost 3 million crowns."
    answer = engine.ask("What do the repairs to the Quorrel lighthouse cost?", as_of=as_of)
    assert seen(answer) == {LIGHTHOUSE.id, BAKERY.id}
    assert {citation.article.id for citation in answer.citations} <= {LIGHTHOUSE.id}
    assert "5 million" not in json.dumps(scripted_llm.requests[-1]["messages"])
    assert answer.as_of == date(2025, 9, 10)


def test_an_article_of_the_day_itself_is_seen(engine):
    assert RACE.id in seen(engine.ask(WHO_WON, as_of="2025-10-02"))
    assert RACE.id not in seen(engine.ask(WHO_WON, as_of="2025-10-01"))


def test_an_undated_article_is_seen_only_without_a_bound(engine):
    question = "Who bought the old mill of Osterby?"
    assert MILL.id in seen(engine.ask(question))
    assert MILL.id not in seen(engine.ask(question, until="2030-01-01"))


def test_since_and_until_include_their_days(engine):
    answer = engine.ask("What happened?", since="2025-09-03", until="2025-09-20")
    assert seen(answer) == {LIGHTHOUSE.id, DEARER.id}


def test_an_until_after_as_of_opens_nothing(engine):
    answer = engine.ask("What happened?", as_of="2025-09-10", until="2025-12-31")
    assert seen(answer) == {LIGHTHOUSE.id, BAKERY.id}


@pytest.mark.parametrize("source", [POST, "northwind post", "NORTHWIND POST "])
def test_only_the_outlet_asked_for_is_seen(source, engine):
    sources = {passage.article.source for passage in engine.ask("What happened?", source=source).passages}
    assert sources == {POST}


@pytest.mark.parametrize(
    "bounds", [{"as_of": "soon"}, {"since": "2025-13-01"}, {"until": ""}, {"source": "The Nowhere Times"}]
)
def test_bounds_that_make_no_sense_are_named(bounds, engine, scripted_llm):
    with pytest.raises(ScopeError, match=re.escape(repr(next(iter(bounds.values()))))):
        engine.ask(WHO_WON, **bounds)
    assert scripted_llm.requests == []


@pytest.mark.parametrize("question", ["", " \n\t ", "a" * 2001])
def test_an_empty_or_endless_question_is_refused_before_anything_is_done(question, engine, scripted_llm):
    for way in (engine.ask, engine.retrieve, lambda q: list(engine.stream(q))):
        with pytest.raises(QuestionError):
            way(question)
    assert scripted_llm.requests == []


def test_a_question_of_2000_characters_is_asked(engine):
    assert engine.ask("a" * 2000).question == "a" * 2000


def test_a_question_with_half_a_character_is_asked(engine):
    # An argument that is not UTF-8 reaches Python so.
    assert engine.ask("Who won the Marsh Race \udcff?").passages


def test_an_unknown_style_is_named(engine):
    with pytest.raises(QuestionError, match="'long'"):
        engine.ask(WHO_WON, style="long")


# Refusals


def test_an_empty_index_has_no_articles_to_ask(empty_index, scripted_llm):
    answer = QueryEngine(empty_index, settings=scripted_llm.settings()).ask(WHO_WON)
    assert answer.refusal.reason == "no_articles"
    assert answer.refusal.newest_article is None
    assert answer.passages == ()
    assert scripted_llm.requests == []


def test_where_nothing_is_in_range_it_says_so(engine, scripted_llm):
    answer = engine.ask(WHO_WON, until="1999-12-31")
    assert answer.refusal.reason == "outside_dates"
    assert answer.refusal.newest_article == date(2025, 10, 5)
    assert scripted_llm.requests == []


@pytest.mark.parametrize(
    ("question", "invented"),
    [
        ("Who is the mayor of Osterby?", "The mayor of Osterby is Gunnar Eklund [1]."),
        ("How many bridges does Quorrel have?", "Quorrel has 47 bridges."),
        ("Who won the Zanzibar Regatta?", "Pavo Drellin won the Zanzibar Regatta [1]."),
        (WHO_WON, "The articles do not mention who won the Marsh Race."),
    ],
)
def test_what_the_articles_do_not_bear_out_is_refused(question, invented, engine, scripted_llm):
    scripted_llm.reply = lambda messages: invented
    answer = engine.ask(question)
    assert answer.refusal.reason in {"not_in_articles", "low_confidence"}
    assert answer.text == answer.refusal.message
    assert answer.refusal.newest_article == date(2025, 10, 5)
    assert answer.passages
    assert_whole(answer)


# What the LLM is shown


def test_article_text_reaches_the_llm_only_as_numbered_evidence_in_the_user_message(engine, scripted_llm):
    engine.ask("Since when does the Osterby library open on Mondays, and what of previous instructions?")
    system, user = scripted_llm.requests[-1]["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert system["content"] == load_prompt("answer_full").text
    assert not re.search(r"IGNORE ALL PREVIOUS|pirate|<\||obey", user["content"])
    evidence, _, question = user["content"].rpartition("\n\nQuestion: ")
    assert "Since when does the Osterby library" in question
    assert all(re.match(r"\[\d+\] ", line) for block in evidence.split("\n\n") for line in block.splitlines()[1:])


def test_hidden_instructions_change_nothing_in_the_messages_around(engine, scripted_llm):
    engine.ask(WHO_WON, until="2025-10-04")
    engine.ask(WHO_WON)
    without, with_them = (request["messages"] for request in scripted_llm.requests)
    assert [m["role"] for m in without] == [m["role"] for m in with_them] == ["system", "user"]
    assert without[0] == with_them[0]
    assert {k: v for k, v in scripted_llm.requests[0].items() if k != "messages"} == {
        k: v for k, v in scripted_llm.requests[1].items() if k != "messages"
    }


def test_a_dollar_sign_in_a_question_is_only_a_dollar_sign(engine, scripted_llm):
    engine.ask("What costs $evidence or ${question} $$5?")
    assert "What costs $evidence or ${question} $$5?" in scripted_llm.requests[-1]["messages"][1]["content"]


def test_the_prompt_stays_small_whatever_the_articles_hold(engine, scripted_llm):
    engine.ask("What happened in Osterby, Quorrel, Vell and Brískel?")
    assert len(scripted_llm.requests[-1]["messages"][1]["content"]) < 6000


# Retrieval and LlamaIndex


def test_retrieve_gives_scored_nodes_best_first(engine):
    found = engine.retrieve(WHO_WON)
    assert all(isinstance(hit, NodeWithScore) for hit in found)
    scores = [hit.score for hit in found]
    assert scores == sorted(scores, reverse=True)
    assert found[0].node.metadata["article_id"] == RACE.id


@pytest.mark.parametrize("top_k", [1, 3, 100])
def test_retrieve_gives_at_most_top_k(top_k, engine):
    assert len(engine.retrieve("Osterby", top_k=top_k)) == min(top_k, len(ARTICLES))


def test_retrieve_keeps_the_bounds(engine):
    found = engine.retrieve("Osterby", as_of="2025-09-10", source=POST)
    assert {hit.node.metadata["article_id"] for hit in found} == {BAKERY.id}


def test_retrieve_looks_in_the_outlets_given_and_in_no_others(engine):
    found = engine.retrieve("Osterby", sources=[POST, OBSERVER])
    assert {hit.node.metadata["source"] for hit in found} == {POST, OBSERVER}


def test_the_parts_of_a_score_are_told_with_it(engine):
    for hit in engine.retrieve(WHO_WON, as_of="2025-10-02"):
        told = hit.node.metadata
        assert hit.score == pytest.approx((told["dense"] + told["lexical"]) / 2 * told["recency"] * told["period"])
        assert hit.node.get_content(MetadataMode.LLM) == hit.node.text


class Backwards(BaseNodePostprocessor):
    """A reranker that turns the order round."""

    def _postprocess_nodes(self, nodes, query_bundle=None):
        for place, hit in enumerate(nodes):
            hit.score = float(place)
        return nodes[::-1]


def test_a_reranker_orders_what_was_found(news):
    plain, turned = (
        QueryEngine(news, settings=RagSettings(llm="extractive"), node_postprocessors=rerankers).retrieve(WHO_WON)
        for rerankers in ((), (Backwards(),))
    )
    assert [hit.node.node_id for hit in turned] == [hit.node.node_id for hit in plain][::-1]


def test_evidence_is_what_an_llm_would_read(engine):
    evidence = engine.evidence(WHO_WON)
    assert [item.n for item in evidence] == list(range(1, len(evidence) + 1))
    assert any("Pavo Drellin" in item.quote for item in evidence)
    assert all(engine.index.get(item.article.id).text[item.start : item.end] == item.quote for item in evidence)


def test_evidence_keeps_the_budget_and_the_bounds(engine):
    evidence = engine.evidence("Osterby", budget=60, as_of="2025-09-10")
    assert count_tokens(render_evidence(evidence)) <= 60
    assert {item.article.published_at <= date(2025, 9, 10) for item in evidence} == {True}


@pytest.mark.parametrize("number", [0, -1])
def test_a_number_of_passages_or_tokens_that_makes_no_sense_is_refused(number, engine):
    with pytest.raises(QuestionError, match=f"top_k is not a positive number: {number}; give 1 or more"):
        engine.retrieve(WHO_WON, top_k=number)
    with pytest.raises(QuestionError, match="budget is not a positive number"):
        engine.evidence(WHO_WON, budget=number)


def test_retrieve_takes_a_query_bundle(engine):
    assert engine.retrieve(QueryBundle(WHO_WON), top_k=1)


def test_query_gives_a_llama_index_response(engine, news):
    response = engine.query(WHO_WON)
    assert isinstance(response, Response)
    assert str(response) == "Pavo Drellin won the Marsh Race on Sunday [1]."
    assert response.source_nodes
    for hit in response.source_nodes:
        node = hit.node
        assert news.get(node.metadata["id"]).text[node.start_char_idx : node.end_char_idx] == node.text
    assert set(response.metadata) == ANSWER_KEYS


def test_aquery_gives_the_same(engine):
    response = asyncio.run(engine.aquery(WHO_WON))
    assert isinstance(response, Response)
    assert response.source_nodes


def test_it_serves_as_a_query_engine_of_llama_index(engine):
    assert isinstance(engine, BaseQueryEngine)
    tool = QueryEngineTool.from_defaults(engine, name="archive", description="The news archive.")
    assert "Drellin" in str(tool.call(WHO_WON))
