"""The bytes of a PDF file in, its article out: lines joined to paragraphs, headings and page numbers of pages gone."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import IO, Any, NamedTuple

from index import pdf_child
from index.dates import believable
from index.decoding import RejectedError, tidy
from index.documents import Document, Item, limited
from index.metadata import Clue
from index.pdf_child import MAX_PAGES
from index.records import MIN_NAME_WORDS, split_names

MAX_PDF_BYTES = 100_000_000  # bytes; a newspaper with all its pictures has 30 million
MAX_SECONDS = 30.0  # for all pages; a newspaper of 100 pages takes 2
MIN_LETTERS = 30  # letters in all pages; fewer are a stamp on a scan
PAGE_EDGE_LINES = 3  # lines at the top and the bottom of a page, where headings and numbers of pages stand
MIN_REPEATS = 2  # pages with the same line at their edge
PARAGRAPH_GAP = 0.4  # of a line's height, beyond the usual gap between lines; paragraphs are mostly a line apart
INDENT = 0.5  # of a line's height; first lines are indented by one to two
SHORT_LINE = 0.2  # of the column's width left empty after a full stop; ragged text leaves up to a word's width
HEADING_LINE = 0.4  # of the column's width left empty without one; in narrow columns a long word leaves that much
OTHER_SIZE = 1.15  # times the height of a line; headings are 1.2 times that of text and more
HEADLINE_SIZE = 1.25  # times the usual height of a line
MAX_HEADLINE_CHARS = 200  # characters; the longest headlines have about 150
MIN_HEADLINE_WORDS = 3  # words; fewer are a section or the newspaper's name

# A word at the end of a line, as pdfium joins it with U+FFFE for the hyphen, or leaves it.
_CUT = re.compile(r"(\w{2,})(?:[\ufffe\u00ad]|-\n(?=[^\W\d_A-Z]))(\w+)")
_HYPHENATED = re.compile(r"\w+-\w+")
_SENTENCE_END = re.compile(r"[.!?:…。！？][\"'”\u2019»)\]]*$")
_NUMBER = re.compile(r"\d+")
_LETTER = re.compile(r"[^\W\d_]")
_MADE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_BROWSER = re.compile(r"chrom|mozilla|safari|skia|quartz|webkit|print to pdf|\bqt\b", re.IGNORECASE)
_FILE_NAME = re.compile(r"\.[a-z]{2,5}$|^microsoft \w+ - |^(?:\W*untitled|\W*unspecified|\W*anonymous)", re.IGNORECASE)


class Line(NamedTuple):
    """A line, and where it stands: points, 72 an inch, from the page's left and bottom."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    size: float
    text: str


def read_pdf(stream: IO[bytes], _packed: Callable[[], int]) -> Iterator[Item]:
    """The one document of a PDF file.

    Raises:
        RejectedError: it is damaged, encrypted, a scan, or too much in any way.
    """
    data = limited(stream, MAX_PDF_BYTES, "save the article's text as .txt")
    if not data.strip():
        yield Item(Document("", []))
        return
    said = _extracted(data)
    lines = _without_edges([Line(*line) for line in said["lines"]])
    if sum(len(_LETTER.findall(line.text)) for line in lines) < MIN_LETTERS:
        raise RejectedError(
            "no text in the PDF, a scan perhaps", "let OCR read it (ocrmypdf), or save its text as .txt"
        )
    text = "\n".join(_unhyphenated(_paragraphs(lines)))
    about = {name: " ".join(tidy(value).split()) for name, value in said["about"].items()}
    yield Item(Document(text, list(_title(lines, about)), fallback=list(_about(about))))


def _extracted(data: bytes) -> dict[str, Any]:
    """What the reader in a process of its own says of the file."""
    command = [sys.executable, "-P", str(Path(pdf_child.__file__))]
    try:
        ended = subprocess.run(command, input=data, capture_output=True, timeout=MAX_SECONDS, check=False)  # noqa: S603
        said: dict[str, Any] = json.loads(ended.stdout) if ended.returncode == 0 else {"error": "damaged"}
    except subprocess.TimeoutExpired as error:
        raise RejectedError(f"took longer than {MAX_SECONDS:.0f} s", "save the article's text as .txt") from error
    if "error" not in said:
        return said
    raise {
        "password": RejectedError("encrypted", "save it without a password"),
        "pages": RejectedError(f"more than {MAX_PAGES} pages", "save the pages of the article alone"),
    }.get(said["error"], RejectedError("damaged, or no PDF", "download it again, or save the article's text as .txt"))


