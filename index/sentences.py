"""Text in, sentences out, as spans that lose nothing: together they are the text again."""
# ruff: noqa: RUF001 - quotation marks and stops that look like others are what this file is about

import re
from typing import Final, NamedTuple


class Span(NamedTuple):
    """A slice of a text: `text[start:end]`."""

    start: int
    end: int


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Before a name: the stop after one of these never ends a sentence.
TITLES: Final = _words(
    """Mr Mrs Ms Mx Dr Drs Prof Sen Sens Rep Reps Gov Govs Gen Lt Col Capt Sgt Maj Adm Cmdr Cpl Pvt Brig Rev
    Hon Pres Messrs Mme Mlle Msgr Amb Supt Det Insp Atty Mt Ft vs cf viz e.g i.e"""
)
# Before a number: the stop is part of "No. 5" or "Jan. 5", and a full stop elsewhere.
BEFORE_NUMBERS: Final = _words(
    """No Nos Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec p pp Fig fig Vol vol Art Sec Ch ch approx ca
    est Est ext Rs Op"""
)
# At the end of a name: the stop ends the sentence too where the next word is one that starts sentences.
AFTER_NAMES: Final = _words(
    """Inc Ltd Co Corp Bros Cos Plc LLC Jr Sr St Ave Blvd Rd Dept Univ Assn Dist Calif Conn Fla Ill Mich Minn
    Pa Tenn Va Wis Ariz Colo Ala Ark Ga Ky Md Mo Neb Nev Okla Ore Ph.D al"""
)
TIMES: Final = _words("a.m p.m A.M P.M")
# After "5 p.m." these go on with the same time.
AFTER_TIMES: Final = _words(
    """Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun
    January February March April May June July August September October November December
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec ET EST EDT CT CST CDT MT MST MDT PT PST PDT GMT UTC BST
    CET CEST JST KST IST AEST AEDT Eastern Central Mountain Pacific Local"""
)
EXCLAIMED_NAMES: Final = _words("Yahoo Jeopardy Yum Wham Oklahoma Rouge Mia E Ahoy Oliver")
# Words that start sentences, and hardly ever follow an abbreviation inside one.
STARTERS: Final = _words(
    """The A An He She It They We I You This That These Those There Here In On At By For From With To Of As If
    But And Or So Yet Nor When While After Before Since Because Although Though Despite During Until
    Once Where What Why How Who Whether However Meanwhile Moreover Still Also Then Now Instead Earlier
    Later Last His Her Its Their Our My Your Some Many Most Several Both Such Another Other Others Even
    Not Only Just Officials Police Authorities Critics Experts Analysts Researchers Shares Stocks
    Investors Asked According Per Speaking It's He's She's They're We're I'm That's There's"""
)
SPEECH_VERBS: Final = "said|says|asked|asks|told|added|wrote|tweeted|posted|replied|shouted|joked|exclaimed|recalled"

_LINE_ENDS: Final = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_STOPS: Final = ".!?…"
_UNSPACED_STOPS: Final = "。！？｡।॥۔؟"  # of scripts that have no capitals, or no space, after them
_CLOSERS: Final = "\"'”’»)\\]"
# Each alternative starts only at the first of a run and gives nothing back, so that a megabyte of dots takes
# linear time. A stop may be spaced (". . ."), and carry a footnote's number ("[1]").
_CANDIDATE: Final = re.compile(
    rf"""
    [{_LINE_ENDS}]\s*+
    | (?P<stop>[{_STOPS}](?<![{_STOPS}].)(?<![{_STOPS}]\x20.)(?:\x20?[{_STOPS}])*+)
      (?P<close>[{_CLOSERS}]*+(?:\[\d{{1,3}}\])*+)(?P<space>\s++)
    | [{_UNSPACED_STOPS}](?<![{_UNSPACED_STOPS}].)[{_UNSPACED_STOPS}]*+[{_CLOSERS}」』）】》]*+\s*+(?!と)
    """,
    re.VERBOSE,
)
LINE_BREAK: Final = re.compile(rf"[{_LINE_ENDS}]\s*+")
_WORD_BEFORE: Final = re.compile(r"[^\W_](?:[\w'’]|\.(?=\w))*\Z")
_AFTER: Final = re.compile(r"(?P<opening>[\"'“‘«(\[¿¡–—-]*+)\s*+(?P<word>[^\W\d_](?:['’]?\w)*)?(?P<symbol>\S?)")
_INITIALS: Final = re.compile(r"(?![IX]\Z)(?:[^\W\d_]\.)*[^\W\d_]")  # "than I.", "World War I.", "on X."
_LIST_MARKER: Final = re.compile(r"\(?(?:\d{1,2}|[A-Za-z])")
_NAME_THAT_SPEAKS: Final = re.compile(rf"(?:[A-Z][\w.'’-]*\s+){{1,4}}(?:{SPEECH_VERBS})\b")
_QUOTES: Final = frozenset("\"'”’»")
_OPENING_QUOTES: Final = frozenset('"“«')
_DASHES: Final = frozenset("–—-")
_BRACKETS: Final = frozenset(")]")
_CONTINUING: Final = frozenset(".,;:%&/")  # after a stop, these go on with its sentence
_WORD_REACH: Final = 24  # characters looked at on either side; no abbreviation or starter is longer
_NAME_REACH: Final = 80  # characters; four words of a name, and the verb


