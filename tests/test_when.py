"""Words of a question, a range of days out: seen from Wednesday, 8 October 2025, unless a case says otherwise."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.days import Days
from rag.when import When, read_when

TODAY = date(2025, 10, 8)
DAYS_OF_NEWS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def days(text: str) -> Days:
    """'2025-08-01..2025-08-31', '2025-08-01..' (open), '2025-08-01' (a day)."""
    first, dots, last = text.partition("..")
    return Days(
        date.fromisoformat(first) if first else None, date.fromisoformat(last or first) if last or not dots else None
    )


def read(question: str, today: date = TODAY) -> When:
    return read_when(question, today)


def table(text: str) -> list[tuple[str, ...]]:
    """The rows of a table, whose cells are set apart by ' | '."""
    return [tuple(cell.strip() for cell in row.split("|")) for row in text.strip().splitlines()]


DATES = """
    What happened on 5 August 2025?                          | 2025-08-05
    What happened on 5 Aug 2025?                             | 2025-08-05
    What happened on 5 Aug. 2025?                            | 2025-08-05
    What happened on the 5th of August 2025?                 | 2025-08-05
    What happened on the 5th of August, 2025?                | 2025-08-05
    What happened on August 5, 2025?                         | 2025-08-05
    What happened on August 5th 2025?                        | 2025-08-05
    What happened on August the 5th, 2025?                   | 2025-08-05
    What happened on Tuesday, 5 August 2025?                 | 2025-08-05
    What happened on Tuesday, August 5, 2025?                | 2025-08-05
    What happened on 2025-08-05?                             | 2025-08-05
    What happened on 2025/08/05?                             | 2025-08-05
    What happened on 25/08/2025?                             | 2025-08-25
    What happened on 05.08.2025?                             | 2025-08-05
    What happened on 25.08.2025?                             | 2025-08-25
    What happened on 08/25/2025?                             | 2025-08-25
    what happened on 5 august 2025                           | 2025-08-05
    What happened on 5 August?                               | 2025-08-05
    What happened on 29 February 2024?                       | 2024-02-29
    Who spoke at the 15 August ceremony?                     | 2025-08-15
    Who was hurt on the night of 5 August?                   | 2025-08-05
    What burned on 20 December?                              | 2024-12-20
    What did the bank announce on 8 October?                 | 2025-10-08
"""
DATE_RANGES = """
    What happened between 3 and 9 September?                 | 2025-09-03..2025-09-09
    What happened between 3 and 9 September 2024?            | 2024-09-03..2024-09-09
    What happened from 3 to 9 September?                     | 2025-09-03..2025-09-09
    What happened on 3-9 September?                          | 2025-09-03..2025-09-09
    What happened on 3–9 September 2025?                     | 2025-09-03..2025-09-09
    What happened on September 3-9, 2025?                    | 2025-09-03..2025-09-09
    What happened between September 3 and 9?                 | 2025-09-03..2025-09-09
    What happened between the 3rd and the 9th of September?  | 2025-09-03..2025-09-09
    What happened between 28 August and 4 September?         | 2025-08-28..2025-09-04
    What happened between 28 August and 4 September 2024?    | 2024-08-28..2024-09-04
    What happened from 28 December to 4 January 2025?        | 2024-12-28..2025-01-04
    How many were sold from 28 December to 4 January?        | 2024-12-28..2025-01-04
    What happened in July and August?                        | 2025-07-01..2025-08-31
    What happened in July and August 2024?                   | 2024-07-01..2024-08-31
    What happened between June and late August 2025?         | 2025-06-01..2025-08-31
    How many ships sank from July to September?              | 2025-07-01..2025-09-30
    How many ships sank from November to March?              | 2024-11-01..2025-03-31
    What was built between 2019 and 2021?                    | 2019-01-01..2021-12-31
    Rainfall 2019-2021                                       | 2019-01-01..2021-12-31
    What happened between yesterday and last Friday?         | 2025-10-03..2025-10-07
    What did she say on 3 September and on 9 September?      | 2025-09-03..2025-09-09
