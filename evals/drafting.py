"""Articles in, draft questions out: a start for somebody who will read, mend and sign each of them.

A draft asks for one figure, day or name that a sentence states, and carries that sentence as its support.
With an LLM the question is in its words; without, it is the sentence with a gap. Drafts are marked, and
`dateline eval gate` refuses them.
"""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, islice, zip_longest
from math import isfinite
from typing import NamedTuple

from evals.chat import chat
from evals.gold import DateForm, Form, GoldFact, NumberForm, Question, Support
from evals.matching import states
from evals.metrics import contains
from index import Article, sentence_spans, trimmed
from prompts import load_prompt
from rag.claims import STOP_WORDS
from rag.dates import long_date
from rag.llm import LLM

KINDS = ("number", "single-fact", "date")  # what is asked for, and the draft's slice
WORDS_OF_SENTENCE = range(8, 41)  # a shorter one lacks its subject, a longer one is a list
WORDS_OF_QUESTION = range(3, 41)  # a shorter one names nothing, a longer one is a retelling
QUESTION_TOKENS = 80  # for as many words, and some room
SEED = 0  # of the order in which articles are taken: any fixed one will do
AROUND = 1  # sentences before the stated one that the LLM reads too: whom "he" means stands there

_MONTHS = "January February March April May June July August September October November December".split()
_DAY = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})\b|\b({'|'.join(_MONTHS)}) (\d{{1,2}}), (\d{{4}})\b")
_FIGURE = re.compile(
    r"(?<![\w.,/:\u2013-])(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\w\u2013-])"
    r"( (?:per cent|percent|million|billion)\b|%)? ?([a-z]{3,}\b)?"
)
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+){1,3}\b")
_SCALES = {"million": 1e6, "billion": 1e9}

Ask = Callable[[str, str, str], str]  # heading, passage, answer -> the LLM's question


class Candidate(NamedTuple):
    """Words that a sentence states, and the form in which an answer may state them."""

    article: Article
    passage: str
    sentence: str
    answer: str
    form: Form
    slice: str


def draft_questions(articles: Sequence[Article], *, limit: int, ask: Ask | None = None) -> Iterator[Question]:
    """Up to `limit` draft questions, spread over the articles; `ask` words them, None leaves gaps."""
    for number, candidate in enumerate(_spread(articles, limit), start=1):
        yield _draft(candidate, f"draft-{number:03}", ask)


def candidates(article: Article) -> Iterator[Candidate]:
    """What the article's sentences state that can be asked for: days, figures, names."""
    spans = [trimmed(article.text, span) for span in sentence_spans(article.text)]
    sentences = [article.text[start:end] for start, end in spans]
    for number, sentence in enumerate(sentences):
        if len(sentence.split()) not in WORDS_OF_SENTENCE or "\n" in sentence:
            continue
        passage = " ".join(sentences[max(0, number - AROUND) : number + 1])
        for answer, form, kind in _statements(sentence):
            candidate = Candidate(article, passage, sentence, answer, form, kind)
            if _can_be_asked(candidate):
                yield candidate


def _spread(articles: Sequence[Article], limit: int) -> Iterator[Candidate]:
    """The first of each article, then the second of each; a sentence once, however many outlets copied it."""
    order = random.Random(SEED).sample(articles, len(articles))  # noqa: S311 - the first ones are of one month
    some = (list(_some(candidates(article), turn)) for turn, article in enumerate(order))
    found = islice(filter(None, some), limit)
    in_turns = filter(None, chain.from_iterable(zip_longest(*found)))
    return islice({candidate.sentence: candidate for candidate in in_turns}.values(), limit)


def _some(found: Iterable[Candidate], first: int) -> Iterator[Candidate]:
    """One of each kind, of different sentences; articles take turns in which kind comes first."""
    kinds, sentences = KINDS[first % len(KINDS) :] + KINDS[: first % len(KINDS)], set[str]()
    held = list(found)
    for kind in kinds:
        chosen = next((one for one in held if one.slice == kind and one.sentence not in sentences), None)
        if chosen:
            sentences.add(chosen.sentence)
            yield chosen


