"""What a plain-text dump says about itself: headline, byline, date line, agency credit.

A date that the text merely mentions is not the day it was published: only lines that hold nothing but
metadata count, above the first paragraph or (with a label such as "Published") at the very end.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from index.cleaning import is_sentence
from index.dates import Stamp, believable, month_number, read_date, stamps
from index.metadata import Clue
from index.names import in_name_case, is_name
from index.outlets import agency

HEAD_LINES = 6  # lines with words; headline, byline and date stand in them, before the first paragraph
HEAD_CHARS = 5000  # characters; the first lines and their blank lines stand within them
MAX_DAYS_TO_CHANGE = timedelta(days=30)  # a dateline of another month belongs to what is reported
TAIL_LINES = 3  # lines with words; "First published: ..." may stand at the end
CREDIT_LINES = 10  # lines with words; page furniture may stand above the first paragraph
MAX_STAMP_CHARS = 160  # characters; a longer line that holds a date is a paragraph
MAX_HEADLINE_CHARS = 180  # characters; the longest headlines of wire stories are about 150
MIN_HEADLINE_WORDS = 3  # words; fewer are a section name or a label

Said = tuple[list[Stamp], list[Clue]]  # what a line of metadata says: its dates, and its byline

_PREFIX = re.compile(
    r"\s*(?:date|published(?:_at| at| on)?|pubdate)\s*[:=]?\s*(\d{4}-\d{2}-\d{2})"
    r"(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?"
    r"(?:\s*[|:\u2013—-](?=\s))?(?:\s+|$)",
    re.IGNORECASE,
)
_WIRE = re.compile(
    r"(?:[^\s(\u2013—][^(\u2013—\n]{0,60}\s)?\(([A-Za-z][\w .-]{1,24})\)\s*[-\u2013—]"
    r"|\(([A-Za-z][\w .-]{1,24})\)\s"
    r"|(?:[A-Z][\w.,' ]{0,40}\s)?(CNN(?: Business)?)\s*[—\u2013-]"
)
_CREDIT = re.compile(
    r"\(?(Associated Press|AP|Reuters|AFP) (?:writer|journalist|reporter|correspondent)s?\b.*"
    r"|(?:The )?(\S.{1,40}?) provides this news content\b.*",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"[A-Z][\w.' -]{1,40}(?:, [A-Z][\w.' -]{1,30})?,\s+"
    r"(?:(?P<month>[A-Za-z]{3,9}\.?)\s+(?P<day>\d{1,2})|(?P<day_first>\d{1,2})\s+(?P<month_last>[A-Za-z]{3,9}\.?))(?!\w)"
    r"(?:,?\s+(?P<year>(?:19|20)\d{2})\s*(?:[(/\u2013\u2014:]|-{1,2}\s)|(?!,? \d{4}\b))"
)
_BYLINE = re.compile(r"(?:(?:written |reported |story )?by)[:\s]\s*(\S.*)", re.IGNORECASE)
_BYLINE_BREAK = re.compile(r"\s*(?:[|•·;,/&]|\band\b|\s[-\u2013—]\s)\s*", re.IGNORECASE)
_AGENCY_AFTER_NAME = re.compile(r"\s+(?=(?:(?:The )?Associated Press|AP|Reuters|AFP|Bloomberg)\b)")
_ROLE = re.compile(
    r"(?:\S+\s+){0,2}(?:staff|writers?|reporters?|correspondents?|editors?|desk|bureau|service)",
    re.IGNORECASE,
)
_CREDIT_STARTS = tuple(
    f"{bracket}{name}" for bracket in ("", "(") for name in ("Associated Press", "AP ", "Reuters", "AFP ")
)
_CHANGED = ("updated", "modified")
_NOT_A_NAME = re.compile(
    r"(?:an?|all|any|early|every|last|late|next|no|now|one|the|then|th[eo]se|this|what|when"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b.*",
    re.IGNORECASE,
)
_LABEL_RANK = {"published": 0, "posted": 0, "date": 0, "": 1, "updated": 2, "modified": 2}


def lift(text: str) -> tuple[str, list[Clue]]:
    """The text without its lines of pure metadata, and what they (and the headline above it) say."""
    text, dated = _lift_prefix(text)
    lines = text.split("\n")
    with_words = [at for at, line in enumerate(lines) if line.strip()]
    found: list[Stamp] = []
    clues: list[Clue] = []
    for at, (stamped, credited) in [*_head(lines, with_words), *_tail(lines, with_words)]:
        found += stamped
        clues += credited
        lines[at] = ""
    kept = "\n".join(lines).strip()
    if "\n\n\n" in kept:
        kept = re.sub(r"\n{3,}", "\n\n", kept)
    return kept, [*dated, *_stamp_clues(found, kept), *clues, *_headline(kept)]


def _stamp_clues(found: list[Stamp], text: str) -> Iterator[Clue]:
    """The date of publication, and of a change; a dateline tells the first where only a change is dated."""
    found = sorted(found, key=lambda stamp: _LABEL_RANK[stamp.label.rsplit(maxsplit=1)[-1] if stamp.label else ""])
    changed = [stamp for stamp in found if stamp.label.endswith(_CHANGED)]
    if found and len(changed) == len(found):
        yield from _before(dateline_clues(text, changed[0].day.year), changed[0].day)
    yield from (Clue("published_at", stamp.moment or stamp.day, "text") for stamp in found)
    yield from (Clue("modified_at", stamp.moment or stamp.day, "text") for stamp in changed)


def _before(datelines: Iterator[Clue], changed: date) -> Iterator[Clue]:
    return (clue for clue in datelines if timedelta(0) <= changed - clue.value <= MAX_DAYS_TO_CHANGE)


def credit_clues(text: str) -> Iterator[Clue]:
    """The agency that a credit names: "TOKYO (AP) —" before a paragraph, or a line of its own."""
    lines = [line.strip() for line in text.split("\n") if not line.isspace()]
    lines = [line for line in lines if line]
    credits_ = (line for line in lines if line.startswith(_CREDIT_STARTS) or "provides this" in line)
    for pattern, among in ((_WIRE, lines[:CREDIT_LINES]), (_CREDIT, credits_)):
        for line in among:
            credit = pattern.match(line)
            name = agency(next(filter(None, credit.groups()))) if credit else None
            if name:
                yield Clue("source", name, "text")


def dateline_clues(text: str, year: int | None) -> Iterator[Clue]:
    """The day in a dateline such as "Tokyo, Aug 24": of the year that stands in it, else of the one given."""
    for line in _first_lines(text):
        written = _DATELINE.match(line)
        if not written or not (written["year"] or year):
            continue
        month = month_number(written["month"] or written["month_last"])
        day = int(written["day"] or written["day_first"])
        if month and (dated := believable(int(written["year"] or year or 0), month, day)):
            yield Clue("published_at", dated, "text")


def _first_lines(text: str) -> list[str]:
    return [line for line in text[:HEAD_CHARS].split("\n") if line.strip()][:HEAD_LINES]


def byline(line: str) -> list[Clue] | None:
    """The authors and agencies in "By JANE DOE, Associated Press"; None if the line is no byline."""
    written = _BYLINE.fullmatch(line)
    parts = [part for part in _BYLINE_BREAK.split(_AGENCY_AFTER_NAME.sub(", ", written[1])) if part] if written else []
    authors = [part for part in parts if not agency(part) and not _ROLE.fullmatch(part)]
    if not parts or not all(is_name(author) and not _NOT_A_NAME.fullmatch(author) for author in authors):
        return None
    clues = [Clue("source", name, "text") for part in parts if (name := agency(part))]
    names = tuple(in_name_case(author) for author in authors)
    return [Clue("authors", names, "text"), *clues] if names else clues


def _lift_prefix(text: str) -> tuple[str, list[Clue]]:
    prefix = _PREFIX.match(text)
    day = read_date(prefix[1]) if prefix else None
    if not prefix or not day:
        return text, []
    return text[prefix.end() :], [Clue("published_at", day, "text")]


def _head(lines: list[str], with_words: list[int]) -> Iterator[tuple[int, Said]]:
    for at in with_words[:HEAD_LINES]:
        line = lines[at].strip()
        if said := _metadata_line(line):
            yield at, said
        elif is_sentence(line) or len(line) > MAX_HEADLINE_CHARS:
            return


def _tail(lines: list[str], with_words: list[int]) -> Iterator[tuple[int, Said]]:
    for at in with_words[HEAD_LINES:][-TAIL_LINES:]:
        said = _metadata_line(lines[at].strip())
        if said and any(stamp.label not in {"", "date"} for stamp in said[0]):
            yield at, said


def _metadata_line(line: str) -> Said | None:
    """The dates and the byline in a line that holds nothing else."""
    if len(line) > MAX_STAMP_CHARS or line.endswith(":"):  # "Dec. 25, 2019:" heads a part of the text
        return None
    found = list(stamps(line)) if any(char.isdigit() for char in line) else []
    rest = line
    for stamp in reversed(found):
        rest = rest[: stamp.start] + rest[stamp.end :]
    rest = rest.strip(" \t|•·,;:\u2013—-()[]")
    credited = byline(rest) if rest else []
    return None if credited is None or not (found or rest) else (found, credited)


def _headline(text: str) -> Iterator[Clue]:
    first, _, rest = text.partition("\n")
    first = " ".join(first.split())
    words = [word for word in first.split() if any(char.isalpha() for char in word)]
    is_short = len(first) <= MAX_HEADLINE_CHARS and len(words) >= MIN_HEADLINE_WORDS
    has_body = any(is_sentence(line.strip()) for line in rest.split("\n"))
    if is_short and has_body and not first.endswith((".", ":", ";", ",", "…", '."', ".”")) and not first[0].islower():
        yield Clue("title", first, "text")
