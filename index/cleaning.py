"""Page furniture out of plain text, by whole lines: what is kept stays as it was, character for character."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from index.furniture import is_furniture, is_navigation, is_related_heading

MIN_TEASER_CHARS = 50  # characters before the dots; shorter ones may be a hesitation in a quotation
MAX_RELATED_HEADLINES = 10  # lines under one heading; what goes on for longer is a list of the article's own
MAX_HEADING_CHARS = 60  # characters, with blanks around it; "You may also like: " and its kind have half of that
MAX_HEADLINE_CHARS = 160  # characters; longer lines are paragraphs, whatever they end in
MIN_HEADLINE_WORDS = 4  # words; shorter lines under "Related" are subheadings of the article that goes on
MAX_QUESTION_CHARS = 100  # characters; headlines may end in "?" or "!", and are shorter than paragraphs
MIN_SENTENCE_WORDS = 5  # words; a closing full stop after fewer may be an abbreviation in a headline

_DISCLAIMER_HEADING = re.compile(r"(?:legal )?disclaimer\s*:?", re.IGNORECASE)
_HEADLINE = re.compile(r"[^\s(\-\u2013—\u2212](?:.*[^:.…\s])?")  # no byline, no time in brackets, no full stop
_SENTENCE_END = re.compile(r"[.!?…][\"'”\u2019»)\]]*$")
_QUESTION_END = re.compile(r"[!?][\"'”\u2019»)\]]*$")


def clean(text: str) -> str:
    """The lines of `text` that belong to the article, verbatim; runs of blank lines become one."""
    lines = _without_top_navigation(text.split("\n"))
    if "isclaimer" in text or "DISCLAIMER" in text:
        lines = list(_without_disclaimers(lines))
    lines = list(_without_related(lines))
    if "..." in text or "…" in text:
        lines = list(_without_teasers(lines))
    kept = [line for line in lines if not (stripped := line.strip()) or not is_furniture(stripped)]
    return "\n".join(_blank_runs_collapsed(kept))


def is_sentence(line: str) -> bool:
    """Whether a line ends as a sentence of running text does, and not as a headline or a label."""
    if not _SENTENCE_END.search(line) or len(line.split()) < MIN_SENTENCE_WORDS:
        return False
    return len(line) >= MAX_QUESTION_CHARS or not _QUESTION_END.search(line)


def _without_top_navigation(lines: list[str]) -> list[str]:
    start = next((at for at, line in enumerate(lines) if not is_navigation(line.strip())), len(lines))
    return lines[start:]


def _without_disclaimers(lines: list[str]) -> Iterator[str]:
    """A heading "Disclaimer" goes with the one paragraph under it."""
    under_heading = False
    for line in lines:
        if _DISCLAIMER_HEADING.fullmatch(line.strip()):
            under_heading = True
        elif not under_heading or not line.strip():
            yield line
        else:
            under_heading = False


def _without_related(lines: list[str]) -> Iterator[str]:
    """A heading such as "Related Stories" goes with the headlines under it, up to whatever is no headline."""
    left = 0
    for line in lines:
        if not left and len(line) > MAX_HEADING_CHARS:
            yield line
            continue
        stripped = line.strip()
        if is_related_heading(stripped):
            left = MAX_RELATED_HEADLINES
        elif left and stripped and _is_headline(stripped):
            left -= 1
        else:
            left = left if not stripped else 0
            yield line


def _is_headline(line: str) -> bool:
    if len(line) > MAX_HEADLINE_CHARS or len(line.split()) < MIN_HEADLINE_WORDS:
        return False
    return bool(_HEADLINE.fullmatch(line)) and not line.rstrip("\"'”\u2019»)]").endswith((".", "…"))


def _without_teasers(lines: list[str]) -> Iterator[str]:
    """A line cut off with dots goes if another line has the whole of it."""
    stems = {line: stem for line in lines if "…" in line or "..." in line if (stem := _stem(line))}
    whole = sorted({line.strip() for line in lines if line not in stems}) if stems else []
    for line in lines:
        stem = stems.get(line, "")
        at = bisect_left(whole, stem) if stem else 0
        if not stem or at == len(whole) or not whole[at].startswith(stem):
            yield line


def _stem(line: str) -> str:
    stripped = line.strip()
    if not stripped.endswith(("...", "…")):
        return ""
    stem = stripped.rstrip(".… ")
    return stem if len(stem) >= MIN_TEASER_CHARS else ""


def _blank_runs_collapsed(lines: list[str]) -> Iterator[str]:
    """The lines, of each run of blank ones the first, and none at the beginning and the end."""
    held: str | None = None
    started = False
    for line in lines:
        if not line or line.isspace():
            held = line if held is None else held
            continue
        if started and held is not None:
            yield held
        held, started = None, True
        yield line
