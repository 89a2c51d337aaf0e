"""Scores of what an answer says: pure functions.

`exact_match` and `f1` follow SQuAD's official v1.1 script (Rajpurkar et al., EMNLP 2016,
https://arxiv.org/abs/1606.05250).
"""

from collections import Counter
from collections.abc import Sequence

from evals.gold import GoldFact, NumberForm, Question
from evals.matching import states_fact
from evals.matching.text import has_words, normalize_answer
from rag.answer import Answer


def said(answer: Answer) -> str:
    """All that the answer says: its text, and its short form where it has one; a refusal says nothing."""
    return "" if answer.refusal else "\n".join(filter(None, (answer.text, answer.short)))


def bare(answer: Answer) -> str:
    """The answer as it is compared with a gold one: its short form if it has one, else its text; a refusal is empty."""
    if answer.refusal:
        return ""
    return answer.text if answer.short is None else answer.short


def exact_match(prediction: str, golds: Sequence[str]) -> float:
    """1.0 if the prediction equals one of the gold answers after normalisation, else 0.0.

    >>> exact_match("the River Sorrel.", ["Sorrel", "River Sorrel"])
    1.0
    """
    return float(any(normalize_answer(prediction) == normalize_answer(gold) for gold in golds))


def f1(prediction: str, golds: Sequence[str]) -> float:
    """The token F1 with the gold answer that it is closest to.

    Two of three predicted words are gold, and both gold words are predicted: 2 · (2/3 · 1) / (2/3 + 1).

        >>> round(f1("big River Sorrel", ["River Sorrel"]), 3)
        0.8
    """
    words = normalize_answer(prediction).split()  # without any, the script of v1.1 gives 0 whatever is gold
    return max((token_f1(words, normalize_answer(gold).split()) for gold in golds if words), default=0.0)


def contains(text: str, golds: Sequence[str]) -> bool:
    """Whether a gold answer stands in the text, whole words only.

    >>> contains("It opened in 2019.", ["19"])
    False
    """
    return any(has_words(text, gold) for gold in golds)


def fact_recall(text: str, facts: Sequence[GoldFact]) -> float:
    """The share of the facts that the text states; as the nuggets of TREC QA (Voorhees, TREC 2003).

    >>> fact_recall("They met in Busan.", [GoldFact.model_validate(city) for city in ("Busan", "Tokyo")])
    0.5
    """
    return _share([states_fact(text, fact) for fact in facts])


def contradicted(text: str, forbidden: Sequence[GoldFact]) -> float:
    """1.0 if the text states one of the facts that no right answer states, else 0.0.

    >>> contradicted("They met in Tokyo.", [GoldFact.model_validate("Tokyo")])
    1.0
    """
    return float(any(states_fact(text, fact) for fact in forbidden))


def number_facts(facts: Sequence[GoldFact]) -> tuple[GoldFact, ...]:
    """The facts that a number states."""
    return tuple(fact for fact in facts if any(isinstance(form, NumberForm) for form in fact.accept))


def numeric_match(text: str, facts: Sequence[GoldFact]) -> float:
    """The share of the number facts that the text states; 0.0 where there are none.

    >>> fact = GoldFact.model_validate({"statement": "19 voted for it.", "accept": [{"number": 19}]})
    >>> numeric_match("Nineteen voted for it.", [fact])
    1.0
    """
    return fact_recall(text, number_facts(facts))


def correct(question: Question, answer: Answer) -> float:
    """1.0 if all facts are stated and none of the forbidden; for an unanswerable question, if it is refused.

    An answerable question without facts cannot be judged so: 0.0.
    """
    if not question.answerable:
        return float(answer.refusal is not None)
    text = said(answer)
    return float(fact_recall(text, question.facts) == 1 and not contradicted(text, question.forbidden))


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0


def token_f1(said: Sequence[str], gold: Sequence[str]) -> float:
    """The harmonic mean of precision and recall of the tokens; without tokens on one side, whether both have none.

    >>> token_f1("in port elling".split(), "port elling".split())
    0.8
    """
    if not said or not gold:
        return float(said == gold)
    same = (Counter(said) & Counter(gold)).total()
    return 2 * same / (len(said) + len(gold))