"""
MONTHS = """
    Who won in August?                                       | 2025-08-01..2025-08-31
    Who won in August 2025?                                  | 2025-08-01..2025-08-31
    Who won in August of 2024?                               | 2024-08-01..2024-08-31
    Who won in August last year?                             | 2024-08-01..2024-08-31
    Who won in Aug 2025?                                     | 2025-08-01..2025-08-31
    Who won in Sept. 2025?                                   | 2025-09-01..2025-09-30
    who won in march                                         | 2025-03-01..2025-03-31
    Who won in May?                                          | 2025-05-01..2025-05-31
    Who won last May?                                        | 2025-05-01..2025-05-31
    Who won during the month of July?                        | 2025-07-01..2025-07-31
    Who won in December?                                     | 2024-12-01..2024-12-31
    Who won in October?                                      | 2025-10-01..2025-10-31
    Who won in February 2024?                                | 2024-02-01..2024-02-29
    What did the minister say in her speech of September?    | 2025-09-01..2025-09-30
    Who was behind August's strike?                          | 2025-08-01..2025-08-31
    Who was rescued in the September 2025 flood?             | 2025-09-01..2025-09-30
    Who won in early September?                              | 2025-09-01..2025-09-10
    Who won in mid-September?                                | 2025-09-11..2025-09-20
    Who won in late September 2024?                          | 2024-09-21..2024-09-30
    Who won at the beginning of September?                   | 2025-09-01..2025-09-10
    Who won in the middle of September?                      | 2025-09-11..2025-09-20
    Who won at the end of August?                            | 2025-08-21..2025-08-31
    Who won in the first half of September 2025?             | 2025-09-01..2025-09-15
    Who won in the first week of September?                  | 2025-09-01..2025-09-07
    Who won in the third week of September?                  | 2025-09-15..2025-09-21
    Who won in the last week of August 2025?                 | 2025-08-25..2025-08-31
    Who won in the week of 3 September?                      | 2025-09-01..2025-09-07
    harvest figures August                                   | 2025-08-01..2025-08-31
    harvest figures August 2024                              | 2024-08-01..2024-08-31
"""
YEARS = """
    2024                                                     | 2024-01-01..2024-12-31
    harbour budget 2024                                      | 2024-01-01..2024-12-31
    How many ships docked in 2024?                           | 2024-01-01..2024-12-31
    How many ships docked during 2024?                       | 2024-01-01..2024-12-31
    How many ships docked in early 2025?                     | 2025-01-01..2025-05-01
    How many ships docked in late 2024?                      | 2024-09-01..2024-12-31
    How many ships docked at the end of 2024?                | 2024-09-01..2024-12-31
    How many ships docked in the first half of 2025?         | 2025-01-01..2025-06-30
    How many ships docked in the second half of 2024?        | 2024-07-01..2024-12-31
    How many ships docked in the first half of the year?     | 2025-01-01..2025-06-30
    How many ships docked in the second half of last year?   | 2024-07-01..2024-12-31
    How many ships docked in H1 2025?                        | 2025-01-01..2025-06-30
    How many ships docked in the first three months of 2025? | 2025-01-01..2025-03-31
    How many ships docked in the last two months of 2024?    | 2024-11-01..2024-12-31
    What was the profit in Q3 2025?                          | 2025-07-01..2025-09-30
    What was the profit in Q2?                               | 2025-04-01..2025-06-30
    What was the profit in the third quarter of 2025?        | 2025-07-01..2025-09-30
    What was the profit for April to June 2025?              | 2025-04-01..2025-06-30
    What was the profit in Q4 last year?                     | 2024-10-01..2024-12-31
    How many ships docked in the year 2024?                  | 2024-01-01..2024-12-31
    How many came in 2020, 2022 and 2024?                    | 2020-01-01..2024-12-31
    What was the profit for the second quarter?              | 2025-04-01..2025-06-30
    What were the first-quarter results?                     | 2025-01-01..2025-03-31
    What was the profit in the fourth quarter of last year?  | 2024-10-01..2024-12-31
    How many came in the summer?                             | 2025-06-01..2025-08-31
    How many came over the summer?                           | 2025-06-01..2025-08-31
    How many came in the summer of 2024?                     | 2024-06-01..2024-08-31
    How many came in summer 2024?                            | 2024-06-01..2024-08-31
    How many came in the winter of 2024?                     | 2024-12-01..2025-02-28
    How many came this summer?                               | 2025-06-01..2025-08-31
    How many came last summer?                               | 2025-06-01..2025-08-31
    How many came in early summer?                           | 2025-06-01..2025-06-30
    How many came in the spring, and why?                    | 2025-03-01..2025-05-31
    How many came in the fall of 2024?                       | 2024-09-01..2024-11-30