def sentence_spans(text: str) -> list[Span]:
    """Spans of the sentences, contiguous from 0 to the end; white space belongs to the span before it."""
    spans: list[Span] = []
    start = 0
    first_word = len(text) - len(text.lstrip())  # white space before it has no span to belong to
    for match in _CANDIDATE.finditer(text, first_word):
        end = match.end()
        if end < len(text) and _ends_sentence(text, start, match):
            spans.append(Span(start, end))
            start = end
    if start < len(text):
        spans.append(Span(start, len(text)))
    return spans


def trimmed(text: str, span: Span) -> Span:
    """The span without the white space around it; empty, at its start, where there is nothing else."""
    piece = text[span.start : span.end]
    words = piece.strip()
    start = span.start + (len(piece) - len(piece.lstrip()) if words else 0)
    return Span(start, start + len(words))


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    if match["stop"] is None or LINE_BREAK.search(match["space"]):
        return True
    after = _AFTER.match(text, match.end(), match.end() + _WORD_REACH)
    if after is None or _goes_on(after) or _LIST_MARKER.fullmatch(text, start, match.start()):
        return False
    found = _WORD_BEFORE.search(text, max(start, match.start() - _WORD_REACH), match.start())
    before, starts = found[0] if found else "", _starts_sentence(after)
    if match["stop"] == ".":
        return _full_stop_ends(before, after["word"] or after["symbol"], starts)
    if "!" in match["stop"] or "?" in match["stop"]:
        return starts or not _is_spoken_on(text, match, before)
    return starts or not _is_gap(text, match)


def _goes_on(after: re.Match[str]) -> bool:
    return after["word"].islower() if after["word"] else after["symbol"] in _CONTINUING


def _starts_sentence(after: re.Match[str]) -> bool:
    """Whether what follows starts a sentence even after an abbreviation."""
    if not _DASHES.isdisjoint(after["opening"]):
        return False  # "WASHINGTON, D.C. - The", "Biden Jr. - 88 votes"
    is_starter = after["word"] in STARTERS and after["symbol"] != "."  # "A." is an initial
    return is_starter or not _OPENING_QUOTES.isdisjoint(after["opening"])


def _full_stop_ends(before: str, after: str, starts: bool) -> bool:
    """Whether a full stop between these words is more than the mark of an abbreviation."""
    if before in TITLES:
        return False
    if before in TIMES:
        return after not in AFTER_TIMES
    if after.isdigit():
        return not (before in BEFORE_NUMBERS or before in AFTER_NAMES or _INITIALS.fullmatch(before))
    if before in AFTER_NAMES or _INITIALS.fullmatch(before):
        return starts
    return True


def _is_spoken_on(text: str, match: re.Match[str], before: str) -> bool:
    """Whether "?" or "!" stands in a name, or ends a quotation whose speaker is named next."""
    if not _QUOTES.isdisjoint(match["close"]):
        return _NAME_THAT_SPEAKS.match(text, match.end(), match.end() + _NAME_REACH) is not None
    return before in EXCLAIMED_NAMES


def _is_gap(text: str, match: re.Match[str]) -> bool:
    """Whether an ellipsis marks words left out ("the view that ... Korea", "[...]")."""
    return text[match.start() - 1 : match.start()].isspace() or not _BRACKETS.isdisjoint(match["close"])
