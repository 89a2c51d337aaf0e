"""The character set of bytes that neither say it nor are UTF-8: by its letters."""

import re

SAMPLE_BYTES = 16_384  # bytes with some of the letters in question; more changed no decision, and takes longer
MAX_WESTERN_SHARE = 0.25  # of all letters: accents make up to 15 % of a Czech text, Greek or Russian has over 90 %
MIN_KANA_SHARE = 0.2  # of the characters; Japanese prose has 40 to 60 %, Chinese and Korean none
WESTERN = ("cp1252", "cp1254", "cp1250", "iso8859_2", "cp1257")  # the first of equals wins
ELSEWHERE = [
    *("cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "tis_620"),
    *("shift_jis", "cp932", "euc_kr", "cp949", "gb18030", "big5"),
]
# The letters beyond a to z that belong together, a language or several like ones each.
ALPHABETS = [
    frozenset(letters + letters.upper())
    for letters in (
        "àâæçéèêëîïôœùûüÿ|äöüß|áéíñóúü|áàâãçéêíóôõúü|àèéìíòóùú|åäöé|åæøéó|áæéíðóöúþý|éëïóöü|çğıöşüâîû"
        "|ąćęłńóśźż|áčďéěíňóřšťúůýž|áäčďéíĺľňóôŕšťúýž|áéíóöőúüű|čćđšž|ăâîșşțţ|āčēģīķļņšūž|ąčęėįšųūž|äõöüšž"
    ).split("|")
]

_HIGH = re.compile(rb"[\x80-\xff]")
_ASCII_LETTER = re.compile(rb"[A-Za-z]")
_TAG = re.compile(rb"<[^>]{0,2000}>")
_BETWEEN_LETTERS = re.compile("(?<=[a-z])[¡¿ªº½²³¹§°](?=[a-z])")  # another character set's letters, read as signs
_SIGN = re.compile("[“”‘’\u201a„«»–—…•€£©®·\u00a0\u00ad¡¿ªº½²³¹§°]")
_KANA = re.compile("[\u3041-\u30ff]")


def guessed(data: bytes) -> str:
    """The codec that these bytes, not UTF-8, were most likely written with; Windows-1252 where nothing tells."""
    sample = _sample(data)
    high, plain = len(_HIGH.findall(sample)), len(_ASCII_LETTER.findall(sample))
    if high <= MAX_WESTERN_SHARE * (high + plain):
        return max(WESTERN, key=lambda codec: _fit(sample, codec))
    if _kana_share(sample) >= MIN_KANA_SHARE:
        return "euc_jp"
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=ELSEWHERE, enable_fallback=False, preemptive_behaviour=False).best()
    return best.encoding if best else "cp1252"


def _sample(data: bytes) -> bytes:
    """The beginning of the text, from shortly before the first byte that is not ASCII; without markup."""
    first = _HIGH.search(data)
    start = max(0, first.start() - SAMPLE_BYTES // 4) if first else 0
    return _TAG.sub(b" ", data[start : start + SAMPLE_BYTES])


def _fit(sample: bytes, codec: str) -> float:
    """The share of the letters beyond ASCII, as this codec reads them, that one alphabet has."""
    text = _SIGN.sub("", _BETWEEN_LETTERS.sub("\ufffd", sample.decode(codec, "replace")))
    odd = [char for char in text if char > "\x7f"]
    return max((sum(char in letters for char in odd) for letters in ALPHABETS), default=0) / max(1, len(odd))


def _kana_share(sample: bytes) -> float:
    text = sample.decode("euc_jp", "replace")
    beyond = [char for char in text if char > "\x7f"]
    return len(_KANA.findall(text)) / max(1, len(beyond)) if "\ufffd" not in text[:-1] else 0.0
