"""The chat's event handlers, without a page: what people do in, what is shown out."""

import asyncio

import pytest
from scripted_engine import ALONE, IN_AUGUST, ScriptedEngine

from rag.answer import TextDelta, TextWithdrawn
from ui.chat import Chat
from ui.quiet_gradio import gr
from ui.turn import Turn, conversation


def opened(chat, question):
    turns = []
    chat.ask(question, turns)
    return turns


async def played(chat, turns, *bounds):
    return [update async for update in chat.answer(turns, *("full", *(bounds or ("", "", "", ""))))]


def test_the_bounds_reach_the_engine_and_blank_ones_do_not_bind():
    engine = ScriptedEngine(pace=0)
    chat = Chat(engine)
    asyncio.run(played(chat, opened(chat, "Who?"), " 2025-10-02 ", "", " ", "The Harbour Post"))
    bounds = {"as_of": "2025-10-02", "since": None, "until": None, "source": "The Harbour Post", "ignore": ()}
    assert engine.asked == [("Who?", {"style": "full", "history": ()} | bounds)]


def test_a_bad_date_is_answered_with_what_to_write():
    chat = Chat(ScriptedEngine(pace=0))
    turns = opened(chat, "Who?")
    asyncio.run(played(chat, turns, "someday", "", "", ""))
    assert "write it as 2025-09-30" in turns[0].reply
    assert turns[0].done


def test_a_failing_engine_costs_one_line_and_the_next_question_is_answered():
    chat = Chat(ScriptedEngine(pace=0))
    turns = opened(chat, "Break")
    asyncio.run(played(chat, turns))
    assert "unexpected RuntimeError&#58; the cable is out&#59; ask again" in turns[0].reply
    chat.ask("Who?", turns)
    asyncio.run(played(chat, turns))
    assert 'href="#source-2-1"' in turns[1].reply


def test_a_question_is_not_taken_while_the_last_one_is_open_or_when_it_is_blank():
    chat = Chat(ScriptedEngine(pace=0))
    turns = opened(chat, "Who?")
    chat.ask("What?", turns)
    assert [turn.question for turn in turns] == ["Who?"]
    assert opened(chat, " \n") == []


CHIP = "1-8-17"  # of "in August" in the first turn


def answered(chat, question):
    turns = opened(chat, question)
    asyncio.run(played(chat, turns))
    chat.finish(turns)
    return turns


def test_a_chip_taken_out_asks_the_same_question_in_place_without_its_words():
    engine = ScriptedEngine(pace=0)
    chat = Chat(engine)
    turns = answered(chat, IN_AUGUST)
    chat.ask_without(turns, gr.EventData(None, {"chip": CHIP}))
    assert "Searching the articles" in turns[0].reply
    asyncio.run(played(chat, turns, "2025-10-02", "", "", ""))
    assert len(turns) == 1
    assert [(question, bounds["ignore"]) for question, bounds in engine.asked] == [
        (IN_AUGUST, ()),
        (IN_AUGUST, ((8, 17),)),
    ]
    assert engine.asked[-1][1]["as_of"] == "2025-10-02"
    assert 'href="#source-1-1"' in turns[0].reply


def test_the_answers_of_the_conversation_are_handed_on_with_a_question_and_how_it_was_understood_is_shown():
    engine = ScriptedEngine(pace=0)
    chat = Chat(engine)
    turns = answered(chat, "Who?")
    chat.ask("Refuse?", turns)
    asyncio.run(played(chat, turns))
    chat.ask("And in August?", turns)
    asyncio.run(played(chat, turns))
    handed = engine.asked[-1][1]["history"]
    assert [answer.question for answer in handed] == ["Who?", "Refuse?"]
    shown = conversation(turns)
    assert shown.count("Understood as") == 1
    assert ALONE[:-1] in shown
    assert shown.index("Understood as") < shown.index("data-chip")


def test_questions_that_were_stopped_or_failed_are_no_history():
    engine = ScriptedEngine(pace=0)
    chat = Chat(engine)
    turns = opened(chat, "Break")
    asyncio.run(played(chat, turns))
    chat.ask("Stopped before it began?", turns)
    chat.finish(turns)
    chat.ask("And now?", turns)
    asyncio.run(played(chat, turns))
    assert engine.asked[-1][1]["history"] == ()