def _without_edges(lines: list[Line]) -> list[Line]:
    """The lines but for those that stand at the edge of several pages, whatever numbers they hold."""
    edges: list[Line] = []
    for page in {line.page: None for line in lines}:
        own = sorted((line for line in lines if line.page == page), key=lambda line: -line.top)
        edges += {*own[:PAGE_EDGE_LINES], *own[-PAGE_EDGE_LINES:]}
    seen = Counter(key for _, key in {(line.page, _edge(line)) for line in edges})
    repeated = {line for line in edges if seen[_edge(line)] >= MIN_REPEATS}
    return [line for line in lines if line not in repeated]


def _edge(line: Line) -> tuple[str, int]:
    """What the lines at the same edge of several pages have in common."""
    return _NUMBER.sub("0", line.text), round(line.top)


def _paragraphs(lines: Sequence[Line]) -> Iterator[str]:
    """The text of the lines, those of one paragraph joined."""
    gaps = [one.bottom - other.top for one, other in pairwise(lines) if one.page == other.page and one.top > other.top]
    usual_gap = median(gaps) if gaps else 0.0
    widths = _column_widths(lines)
    paragraph = ""
    for before, line in zip([None, *lines], lines, strict=False):
        if before and not _is_new(before, line, usual_gap, widths[before.page, round(before.left / 10)]):
            paragraph = f"{paragraph}\n{line.text}"
            continue
        if paragraph:
            yield paragraph
        paragraph = line.text
    if paragraph:
        yield paragraph


def _column_widths(lines: Iterable[Line]) -> dict[tuple[int, int], float]:
    widths: dict[tuple[int, int], float] = {}
    for line in lines:
        key = line.page, round(line.left / 10)
        widths[key] = max(widths.get(key, 0.0), line.right)
    return widths


def _is_new(before: Line, line: Line, usual_gap: float, column_right: float) -> bool:
    """Whether a line begins a paragraph."""
    if max(before.size, line.size) > OTHER_SIZE * min(before.size, line.size):
        return True
    ends = bool(_SENTENCE_END.search(before.text))
    if line.page != before.page or line.top > before.top:  # the next column or page
        return ends and not line.text[0].islower()
    if before.bottom - line.top > usual_gap + PARAGRAPH_GAP * line.size:
        return True
    if line.left - before.left > INDENT * line.size and before.left < line.left < before.right:
        return True
    room = (column_right - before.right) / max(1.0, column_right - before.left)
    return room > (SHORT_LINE if ends else HEADING_LINE)


def _unhyphenated(paragraphs: Iterable[str]) -> Iterator[str]:
    """Each paragraph on one line; a word that was cut in two is one again, and keeps a hyphen that it has elsewhere."""
    each = list(paragraphs)
    hyphenated = {word.lower() for text in each for word in _HYPHENATED.findall(text)}

    def mended(cut: re.Match[str]) -> str:
        with_hyphen = f"{cut[1]}-{cut[2]}"
        return with_hyphen if with_hyphen.lower() in hyphenated else cut[1] + cut[2]

    for text in each:
        yield _CUT.sub(mended, text).replace("\n", " ")


def _title(lines: Sequence[Line], about: Mapping[str, str]) -> Iterator[Clue]:
    """The title that the file gives, if it has it on its first page; else its largest line there."""
    first = [line for line in lines if line.page == lines[0].page]
    named = about.get("Title", "")
    is_good = len(named.split()) >= MIN_HEADLINE_WORDS and not _FILE_NAME.search(named)
    if is_good and named.casefold() in " ".join(line.text for line in first).casefold():
        yield Clue("title", named, "metadata")
        return
    largest = max(line.size for line in first)
    if largest >= HEADLINE_SIZE * median(line.size for line in lines):
        headline = " ".join(line.text for line in first if line.size > largest / OTHER_SIZE)
        if len(headline) <= MAX_HEADLINE_CHARS and len(headline.split()) >= MIN_HEADLINE_WORDS:
            yield Clue("title", headline, "text")
            return
    if is_good:
        yield Clue("title", named, "metadata")


def _about(about: Mapping[str, str]) -> Iterator[Clue]:
    """What the file says of itself that its text knows better: a name of whoever set it, the day it was made."""
    author = about.get("Author", "")
    if len(author.split()) >= MIN_NAME_WORDS and not _FILE_NAME.search(author):
        yield Clue("authors", tuple(split_names(author)), "metadata")
    made = _MADE.match(about.get("CreationDate", ""))
    # A browser makes the file on the day that somebody prints the page.
    if made and not _BROWSER.search(f"{about.get('Creator', '')} {about.get('Producer', '')}"):
        day = believable(*(int(part) for part in made.groups()))
        if day:
            yield Clue("published_at", day, "metadata")
