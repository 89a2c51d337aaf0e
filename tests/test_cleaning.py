"""What page furniture leaves a text dump, and that nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning import clean, is_sentence

BODY = "The harbour master said on Friday that the ferry would sail again within a week."
MORE = "Repairs to the hull had cost the town more than it had set aside for the year."

FURNITURE = [
    "Open in App",
    "Epaper",
    "Share",
    "Share this article",
    "Subscribe",
    "Advertisement",
    "Read more",
    "__",
    "We use cookies to give you the best experience on this site.",
    "Sign up for our weekly newsletter and never miss a tide.",
    "Please read our comment policy before commenting.",
    "Disclaimer: This story came from an agency and was not edited here.",
    "With inputs from PTI",
    "(Reporting by Ida Holm; Editing by Per Lund)",
    "Associated Press writer Ida Holm in Bergen contributed to this report.",
    "© 2025 The Quay Courier. All rights reserved.",
    "Photo credit: Ida Holm",
    "Related: Regatta put off after storm warning",
    "READ MORE:Regatta put off after storm warning",
    "Lesen Sie auch: Regatta nach Sturmwarnung verschoben",
    "Story continues below advertisement",
    "Never miss a tide: Sign up for our Harbour Briefing newsletter.",
    "Ida Holm covers the harbour for the Courier. Follow her on X @ida.",
    "Follow Ida Holm on Twitter: @ida",
    "Email Ida Holm at ida@quay.example",
    "A version of this story first appeared in the Tide Tables newsletter. Sign up here.",
    "What do you think? Let us know in the comments below.",
    "This material may not be published, broadcast, rewritten or redistributed.",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_a_line_of_furniture_between_paragraphs_goes(line):
    assert clean(f"{BODY}\n\n{line}\n\n{MORE}") == f"{BODY}\n\n{MORE}"


@pytest.mark.parametrize(
    "line",
    [
        "Share prices of the ferry company fell by a third.",
        "Subscribers to the old timetable were told to expect delays.",
        "“We use cookies as currency,” the ship's cook joked.",
        "The crew's staff contributed to the repair fund.",
        "Reporting by the auditors is due in May, the mayor said on Monday evening.",
        "Top stories of the new tower will hold a restaurant.",
        "More stories were told that night than the tavern had heard in a year.",
        "Related costs: the town will pay for the crane, and for the divers who inspect the hull each spring.",
        "Follow the quay to its end and turn left at the lighthouse, the keeper told visitors.",
        "The crew asked passengers to follow him on deck.",
        "Volunteers can sign up for a shift at the town hall.",
        "Anyone who saw the boat was asked to contact the harbour police.",
    ],
)
def test_a_sentence_that_only_begins_like_furniture_stays(line):
    assert line in clean(f"{BODY}\n{line}\n{MORE}").split("\n")


def test_section_names_go_from_the_top_only():
    text = f"City\nEpaper\n\nFerry to sail again within a week\n{BODY}\nSports\n{MORE}"

    assert clean(text) == f"Ferry to sail again within a week\n{BODY}\nSports\n{MORE}"


def test_related_headlines_go_with_their_heading():
    headlines = "SportRegatta put off after storm warning\n\nNew lighthouse opens to visitors"

    assert clean(f"{BODY}\n\nRelated Stories\n\n{headlines}") == BODY


def test_the_article_goes_on_after_related_headlines():
    text = f"{BODY}\nRead more:\nRegatta put off after storm warning\n{MORE}"

    assert clean(text) == f"{BODY}\n{MORE}"


def test_a_subheading_after_a_related_block_stays():
    text = f"{BODY}\nRelated stories\nRegatta put off after storm warning\nTHE REPAIRS\n{MORE}"

    assert "THE REPAIRS" in clean(text)


def test_a_disclaimer_heading_goes_with_the_one_paragraph_under_it():
    assert clean(f"{BODY}\nLegal Disclaimer:\nWe accept no liability for the tide.\n{MORE}") == f"{BODY}\n{MORE}"


def test_a_teaser_that_repeats_the_beginning_of_another_line_goes():
    teaser = BODY[:60] + " ..."

    assert clean(f"{teaser}\n\n{BODY}") == BODY


def test_a_sentence_that_trails_off_and_is_not_repeated_stays():
    text = "“I thought that we would never see the harbour again, and then …”\n" + BODY
    trailing = "Nobody in the town could say what had become of the second ferry..."

    assert clean(text) == text
    assert clean(f"{trailing}\n{BODY}") == f"{trailing}\n{BODY}"


def test_blank_lines_collapse_to_one():
    assert clean(f"\n\n{BODY}\n \n\n\n{MORE}\n\n") == f"{BODY}\n \n{MORE}"


def test_headlines_labels_and_abbreviations_are_no_sentences():
    assert is_sentence(BODY)
    assert not is_sentence("Ferry to sail again within a week")
    assert not is_sentence("Will the ferry sail again this summer?")
    assert not is_sentence("Made in the U.S.")


lines = st.one_of(
    st.sampled_from([*FURNITURE, BODY, MORE, "", "  ", "Related Stories", "Disclaimer", "City"]), st.text()
)


@given(st.lists(lines).map("\n".join))
def test_every_line_that_is_kept_is_a_line_of_the_input_in_order(text):
    remaining = iter(text.split("\n"))

    kept = clean(text)

    assert not kept or all(line in remaining for line in kept.split("\n"))


@given(st.lists(lines).map("\n".join))
def test_cleaning_again_changes_nothing_more_than_furniture(text):
    once = clean(text)

    assert set(clean(once).split("\n")) <= {*once.split("\n"), ""}
