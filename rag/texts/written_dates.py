"""How news writes days, months and years, as expressions; and a text without its days and months."""

import re

ORDINAL = r"(?:st|nd|rd|th)?"
JOIN = r"\s*(?:-|/|,|&|\bto\b|\band\b|\bor\b|\bthrough\b|\buntil\b)\s*"
LATER_DAYS = rf"(?:{JOIN}\d{{1,2}}{ORDINAL}(?!\d)){{0,4}}"  # "29-30 September"
EARLIER_DAYS = rf"(?:\d{{1,2}}{ORDINAL}{JOIN.replace(',|', '')}){{0,4}}"  # "September 29-30"
YEAR = r"(?:[\s,/-]+(?:(?:of|in)\s+)?(?P<year>(?:1\d|20)\d\d)(?![.,]?\d))?"
NO_MORE_DIGITS = r"(?![.,:]?\d)"
# "May" and "March" are words too, so these must have their capital.
MONTHS = (
    r"(?:January|Jan\b\.?)",
    r"(?:February|Feb\b\.?)",
    r"(?-i:March|MARCH|Mar\b\.?)",
    r"(?:April|Apr\b\.?)",
    r"(?-i:May|MAY)",
    r"(?:June|Jun\b\.?)",
    r"(?:July|Jul\b\.?)",
    r"(?:August|Aug\b\.?)",
    r"(?:September|Sept?\b\.?)",
    r"(?:October|Oct\b\.?)",
    r"(?:November|Nov\b\.?)",
    r"(?:December|Dec\b\.?)",
)
ANY_MONTH = f"(?:{'|'.join(MONTHS)})"
_A_DATE = re.compile(
    rf"(?<![\d.,])\d{{1,2}}{ORDINAL}{LATER_DAYS}(?:\s+(?:of\s+)?|-){ANY_MONTH}(?!\w)"
    rf"|\b{ANY_MONTH}\s+(?:the\s+)?{EARLIER_DAYS}\d{{1,2}}{ORDINAL}\b{NO_MORE_DIGITS}"
    r"|\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b|\b\d{1,2}([/.-])\d{1,2}\1\d{4}\b|\b\d{1,2}/\d{1,2}/\d\d\b",
    re.IGNORECASE,
)
_DAY_OR_MONTH = re.compile(rf"(?<!\d)\d{{1,2}}{ORDINAL}(?!\d)")
_SEASON = re.compile(r"\b((?:1[89]|20)\d\d)[-/]\d\d\b(?!-)")  # "the 2024-25 season"


def without_days(text: str) -> str:
    """The text with the days and months of its dates blanked out, so that they are no figures; years stay."""
    blanked = _A_DATE.sub(lambda match: _DAY_OR_MONTH.sub("_", match.group()), text)
    return _SEASON.sub(r"\1", blanked)