"""
SEEN_FROM_TODAY = """
    What happened yesterday?                                 | 2025-10-07
    What happened the day before yesterday?                  | 2025-10-06
    What happened today?                                     | 2025-10-08
    What happened this morning?                              | 2025-10-08
    What happened last night?                                | 2025-10-07..2025-10-08
    Who was in yesterday's crash?                            | 2025-10-07
    What happened on Tuesday?                                | 2025-10-07
    What happened on Thursday?                               | 2025-10-02
    What happened Thursday?                                  | 2025-10-02
    what happened on thursday                                | 2025-10-02
    What happened on Thursday morning?                       | 2025-10-02
    Who won Sunday's vote?                                   | 2025-10-05
    What happened last Friday?                               | 2025-10-03
    What happened on Wednesday?                              | 2025-10-01..2025-10-08
    What happened last Wednesday?                            | 2025-10-01
    What happened on Tuesday last week?                      | 2025-09-30
    What happened on Friday of last week?                    | 2025-10-03
    What happened on Monday this week?                       | 2025-10-06
    What happened this week?                                 | 2025-10-02..2025-10-12
    What happened last week?                                 | 2025-09-29..2025-10-05
    Who was hurt in last week's storm?                       | 2025-09-29..2025-10-05
    What happened late last week?                            | 2025-10-03..2025-10-05
    What happened in the past week?                          | 2025-10-01..2025-10-08
    What happened last weekend?                              | 2025-10-04..2025-10-05
    What happened over the weekend?                          | 2025-10-04..2025-10-05
    What happened this weekend?                              | 2025-10-04..2025-10-05
    What happened this month?                                | 2025-10-01..2025-10-31
    What happened earlier this month?                        | 2025-10-01..2025-10-31
    What happened last month?                                | 2025-09-01..2025-09-30
    What happened at the end of last month?                  | 2025-09-21..2025-09-30
    What happened last quarter?                              | 2025-07-01..2025-09-30
    What happened this year?                                 | 2025-01-01..2025-12-31
    How many have died so far this year?                     | 2025-01-01..2025-12-31
    What happened earlier this year?                         | 2025-01-01..2025-12-31
    What happened early this year?                           | 2025-01-01..2025-05-01
    What happened last year?                                 | 2024-01-01..2024-12-31
    What happened at the start of the year?                  | 2025-01-01..2025-05-01
    What happened over the past ten days?                    | 2025-09-28..2025-10-08
    What happened in the last fortnight?                     | 2025-09-24..2025-10-08
    What happened on Monday and Tuesday?                     | 2025-10-06..2025-10-07
    Who resigned after last Friday's debate?                 | 2025-10-03..
    Who won a run-off on Sunday to become the next mayor?    | 2025-10-05
    What happened in the last 24 hours?                      | 2025-10-07..2025-10-08
    What happened in the last 48 hours?                      | 2025-10-06..2025-10-08
    What happened in the last three weeks?                   | 2025-09-17..2025-10-08
    What happened over the past couple of weeks?             | 2025-09-24..2025-10-08
    What happened within the last 6 months?                  | 2025-04-08..2025-10-08
    What happened over the past year?                        | 2024-10-08..2025-10-08
    What happened three days ago?                            | 2025-10-05
    What happened two weeks ago?                             | 2025-09-22..2025-09-28
    What happened a month ago?                               | 2025-09-01..2025-09-30
    What happened 2 years ago?                               | 2023-01-01..2023-12-31
    What happened a few days ago?                            | 2025-10-02..2025-10-08
    What landed days ago?                                    | 2025-10-02..2025-10-08
    Which bridge recently collapsed?                         | 2025-09-08..2025-10-08
    What was stolen in recent days?                          | 2025-10-01..2025-10-08
    What was stolen in recent weeks?                         | 2025-09-08..2025-10-08
