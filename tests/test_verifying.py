"""How far the verifier can be trusted: labelled sentences in, precision and recall out."""

import json
from collections import Counter
from datetime import date

import pytest
from command_line import dateline

from evals.bundled import read_bundled
from evals.verdict_records import EXAMPLES, Case, Quoted, Said, read_cases
from evals.verifying import measure_verifier

CASES = read_bundled(EXAMPLES, Case)
SAID = [said for case in CASES for said in case.said]


def case(**said):
    quoted = Quoted(
        quote="Repairs cost 2 million crowns.", published_at=date(2025, 9, 30), outlet="Courier", title="Ferry"
    )
    return Case(cited=(quoted,), said=tuple(Said(kind=kind, sentence=text) for kind, text in said.items()))


def test_the_labelled_sentences_are_many_diverse_and_told_once():
    kinds = Counter(said.kind for said in SAID)
    assert len(SAID) >= 240
    assert len({said.sentence for said in SAID}) == len(SAID)
    assert min(kinds[kind] for kind in ("number_changed", "name_swapped", "negated", "date_moved", "merged")) >= 20
    assert min(kinds[kind] for kind in ("as_said", "normalised", "paraphrased", "roles_swapped")) >= 20


def test_each_case_is_in_one_half_and_the_halves_are_of_a_size():
    tuning, final = read_cases("tuning"), read_cases("final")
    assert len(tuning) + len(final) == len(CASES)
    assert min(sum(len(case.said) for case in half) for half in (tuning, final)) > 0.4 * len(SAID)


def test_shares_are_of_what_a_person_said(monkeypatch):
    cases = [
        case(
            as_said="The repairs cost 2 million crowns.",
            normalised="The repairs cost 2,000,000 crowns.",
            paraphrased="Mending her was expensive.",  # right, and not to be seen from the words
            number_changed="The repairs cost 7 million crowns.",
            added="The repairs cost 2 million crowns because spare parts were dear.",
        )
    ]
    monkeypatch.setattr("evals.verifying.read_cases", lambda half: cases)
    found = measure_verifier("tuning")
    assert (found.n, found.half, found.embedding) == (5, "tuning", None)
    supported = found.verdicts["supported"]
    assert (supported.precision.share, supported.precision.n) == (1.0, 2)
    assert (supported.recall.share, supported.recall.n) == (2 / 3, 3)
    assert found.kinds["paraphrased"].share == 0.0
    assert found.kinds["number_changed"].share == 1.0
    assert found.reasons["number"].share == 1.0
    assert found.confusion["unsupported"] == {"supported": 0, "partly": 0, "unsupported": 1}
    assert "supported: precision 1.000 of 2, recall 0.667 of 3" in found.text()


@pytest.mark.parametrize("half", ["tuning", "final"])
def test_the_verifier_is_as_good_as_it_was(half):
    found = measure_verifier(half)
    assert found.verdicts["supported"].precision.share > 0.85
    assert found.verdicts["supported"].recall.share > 0.7
    assert found.verdicts["unsupported"].recall.share > 0.8
    assert found.milliseconds[1] < 30


def test_the_command_prints_the_measure_as_text_and_as_json():
    assert "sentences of the final half, without cosines" in dateline("eval", "verifier").stdout
    found = json.loads(dateline("eval", "verifier", "--half", "tuning", "--embed", "minilm", "--json").stdout)
    assert (found["half"], found["embedding"]) == ("tuning", "minilm")
