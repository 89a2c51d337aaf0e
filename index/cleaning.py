"""Page furniture out of plain text, by whole lines: what is kept stays as it was, character for character."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

MAX_FURNITURE_CHARS = 400  # characters; a longer line is a paragraph of the article, whatever it starts with
MIN_TEASER_CHARS = 50  # characters before the dots; shorter ones may be a hesitation in a quotation
MAX_RELATED_HEADLINES = 10  # lines under one heading; what goes on for longer is a list of the article's own
MAX_HEADLINE_CHARS = 160  # characters; longer lines are paragraphs, whatever they end in
MIN_HEADLINE_WORDS = 4  # words; shorter lines under "Related" are subheadings of the article that goes on
MAX_QUESTION_CHARS = 100  # characters; headlines may end in "?" or "!", and are shorter than paragraphs
MIN_SENTENCE_WORDS = 5  # words; a closing full stop after fewer may be an abbreviation in a headline

_BUTTON = re.compile(
    r"""(?:open\ in\ (?:the\ )?app|e-?paper|share(?:\ (?:this|via|on|to)\b.{0,40})?|subscribe(?:\ now)?
    |sign\ (?:in|up)|log\ ?in|register|advertise?ment(?:\ -\ .{0,40})?|skip\ (?:ad|to\ .{0,30})|menu|search
    |print|e-?mail|comments?|save|listen|bookmark|copy\ link|follow(?:\ us)?
    |(?:click\ here\ to\ )?read\ (?:more|also|next)
    |also\ read|back\ to\ (?:the\ )?top|show\ all(?:\ \d+)?|view\ (?:all|gallery|comments)|load\ more
    |see\ more|download\ (?:the\ |our\ )?app|get\ (?:the\ |our\ )?app|facebook|twitter|whatsapp
    |telegram|linkedin|instagram|accept(?:\ all)?(?:\ cookies)?
    |cookie\ (?:policy|settings|preferences)|privacy\ policy|terms\ of\ (?:use|service)
    |\(?(?:(?:read|click)\ (?:more|it)?\ ?)here\)?)[\s.:!»>…]*""",
    re.IGNORECASE | re.VERBOSE,
)
_NAVIGATION = re.compile(
    r"""(?:home|news|latest(?:\ news)?|top\ news|city|cities|world|nation|national|international|india|asia
    |europe|politics|business|economy|markets?|sports?|other\ sports|opinion|entertainment|culture
    |life\ ?style|tech(?:nology)?|science|health|education|photos?|videos?|live(?:\ tv)?|podcasts?
    |weather|e-?paper|more|edition|language
    )(?:\s*[|/>»\u203a·•]\s*\S.{0,60})?""",
    re.IGNORECASE | re.VERBOSE,
)
_NOTICE = re.compile(
    r"""(?:(?:we|this\ (?:web)?site|our\ (?:web)?site)\ uses?\ cookies\b|by\ continuing\ to\ (?:use|browse)\b
    |please\ (?:read\ our\ comment(?:s|ing)?\ policy|enable\ (?:javascript|cookies)|disable\ your\ ad)
    |(?:sign\ up|subscribe)\ (?:for|to|here|today|now)\b.{0,120}\b(?:newsletters?|inbox|channel|app|alerts)\b
    |subscribe\ to\ (?:our|the)\b|get\ .{0,60}\bin\ your\ inbox\b|join\ our\ (?:whatsapp|telegram|newsletter)
    |(?:follow|like|join)\ us\ on\b|(?:click|tap)\ here\ (?:to|for)\b.{0,100}$
    |download\ (?:our|the)\ .{0,40}\bapp\b.{0,30}$
    |support\ (?:local|our|independent)\ journalism|(?:legal\ )?disclaimer\s*:
    |(?:©|\(c\)|copyright)\ .{0,40}\b(?:1[89]|20)\d\d\b|all\ rights\ reserved\b
    |.{1,60}\ provides\ this\ news\ content\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_CREDIT = re.compile(
    r"""(?:[^.]{0,80}\b(?:writers?|reporters?|journalists?|correspondents?|staff)\b.{0,250}\bcontributed\b
    \s(?:reporting|to\ th(?:is|e)\ (?:report|story|article|piece)).{0,60}
    |(?:additional\ )?reporting\ by\ .{1,250}\bediting\ by\ .{1,100}|\(reporting\ by\ .{1,300}\)
    |(?:additional\ )?reporting\ by\ (?-i:[A-Z]\S*)(?:\s(?-i:and|in|[A-Z]\S*)){1,30}
    |\(?with\ (?:agency\ )?inputs?\ from\ .{1,80}
    |contributing:\ .{1,120}|(?:photo|image|picture)\ (?:credit|courtesy)s?\b.{0,120}
    |from\ .{1,60}\ wire\ reports)""",
    re.IGNORECASE | re.VERBOSE,
)
_DISCLAIMER_HEADING = re.compile(r"(?:legal )?disclaimer\s*:?", re.IGNORECASE)
_RELATED_HEADING = re.compile(
    r"""(?:[\w&]+\ ){0,2}?(?:re(?:la|al)ted|recommended|trending|popular|most\ read|top|latest|more|other)
    (?:\ [\w&]+)?\ (?:stories|story|articles|posts|headlines|reads|videos|links|coverage|topics)\s*:?
    |(?:recommended\ for\ you|you\ (?:may|might)\ (?:also\ )?like|most\ (?:read|popular|viewed)
    |trending\ now)\s*:?
    |(?:related|read\ (?:more|also|next)|also\ read)\s*:""",
    re.IGNORECASE | re.VERBOSE,
)
_SEPARATOR = re.compile(r"[_\-\u2013—*=~•·.#]{2,}")
_HEADLINE = re.compile(r"[^\s(\-\u2013—\u2212](?:.*[^:.…\s])?")  # no byline, no time in brackets, no full stop
_SENTENCE_END = re.compile(r"[.!?…][\"'”\u2019»)\]]*$")
_QUESTION_END = re.compile(r"[!?][\"'”\u2019»)\]]*$")


def clean(text: str) -> str:
    """The lines of `text` that belong to the article, verbatim; runs of blank lines become one."""
    lines: Iterable[str] = text.split("\n")
    for without in (_without_top_navigation, _without_disclaimers, _without_related, _without_teasers):
        lines = without(list(lines))
    return "\n".join(_blank_runs_collapsed(line for line in lines if not _is_furniture(line.strip())))


def is_sentence(line: str) -> bool:
    """Whether a line ends as a sentence of running text does, and not as a headline or a label."""
    if not _SENTENCE_END.search(line) or len(line.split()) < MIN_SENTENCE_WORDS:
        return False
    return len(line) >= MAX_QUESTION_CHARS or not _QUESTION_END.search(line)


def _is_furniture(line: str) -> bool:
    if len(line) > MAX_FURNITURE_CHARS:
        return False
    whole = (_BUTTON, _CREDIT, _SEPARATOR)
    return any(pattern.fullmatch(line) for pattern in whole) or bool(_NOTICE.match(line))


def _without_top_navigation(lines: list[str]) -> list[str]:
    start = next((at for at, line in enumerate(lines) if not _is_navigation(line.strip())), len(lines))
    return lines[start:]


def _is_navigation(line: str) -> bool:
    return not line or bool(_NAVIGATION.fullmatch(line)) or bool(_BUTTON.fullmatch(line))


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
        stripped = line.strip()
        if _RELATED_HEADING.fullmatch(stripped):
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
    whole = sorted({line.strip() for line in lines if not _stem(line)})
    for line in lines:
        stem = _stem(line)
        at = bisect_left(whole, stem)
        if not stem or at == len(whole) or not whole[at].startswith(stem):
            yield line


def _stem(line: str) -> str:
    stripped = line.strip()
    if not stripped.endswith(("...", "…")):
        return ""
    stem = stripped.rstrip(".… ")
    return stem if len(stem) >= MIN_TEASER_CHARS else ""


def _blank_runs_collapsed(lines: Iterable[str]) -> Iterator[str]:
    held: str | None = None
    started = False
    for line in lines:
        if not line.strip():
            held = line if held is None else held
            continue
        if started and held is not None:
            yield held
        held, started = None, True
        yield line