"""
BOUNDS = """
    What has changed since the summer?                       | 2025-06-01..
    What has changed since 5 August?                         | 2025-08-05..
    What has changed since August?                           | 2025-08-01..
    What has changed since yesterday?                        | 2025-10-07..
    What has changed since last week?                        | 2025-09-29..
    What has changed since 2023?                             | 2023-01-01..
    What has the mayor done since the election on 5 August?  | 2025-08-05..
    What did the mayor do after the election on 5 August?    | 2025-08-05..
    What did she do after the company was sold in August?    | 2025-08-01..
    What did it cost from 3 September?                       | 2025-09-03..
    Who governed before 5 August?                            | ..2025-08-04
    Who governed before the election on 5 August?            | ..2025-08-04
    Who governed until August?                               | ..2025-08-31
    Who governed up to 5 August?                             | ..2025-08-05
    How many were paid by the end of September?              | ..2025-09-30
    How many had been paid by 5 August?                      | ..2025-08-05
    How many were homeless as of March?                      | ..2025-03-31
    How many were homeless as of 5 August 2025?              | ..2025-08-05
    What was moved between the storm and 5 August?           | ..2025-08-05
"""
NOT_OF_THE_NEWS = """
    What did the company founded in 1998 announce?
    Which museum, established in 1950, was closed?
    Who owns the house built in 1905?
    Who was born on 5 August 1950?
    What came of the 2004 visit?
    What does the 1965 treaty say?
    Who won the 2025 final?
    Where was the 2024 final played?
    What came of the revolution of 1979?
    What is planned by 2030?
    How much will be spent by the end of the year?
    What happens next week?
    Who will be elected next year?
    What is due tomorrow?
    Who plays next Tuesday?
    Who plays on Sunday if they will not move it?
    What will happen in November?
    Which programme could be paused in November?
    Which teams are due to meet in December?
    Who runs for office in the 2026 election?
    What is in the budget for 2026?
    What is scheduled for Sunday?
    What was postponed to 5 December?
    Which storm was the strongest since 1998?
    Which club won its first title since 2010?
    What was the best count before 2025?
    How much rain fell in the past 10 years?
    How much has rent risen in the past two decades?
    Which agency invests over the next four years?
    Who may run?
    Who may have run?
    Where will they march?
    When did the march begin?
    What did the Sunday Times pay?
    What was cheap on Black Friday?
    When is the library open on Sundays?
    Can one borrow books on a Sunday?
    Who plays on the third Monday of February every year?
    Which holiday is celebrated every August?
    How many homes were hit in the September flood?
    What was in the October proposal?
    Who leads at the winter break?
    What caused the fall of the government?
    Which team scored in the second quarter of the match?
    How many live in 2000 villages?
    How many of the 2000 voters came?
    What is Project 2025?
    Who played in the 2024-25 season?
    What happened in the 1990s?
    What happened two weeks after the storm?
    How many days did the strike last?
    How long ago did it sink?
    What did they find two million years ago?
    What is the day of rest?
    Is there life today?
    Who won?
    What happened on 31 February 2025?
    What happened on 03/04/2025?
    What happened at 20:25?
    How much is $2025?
    Who ran 2025 metres?
    Which fast car won?
    Which shop lowered its prices through 10 November?
    Which harbour won the 2024 USA TODAY prize?
    Who sang Yesterday?
    Who built the house of late minister Holm?
    Is the museum open on Monday?
    Which comedian was picked for the 2025 awards in November?
    What did the firm say it would do in January?
    What is due by Friday?
    What happened in the week before the storm?
    Why is the library closed in the run-up to the 5 October vote?
