"""PDF files in, articles out; the files are made here, an object at a time."""

from datetime import date

import pytest

from index import pdf, pdf_child
from index.article import Article
from index.readers import Failure, read_articles

PARAGRAPH = [
    "The harbour master said on Friday that the ferry would sail again",
    "within a week, and that the storm-driven repairs had cost the admin-",
    "istration more than it had set aside for the year.",
]
SECOND = ["Nobody had expected storm-", "driven timbers under the quay, she said."]
LEFT, WIDTH = 60, 6


def text_at(lines, top=700, *, left=LEFT, size=12, pitch=14):
    """The drawing of lines, one under the other."""
    shown = (line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines)
    drawn = " ".join(f"({line}) Tj 0 -{pitch} Td" for line in shown)
    return f"BT /F1 {size} Tf {left} {top} Td {drawn} ET\n"


def pdf_of(*pages, about="", trailer=""):
    """A file with these drawings as its pages."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
    ]
    for number, drawing in enumerate(pages):
        resources = "/Resources << /Font << /F1 3 0 R >> >>"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] {resources} /Contents {5 + 2 * number} 0 R >>",
            f"<< /Length {len(drawing)} >>\nstream\n{drawing}\nendstream",
        ]
    objects.append(f"<< {about} >>")
    data, places = "%PDF-1.4\n", []
    for number, made in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{made}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(data)
    data += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}trailer\n"
    data += f"<< /Size {len(places) + 1} /Root 1 0 R /Info {len(places)} 0 R {trailer} >>\nstartxref\n{start}\n%%EOF"
    return data.encode("latin-1")


@pytest.fixture
def read(tmp_path):
    def read(data, name="a.pdf"):
        path = tmp_path / name
        path.write_bytes(data)
        (found,) = read_articles([path])
        return found.item

    return read


def test_lines_become_paragraphs_and_words_cut_in_two_are_one_again(read):
    page = text_at(PARAGRAPH) + text_at(SECOND, top=700 - 14 * 4)

    assert read(pdf_of(page)).text.split("\n") == [
        f"{PARAGRAPH[0]} {PARAGRAPH[1].removesuffix('-')}{PARAGRAPH[2]}",
        "Nobody had expected storm-driven timbers under the quay, she said.",
    ]


def test_an_indented_line_begins_a_paragraph(read):
    page = text_at(["She said so on Friday, and said it again on"]) + text_at(
        ["Saturday to the council of the town itself."], top=686
    )
    page += text_at(["Nobody had heard her say it before that, or"], top=672, left=LEFT + 14) + text_at(
        ["ever after."], top=658
    )

    assert len(read(pdf_of(page)).text.split("\n")) == 2


def test_a_paragraph_goes_on_in_the_next_column_and_on_the_next_page(read):
    first = text_at(PARAGRAPH[:1], top=100) + text_at(PARAGRAPH[1:2], left=320)
    text = read(pdf_of(first, text_at(PARAGRAPH[2:]))).text

    assert "\n" not in text
    assert text.endswith("had cost the administration more than it had set aside for the year.")


def test_what_stands_at_the_edge_of_every_page_goes(read):
    pages = [
        text_at(["THE QUAY COURIER"], top=770)
        + text_at([f"{name} {line}" for line in PARAGRAPH])
        + text_at([f"Page {number} of 3"], top=20)
        for number, name in enumerate(("Ann", "Ben", "Cid"), 1)
    ]
    text = read(pdf_of(*pages)).text

    assert "QUAY COURIER" not in text
    assert "Page" not in text
    assert all(name in text for name in ("Ann", "Ben", "Cid"))


def test_the_title_that_the_file_gives_counts_where_its_page_has_it(read):
    page = text_at(["Ferry sails again on Friday"], top=740, size=20) + text_at(PARAGRAPH)

    given = read(pdf_of(page, about="/Title (Ferry sails again on Friday)"))
    template = read(pdf_of(page, about="/Title (Template of the back page)"))
    file_name = read(pdf_of(page, about="/Title (front page layout v2.indd)"))

    assert (given.title, given.provenance["title"]) == ("Ferry sails again on Friday", "metadata")
    assert (template.title, template.provenance["title"]) == ("Ferry sails again on Friday", "text")
    assert file_name.title == "Ferry sails again on Friday"


def test_author_and_day_of_the_file_count_where_the_text_says_nothing(read):
    about = "/Author (Ida Holm) /CreationDate (D:20250930084000+09'00') /Producer (Layout 3)"
    silent = read(pdf_of(text_at(PARAGRAPH), about=about))
    dated = read(
        pdf_of(text_at(["Ferry sails again at last", "By Per Lund", "October 2, 2025", *PARAGRAPH]), about=about)
    )

    assert (silent.authors, silent.published_at) == (("Ida Holm",), date(2025, 9, 30))
    assert silent.provenance["published_at"] == "metadata"
    assert (dated.authors, dated.published_at) == (("Per Lund",), date(2025, 10, 2))


def test_the_day_on_which_somebody_printed_a_page_is_not_its_date(read):
    about = "/CreationDate (D:20250930084000Z) /Creator (Mozilla/5.0 Chrome) /Producer (Skia/PDF m1)"

    assert read(pdf_of(text_at(PARAGRAPH), about=about)).published_at is None


def test_a_file_of_another_name_is_known_by_its_beginning(read):
    assert isinstance(read(pdf_of(text_at(PARAGRAPH)), "article"), Article)


def test_a_scan_says_what_to_do(read):
    failed = read(pdf_of(text_at(["7"]), "0 0 612 792 re f"))

    assert "no text" in failed.why
    assert "OCR" in failed.remedy


def test_an_encrypted_file_says_what_to_do(read):
    lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'41' * 32}> /U <{'42' * 32}> /P -4 >> /ID [<41><41>]"

    assert read(pdf_of(text_at(PARAGRAPH), trailer=lock)).why == "encrypted"


@pytest.mark.parametrize("data", [b"%PDF-1.4\n", b"no PDF at all", b"%PDF-1.7\n" + bytes(range(256)) * 20])
def test_a_damaged_file_is_one_failure(read, data):
    assert "damaged" in read(data).why


def test_an_empty_file_is_one_failure(read):
    assert read(b"").why == "empty"


def test_a_file_of_too_many_pages_is_refused(read, monkeypatch):
    data = pdf_of(*["" for _ in range(pdf_child.MAX_PAGES + 1)])

    assert f"more than {pdf_child.MAX_PAGES} pages" in read(data).why


def test_a_file_that_keeps_its_reader_busy_is_refused_in_time(read, monkeypatch):
    monkeypatch.setattr(pdf, "MAX_SECONDS", 0.01)
    failed = read(pdf_of(text_at(PARAGRAPH)))

    assert isinstance(failed, Failure)
    assert "took longer" in failed.why


def test_a_file_over_the_limit_is_refused(read, monkeypatch):
    monkeypatch.setattr(pdf, "MAX_PDF_BYTES", 100)

    assert "larger than" in read(pdf_of(text_at(PARAGRAPH))).why