def _statements(sentence: str) -> Iterator[tuple[str, Form, str]]:
    for found in _DAY.finditer(sentence):
        if day := _day(found):
            yield found[0], day, "date"
    for figure in _FIGURE.finditer(_DAY.sub(lambda match: " " * len(match[0]), sentence)):
        if number := _figure(figure):
            yield figure[1] + (figure[2] or ""), number, "number"
    for name in _NAME.finditer(sentence):
        yield name[0], name[0], "single-fact"


def _day(found: re.Match[str]) -> DateForm | None:
    number, month, year = (found[1], found[2], found[3]) if found[1] else (found[5], found[4], found[6])
    try:
        day = date(int(year), _MONTHS.index(month) + 1, int(number))
    except ValueError:  # 31 February
        return None
    return DateForm(date=day.isoformat())


def _figure(found: re.Match[str]) -> NumberForm | None:
    """The figure beside its unit; None of one that counts nothing."""
    scale, noun = (found[2] or "").strip(), found[3] if found[3] not in STOP_WORDS else None
    number = float(found[1].replace(",", "")) * _SCALES.get(scale, 1)
    if not isfinite(number) or not (scale or noun):
        return None
    return NumberForm(number=number, unit="per cent" if scale in {"per cent", "percent", "%"} else noun or ())


def _can_be_asked(candidate: Candidate) -> bool:
    """Whether a right answer would be known for one, and the question does not give it away."""
    is_stated = candidate.sentence.count(candidate.answer) == 1 and states(candidate.sentence, candidate.form)
    return is_stated and not _gives_away(_gap(candidate), candidate)


def _gives_away(text: str, candidate: Candidate) -> bool:
    form = candidate.form
    bare = NumberForm(number=form.number) if isinstance(form, NumberForm) else form  # "three" is as good as "3 ships"
    return contains(text, [candidate.answer]) or states(text, bare)


def _draft(candidate: Candidate, id_: str, ask: Ask | None) -> Question:
    article = candidate.article
    worded = _worded(candidate, ask) if ask else None
    return Question(
        id=id_,
        question=worded or _gap(candidate),
        facts=(GoldFact(statement=candidate.sentence, accept=(candidate.form,)),),
        slices=(candidate.slice,),
        support=(Support(article=article.url or article.id, quote=candidate.sentence),),
        draft=True,
    )


def _worded(candidate: Candidate, ask: Ask) -> str | None:
    """The LLM's question, if it is one and does not give the answer away."""
    heading = ", ".join(_heading(candidate.article))
    question = " ".join(ask(heading, candidate.passage, candidate.answer).split())
    words = [word for word in question.split() if any(map(str.isalpha, word))]
    plausible = question.endswith("?") and len(words) in WORDS_OF_QUESTION
    return question if plausible and not _gives_away(question, candidate) else None


def _gap(candidate: Candidate) -> str:
    """The sentence with a gap, under so much of the heading as does not fill it."""
    words = candidate.answer.split() if isinstance(candidate.form, str) else []  # a surname is enough
    told = [part for part in _heading(candidate.article) if not (contains(part, words) or _gives_away(part, candidate))]
    about = f" ({', '.join(told)})" if told else ""
    return " ".join(f"What stands in the gap{about}: {candidate.sentence.replace(candidate.answer, '____')}".split())


def _heading(article: Article) -> list[str]:
    day = long_date(article.published_at) if article.published_at else None
    return [part for part in (article.source, day, article.title) if part]


def asking(llm: LLM) -> Ask:
    """A function that has the LLM word a question."""
    system, passage = load_prompt("draft_question").render(), load_prompt("draft_passage")

    def ask(heading: str, text: str, answer: str) -> str:
        user = passage.render(heading=heading, passage=text, answer=answer)
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        return chat(llm, messages, max_tokens=QUESTION_TOKENS).text

    return ask