def test_a_chip_of_a_follow_up_is_taken_out_of_the_question_as_it_was_understood():
    engine = ScriptedEngine(pace=0)
    chat = Chat(engine)
    turns = answered(chat, "Who?")
    chat.ask("And in August?", turns)
    asyncio.run(played(chat, turns))
    start = ALONE.index("in August")
    chat.ask_without(turns, gr.EventData(None, {"chip": f"2-{start}-{start + 9}"}))
    assert "Understood as" in conversation(turns)
    asyncio.run(played(chat, turns))
    question, given = engine.asked[-1]
    assert (question, given["ignore"], given["history"]) == (ALONE, ((start, start + 9),), ())
    chat.ask("And then?", turns)
    asyncio.run(played(chat, turns))
    assert [answer.standalone_question for answer in engine.asked[-1][1]["history"]] == ["Who?", ALONE]
    assert conversation(turns).count("And in August") == 1


def test_a_new_conversation_knows_nothing_of_the_last_one():
    engine = ScriptedEngine(pace=0)
    chat = Chat(engine)
    turns = answered(chat, "Who?")
    _, log, shelf, kept = chat.begin_anew(turns)
    assert "What would you like to know?" in log
    assert "Sources" not in shelf
    chat.ask("And in August?", kept)
    asyncio.run(played(chat, kept))
    assert engine.asked[-1][1]["history"] == ()
    assert 'href="#source-1-1"' in kept[0].reply


def test_an_answer_that_is_being_written_leaves_nothing_in_a_new_conversation():
    async def anew(turns):
        updates = chat.answer(turns, "full", "", "", "", "")
        await anext(updates)
        chat.begin_anew(turns)
        late = await anext(updates)
        await updates.aclose()
        return late

    chat = Chat(ScriptedEngine(pace=0))
    log, _ = asyncio.run(anew(opened(chat, "Drone on")))
    assert "What would you like to know?" in log


@pytest.mark.parametrize("style", ["full", "short", "timeline"])
def test_the_style_reaches_the_engine(style):
    async def all_of(updates):
        return [update async for update in updates]

    engine = ScriptedEngine(pace=0)
    chat = Chat(engine)
    asyncio.run(all_of(chat.answer(opened(chat, "Who?"), style, "", "", "", "")))
    assert engine.asked[0][1]["style"] == style


@pytest.mark.parametrize("sent", [{"chip": "1-0-3"}, {"chip": "2-8-17"}, {"chip": None}, {"chip": [CHIP]}, {}, None])
def test_what_is_no_chip_of_the_last_question_changes_nothing(sent):
    event = gr.EventData(None, sent)
    chat = Chat(ScriptedEngine(pace=0))
    turns = answered(chat, IN_AUGUST)
    reply = turns[0].reply
    chat.ask_without(turns, event)
    chat.ask_without([], event)
    assert (turns[0].reply, turns[0].done) == (reply, True)


def test_a_chip_can_be_taken_out_of_the_last_question_only_and_once_it_is_answered():
    chat = Chat(ScriptedEngine(pace=0))
    turns = answered(chat, IN_AUGUST)
    assert f'data-chip="{CHIP}"' in conversation(turns)
    chat.ask("And in August?", turns)
    assert "data-chip" not in conversation(turns)
    chat.ask_without(turns, gr.EventData(None, {"chip": CHIP}))
    assert not turns[1].done


def test_a_question_asked_while_an_answer_is_written_neither_doubles_nor_ends_it():
    async def meanwhile(turns):
        updates = chat.answer(turns, "full", "", "", "", "")
        await anext(updates)
        chat.ask("Too early?", turns)
        others = await played(chat, turns)
        chat.finish(turns)
        return others, [update async for update in updates]

    engine = ScriptedEngine(pace=0)
    chat = Chat(engine)
    turns = opened(chat, "Who?")
    others, updates = asyncio.run(meanwhile(turns))
    assert (len(others), len(engine.asked)) == (0, 1)
    assert "Stopped." not in turns[0].reply
    assert updates


def test_closing_the_answer_closes_the_stream_of_the_engine():
    async def leave_early(turns):
        updates = chat.answer(turns, "full", "", "", "", "")
        await anext(updates)
        await updates.aclose()

    engine = ScriptedEngine(pace=0)
    chat = Chat(engine)
    turns = opened(chat, "Drone on")
    asyncio.run(leave_early(turns))
    chat.finish(turns)
    assert engine.closed == ["Drone on"]
    assert "Stopped." in turns[0].reply


def test_stopping_keeps_what_was_written():
    turn = Turn("Who?", 1)
    turn.take(TextDelta(text="The council "))
    turn.end("Stopped.")
    turn.take(TextDelta(text="too late"))
    assert "The council" in turn.reply
    assert "Stopped." in turn.reply
    assert "too late" not in turn.reply


def test_withdrawn_text_is_gone_when_the_llm_begins_again():
    turn = Turn("Who?", 1)
    turn.take(TextDelta(text="The coun"))
    turn.take(TextWithdrawn())
    assert "The coun" not in turn.reply
    turn.take(TextDelta(text="The council"))
    assert turn.text == "The council"
