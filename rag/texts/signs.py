"""A text with its signs, shares and multiples in words and digits: "a quarter" as "25 percent", "twice" "2 times"."""

import re

from rag.texts.figures import in_words

_FRACTIONS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_SHARE = re.compile(
    r"(?<!first )(?<!second )(?<!third )(?<!fourth )\b(?:(?P<count>a|one|two|three|four|five|nine)[ -])?"
    r"(?P<part>half|third|quarter|fifth|sixth|eighth|tenth)s?\b(?!-|[ -](?:an? )?(?:hundred|thousand|million|billion)|"
    r" of an? (?:hundred|thousand|million|billion)|[ -]time|[ -]final|[ -](?:year|century)|s? of 20)",
    re.IGNORECASE,
)
_OUT_OF = re.compile(
    r"\b(one|two|three|four|nine|\d{1,2}) (?:in|out of)(?: every)?"
    r" (two|three|four|five|six|eight|ten|\d{1,3})\b(?![,.]\d)",
    re.IGNORECASE,
)
_REWRITTEN = (
    (re.compile(r"\bUS(?= ?\$)|\bUS (?=dollars?\b)"), ""),
    (re.compile(r"\bRs\.? ?(?=\d)"), "rupee "),
    (re.compile(r"\ba decade\b", re.I), "10 years"),
    (re.compile(r"\ba century\b", re.I), "100 years"),
    (re.compile(r"\ba fortnight\b", re.I), "2 weeks"),
    (re.compile(r"\bhat[- ]trick\b", re.I), "3 times"),
    (re.compile(r"\b(?:twice|doubl(?:e[ds]?|ing))\b", re.I), "2 times"),
    (re.compile(r"\b(?:tripl(?:e[ds]?|ing)|thrice)\b", re.I), "3 times"),
    (re.compile(r"\bhalv(?:e[ds]?|ing)\b", re.I), "0.5 times"),
)
SMALL = {word: n for n, word in enumerate("a one two three four five six seven eight nine ten".split())}
_SHOWN = (
    (re.compile(r" andahalf\b"), " and a half"),
    (re.compile(r" percent(?![a-z])"), "%"),
    (re.compile(r"\bdollar (?=\d)"), "$"),
    (re.compile(r"\beuro (?=\d)"), "€"),
    (re.compile(r"\bpound (?=\d)"), "£"),
    (re.compile(r"\byen (?=\d)"), "¥"),
    (re.compile(r" degree (?=[CF])"), "°"),
    (re.compile(r"^33\.3333%"), "a third"),
    (re.compile(r"^66\.6667%"), "two thirds"),
)


def signs_in_words(text: str) -> str:
    """The plain text with shares, multiples and the signs of units as words and digits."""
    text = re.sub(r"\bno[ -]one\b", "nobody", text, flags=re.IGNORECASE)
    text = _OUT_OF.sub(_rate, text)
    text = _SHARE.sub(_share, text)
    for pattern, words in _REWRITTEN:
        text = pattern.sub(words, text)
    return in_words(text)


def _rate(match: re.Match[str]) -> str:
    count, whole = (int(SMALL.get(word.lower(), 0) or word) for word in match.groups())
    return _percent(count, whole) if count < whole else match.group()


def _share(match: re.Match[str]) -> str:
    part = _FRACTIONS[match["part"].lower()]
    if not match["count"] and part != _FRACTIONS["half"]:
        return match.group()
    count = SMALL[(match["count"] or "a").lower()] or 1
    is_added = part == _FRACTIONS["half"] and re.search(r"\band\s+$", match.string[: match.start()])  # "two and a half"
    return _percent(count, part) if count < part and not is_added else match.group()


def _percent(count: int, whole: int) -> str:
    return f"{100 * count / whole:.6g} percent"


def as_shown(said: str) -> str:
    """A piece of such a text as people write it."""
    for pattern, sign in _SHOWN:
        said = pattern.sub(sign, said)
    return " ".join(said.split())
