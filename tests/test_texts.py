"""Words, names, directions, parts and quotations of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.texts import read
from rag.texts.names import is_named, is_same_word
from rag.texts.quotations import is_quoted, quotations_of
from rag.texts.roles import roles_of, speakers_of
from rag.texts.words import root_of


def names(text):
    return [name.said for name in read(text, None).names]


def poles(text):
    return {(pole.axis, pole.sign) for pole in read(text, None).poles}


def negated(text):
    reading = read(text, None)
    return {word.text for word in reading.words if word.place in reading.negated}


class TestWords:
    @pytest.mark.parametrize(
        "forms",
        [
            "agree agreed agreement agreements",
            "vote voted voters",
            "rise rose risen",
            "buy bought",
            "killed kills",
            "companies company",
            "injured hurt injuries",
        ],
    )
    def test_forms_of_a_word_have_one_root(self, forms):
        assert len({root_of(form) for form in forms.split()}) == 1

    def test_clauses_end_where_another_statement_begins(self):
        reading = read("Exports rose by 3% and imports fell by 5%, while Lee and Tanabe met.", None)
        assert [word.text for word in reading.words if word.clause == 1] == "and imports fell by 5 percent".split()
        assert reading.words[-1].clause == 2


class TestNames:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("He met Prime Minister Kaito Morishita's wife.", ["Kaito Morishita"]),
            ("Dr. Anjali Rao and General Omar Tal met on Monday.", ["Anjali Rao", "Omar Tal"]),
            ("Police said that Ursula von der Leyen was in Ostend-on-Sea.", ["Ursula von der Leyen", "Ostend-on-Sea"]),
            ("The Star of Palua sank.", ["Star of Palua"]),
            ("Kenya's Josphat Kiprop won.", ["Kenya", "Josphat Kiprop"]),
        ],
    )
    def test_names_stand_without_titles(self, text, expected):
        assert names(text) == expected

    @pytest.mark.parametrize(
        ("said", "given", "is_there"),
        [
            ("Adaeze Okafor", "Okafor won.", True),
            ("Okafor", "Adaeze Okafor won.", True),
            ("the European Commission", "The EC met.", True),
            ("Jane Okafor", "Adaeze Okafor won.", False),
            ("A. Okafor", "Adaeze Okafor won.", True),
            ("Brno University", "Ostrava University wrote.", False),
            ("Cape Morrow", "Whales off Cape Ferran", False),
            ("Chile", "the Chilean director", True),
            ("France", "the French director", True),
        ],
    )
    def test_a_name_is_there_by_its_last_part_unless_another_has_it(self, said, given, is_there):
        (name,), text = read(f"It is {said}", None).names, read(given, None)
        assert is_named(name, text.lower, text.names) == is_there

    @given(st.text(alphabet=st.characters(categories=["Ll"]), min_size=1))
    def test_a_word_is_the_same_as_itself(self, word):
        assert is_same_word(word, word)


class TestDirection:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Exports rose.", "Exports fell."),
            ("They agreed.", "They refused."),
            ("A jury convicted him.", "A jury acquitted him."),
            ("He was found guilty.", "He was found not guilty."),
            ("The rate was raised.", "The rate was left unchanged."),
            ("He was found alive.", "He was found dead."),
            ("They voted for it.", "They voted against it."),
            ("They approved it.", "They did not approve it."),
        ],
    )
    def test_opposites_point_opposite_ways(self, one, other):
        assert {(axis, -sign) for axis, sign in poles(one)} & poles(other)

    @pytest.mark.parametrize(
        "text", ["Nobody met the mayor.", "no fewer than 20 met", "He declined a drink; prices met."]
    )
    def test_what_has_no_opposite_points_nowhere(self, text):
        assert poles(text) <= {("direction", -1)}

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("He did not really sail.", {"sail"}),
            ("They refused to sail on Friday.", {"sail"}),
            ("She denied that he had taken money.", {"taken", "money"}),
            ("They may no longer sail.", {"sail"}),
            ("None of them has sailed.", {"sailed"}),
            ("He left without money.", {"money"}),
            ("No fewer than 20 sailed, not only Lind.", set()),
        ],
    )
    def test_a_negation_reaches_what_it_negates(self, text, expected):
        assert negated(text) == expected


class TestRoles:
    @pytest.mark.parametrize(
        "text", ["Lind beat Brekke.", "Brekke was beaten by Lind.", "In Varn, Lind beat Brekke at Osterby."]
    )
    def test_passives_are_turned_round(self, text):
        (role,) = roles_of(read(text, None))
        assert [name.said for name in role.doers] == ["Lind"]
        assert [name.said for name in role.others] == ["Brekke"]

    def test_who_is_joined_to_a_doer_does_it_too(self):
        (role,) = roles_of(read("Lind and Brekke met.", None))
        assert [name.said for name in role.doers] == ["Lind", "Brekke"]

    def test_a_second_verb_has_the_doer_of_the_first(self):
        _, second = roles_of(read("Lind met Brekke in Varn and promised the town help.", None))
        assert [name.said for name in second.doers] == ["Lind"]

    @pytest.mark.parametrize(
        "text",
        [
            "Tor Lind said so.",
            "So said owner Tor Lind.",
            "According to the owner, Tor Lind, so it is.",
            "So it is, Tor Lind told Varn.",
        ],
    )
    def test_a_speaker_stands_by_a_verb_of_saying(self, text):
        assert [name.said for name in speakers_of(read(text, None))] == ["Tor Lind"]


class TestQuotations:
    def test_what_stands_in_quotation_marks_is_a_quotation(self):
        assert list(quotations_of('He said “so it is” of the "thing", the dogs’ owner\'s dog.')) == ["so it is"]

    @pytest.mark.parametrize(
        ("quotation", "is_there"),
        [
            ("we saw the lights", True),
            ("We saw the lights.", True),
            ("we saw ... far too late", True),
            ("we saw [them] far too late", True),
            ("[They] saw the lights", True),
            ("we saw the light", False),
            ("far too late we saw", False),
        ],
    )
    def test_a_quotation_is_there_word_for_word(self, quotation, is_there):
        assert is_quoted(quotation, "“We saw the lights far too late,” he said.") == is_there


@given(st.text())
def test_any_text_can_be_read(text):
    reading = read(text, None)
    assert list(roles_of(reading)) is not None
    assert {word.place for word in reading.words} >= reading.negated
    assert all(pole.said for pole in reading.poles)