"""


@pytest.mark.parametrize(
    ("question", "asked_about"),
    [row for cases in (DATES, DATE_RANGES, MONTHS, YEARS, SEEN_FROM_TODAY, BOUNDS) for row in table(cases)],
)
def test_words_of_time_are_read(question, asked_about):
    assert read(question).days == days(asked_about), read(question).words


@pytest.mark.parametrize("question", [row[0] for row in table(NOT_OF_THE_NEWS)])
def test_words_that_date_something_else_bound_nothing(question):
    assert read(question).words == ()
    assert read(question).published == Days()


@pytest.mark.parametrize(
    ("question", "today", "asked_about"),
    [
        ("Who won on Sunday?", "2025-10-05", "2025-09-28..2025-10-05"),  # today, or a week ago?
        ("What happened this weekend?", "2025-10-11", "2025-10-11..2025-10-12"),
        ("What happened last weekend?", "2025-10-11", "2025-10-04..2025-10-05"),
        ("What happened this week?", "2025-10-06", "2025-09-30..2025-10-12"),  # a Monday knows little yet
        ("Who won in December?", "2026-01-02", "2025-12-01..2025-12-31"),
        ("What happened on 29 February?", "2025-03-05", "2024-02-29"),
        ("How many came this winter?", "2026-01-15", "2025-12-01..2026-02-28"),
        ("What happened in the second half of the year?", "2026-02-01", "2025-07-01..2025-12-31"),
        ("What happened last month?", "2025-03-31", "2025-02-01..2025-02-28"),
        ("What happened last week?", "2025-01-01", "2024-12-23..2024-12-29"),
        ("Who was ahead in the 2025 league in May?", "2026-01-15", "2025-05-01..2025-05-31"),
    ],
)
def test_the_day_of_the_question_decides(question, today, asked_about):
    assert read(question, date.fromisoformat(today)).days == days(asked_about)


@pytest.mark.parametrize(
    ("question", "words"),
    table("""
    What happened in August 2025?                            | in August 2025
    Who won Sunday's vote?                                   | Sunday
    Who was sworn in Monday?                                 | Monday
    What did last week's report say?                         | last week
    What did the mayor do after the election on 5 August?    | after the election on 5 August
    How many had been paid by the end of September?          | by the end of September
    What happened between 3 and 9 September in Wick?         | between 3 and 9 September
    What did he say in his speech of September?              | September
    From July to September, how many ships sank?             | From July to September
    Did prices rise over the past ten days in Wick?          | over the past ten days
    How many were homeless as of March, and how many now?    | as of March
    """),
)
def test_the_words_that_were_read_are_told(question, words):
    (found,) = read(question).words
    assert (found.text, question[found.start : found.end]) == (words, words)


@pytest.mark.parametrize(
    ("question", "asked_about"),
    table("""
    Who said in August that it would close by March?         | 2025-08-01..2025-08-31
    Was rain in August rarer than in August 2023?            | 2023-08-01..2025-08-31
    How did sales in August compare with those in June?      | 2025-06-01..2025-08-31
    What was the toll on 3 September, and what on 1 October? | 2025-09-03..2025-10-01
    Were sales this month higher than last year?             | 2024-01-01..2025-10-31
    What happened this year on 5 August?                     | 2025-08-05
    What happened since August, as of 5 September?           | 2025-08-01..2025-09-05
    Who died this week, 20 years after she won in 2005?      | 2025-10-02..2025-10-12
    Who quit this week, and how much did he earn in 2023?    | 2025-10-02..2025-10-12
    What was said this week of the war that began in 2022?   | 2025-10-02..2025-10-12
    """),
)
def test_several_times_are_what_they_share_or_else_all_from_first_to_last(question, asked_about):
    assert read(question).days == days(asked_about)


@pytest.mark.parametrize(
    ("question", "published"),
    table("""
    What happened on 5 August?                               | 2025-08-04..2025-08-19
    What happened last week?                                 | 2025-09-28..2025-10-19
    Who won in August?                                       | 2025-07-31..2025-11-01
    What happened since 5 August?                            | 2025-08-04..
    How many ships docked in 2024?                           | 2023-12-31..
    Who won in August 2023?                                  | 2023-07-31..
    Who governed until August?                               | ..2025-11-01
    How many were homeless as of March?                      | ..2025-03-31
    What did the papers report on 5 August?                  | 2025-08-05
    What is in the reports of 5 August?                      | 2025-08-05
    What was in yesterday's headlines?                       | 2025-10-07
    Which articles from last week mention it?                | 2025-09-29..2025-10-05
    How many of those evacuated in June are still away?      | 2025-05-31..
    What was planned in June, and what became of it?         | 2025-05-31..
    """),
)
def test_reports_come_out_from_the_day_itself_and_for_a_while_after(question, published):
    assert read(question).published == days(published)


@pytest.mark.parametrize(
    ("question", "asks"),
    table("""
    Who is mayor now?                                        | latest
    Who is currently mayor?                                  | latest
    What is the latest offer?                                | latest
    What is the most recent figure?                          | latest
    How many have been found so far?                         | latest
    How many are still without power?                        | latest
    What does a ticket cost today?                           | latest
    How many were homeless as of March?                      | latest
    Who won?                                                 | past
    What did the council decide in August?                   | past
    Who was elected last week?                               | past
    Where were the talks held?                               | past
    How did the toll change between June and August?         | change
    How has the club developed?                              | change
    What has changed since the summer?                       | change
    By how much did rent rise?                               | change
    How much have prices fallen?                             | change
    Compare the two offers.                                  | change
    Was the crowd larger than last year?                     | change
    Trace the number of jobs.                                | change
    What was the toll on 3 September, and what on 1 October? | change
    Who is the mayor?                                        | -
    What is the capital?                                     | -
    Who will be the next mayor?                              | -
    """),
)
def test_the_kind_of_question_is_told(question, asks):
    assert read(question).asks == (None if asks == "-" else asks)


WAYS = (
    "{d} {month} {y}",
    "{d} {mon} {y}",
    "the {th} of {month} {y}",
    "{month} {d}, {y}",
    "{mon} {d}, {y}",
    "{month} {th}, {y}",
    "{weekday}, {d} {month} {y}",
    "{weekday}, {month} {d}, {y}",
    "{y}-{m:02}-{d:02}",
    "{y}/{m:02}/{d:02}",
)


def written(day: date, way: str) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10 if day.day not in {11, 12, 13} else 0, "th")
    month = f"{day:%B}"
    return way.format(
        y=day.year, m=day.month, d=day.day, month=month, th=f"{day.day}{ending}", weekday=f"{day:%A}",
        mon=month if len(month) < 5 or month == "March" else month[:3],
    )  # fmt: skip


@given(day=DAYS_OF_NEWS, way=st.sampled_from(WAYS), later=st.integers(0, 3000))
def test_a_date_is_read_back_in_whatever_way_it_is_written(day, way, later):
    question = f"What happened on {written(day, way)} in Wick?"
    assert read(question, day + timedelta(later)).days == Days(day, day)


@given(day=DAYS_OF_NEWS, way=st.sampled_from(WAYS), ahead=st.integers(1, 3000))
def test_a_date_to_come_bounds_nothing(day, way, ahead):
    assert read(f"What happened on {written(day, way)}?", day - timedelta(ahead)).words == ()


@given(first=DAYS_OF_NEWS, length=st.integers(0, 500), ways=st.tuples(*[st.sampled_from(WAYS)] * 2))
def test_a_range_runs_from_its_first_day_to_its_last(first, length, ways):
    last = first + timedelta(length)
    question = f"What happened between {written(first, ways[0])} and {written(last, ways[1])}?"
    assert read(question, last).days == Days(first, last)


@given(
    day=DAYS_OF_NEWS,
    later=st.integers(0, 3000),
    way=st.sampled_from(["in {m} {y}", "in {y}", "in {part} {m} {y}", "in the {half} half of {y}", "in Q{q} {y}"]),
)
def test_a_period_holds_each_of_its_days(day, later, way):
    part = ("early", "mid", "late")[min(2, (day.day - 1) // 10)] if day.month != 2 else ""
    half, quarter = ("first" if day.month < 7 else "second"), (day.month + 2) // 3
    question = f"Who won {way.format(y=day.year, m=f'{day:%B}', part=part, half=half, q=quarter)}?"
    assert day in read(question, day + timedelta(later)).days


@given(today=DAYS_OF_NEWS, back=st.integers(1, 60))
def test_days_ago_are_counted_back(today, back):
    day = today - timedelta(back)
    assert read(f"What happened {back} days ago?", today).days == Days(day, day)
    assert read(f"What happened in the past {back} days?", today).days == Days(day, today)


@given(today=DAYS_OF_NEWS, back=st.integers(0, 6))
def test_a_weekday_is_one_of_the_last_seven_days(today, back):
    day = today - timedelta(back)
    assert day in read(f"What happened on {day:%A}?", today).days


@given(today=DAYS_OF_NEWS, back=st.integers(0, 240))
def test_a_month_told_as_past_is_the_last_one_of_its_name(today, back):
    day = today - timedelta(back)
    assert day in read(f"What was decided in {day:%B}?", today).days


WORDS = st.lists(
    st.sampled_from(
        """since before after between and from to until by as of in on the a last next this past early late mid end week
        month year day days ago two 2 29 31 February May march Sunday summer quarter Q3 first half 2024 1999 today 's ,
        - yesterday report , weekend recently 2025-02-29 31/12/2024 now will did""".split()
    ),
    max_size=12,
).map(" ".join)


@given(question=st.one_of(st.text(max_size=80), WORDS), today=st.dates())
@example("What happened 999 years ago?", date(1, 1, 1))
@example("in December", date.max)
@example("this week", date.max)
@example("last week", date.min)
def test_any_text_on_any_day_is_read_or_left_alone(question, today):
    when = read(question, today)
    for words in when.words:
        assert question[words.start : words.end] == words.text != ""
    for range_ in (when.days, when.published):
        assert range_.first is None or range_.last is None or range_.first <= range_.last
    assert when.words or when.days == when.published == Days()
    assert [words.start for words in when.words] == sorted(words.start for words in when.words)


@given(question=WORDS, today=DAYS_OF_NEWS)
def test_articles_are_looked_for_wherever_the_time_asked_about_has_begun(question, today):
    when = read(question, today)
    for words in when.words:
        assert words.published.shared(words.days) is not None
        assert min(day for day in (words.days.first, words.days.last, today) if day) <= today


@given(st.text(st.characters(categories=["Lu", "Ll", "Zs", "Po"]), max_size=60))
def test_text_without_words_of_time_gives_no_range(text):
    hidden = text.lower()
    names = (
        "day week month year mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec q h ago late"
    )
    if not any(
        name in hidden for name in [*names.split(), "spring", "summer", "autumn", "fall", "winter", "night", "morning"]
    ):
        assert read(text).words == ()
