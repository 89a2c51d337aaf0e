"""Bytes in, text out: one spelling of line ends, and no character that breaks what comes later."""

import codecs
import re

from index.charsets import guessed
from index.errors import ReadError

MAX_CONTROL_SHARE = 0.02  # of all characters; text has next to none, a program or picture a fifth
SNIFF_BYTES = 8192  # bytes at the start of a file that tell text from anything else
MIN_WHOLE_SHARE = (
    0.5  # of the characters beyond ASCII; other character sets read as UTF-8 reached 0.24, in 15 languages
)

_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PAGE_ENCODING = re.compile(r"(?:utf|iso|windows|cp|koi8|latin|gb|big5|euc|shift|ascii|us-ascii)[\w-]*", re.I)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
# Invisible characters would split a word in two for search, and may hide words from a reader: tags spell whole
# sentences that nobody sees, and marks of direction show a sentence backwards.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_LINE_END = re.compile("\r\n|[\r\x0c\x85\u2028\u2029]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class RejectedError(ReadError):
    """One input, or one record in it, cannot go in: `why` it cannot, and the `remedy`."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(f"{why}; {remedy}")
        self.why = why
        self.remedy = remedy


def not_text() -> RejectedError:
    """The rejection of bytes that are no text."""
    return RejectedError("not text", "convert it to text, HTML, Markdown or JSON first")


def encoding_of(head: bytes) -> str:
    """The encoding that a file's first bytes announce; UTF-8 if they announce none."""
    return next((codec for bom, codec in _BOMS if head.startswith(bom)), "utf-8")


def decode(data: bytes, declared: str | None = None) -> str:
    """The text in `data`: by its mark, else as declared, else UTF-8, else as its letters tell.

    Raises:
        RejectedError: these bytes are no text.
    """
    marked = encoding_of(data)
    for encoding in [marked] if marked != "utf-8" else [*_trusted(declared), "utf-8"]:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        break
    else:
        text = data.decode(codec_of(data) if marked == "utf-8" else marked, "replace")
    if not looks_like_text(text):
        raise not_text()
    return text


def codec_of(data: bytes) -> str:
    """The codec of bytes that are not valid UTF-8: UTF-8 still if most of them are, else as the letters tell."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(len(run) for run in _BEYOND_ASCII.findall(text)) - broken
    is_cut_off = broken == 1 and text.endswith("\ufffd") and data[-2:-1] >= b"\xe0"  # its first two bytes of three
    return "utf-8" if is_cut_off or whole >= MIN_WHOLE_SHARE * (whole + broken) else guessed(data)


def looks_like_text(text: str) -> bool:
    """Whether no NUL and hardly any other control character stands in it."""
    return "\0" not in text and len(_CONTROL.findall(text)) <= MAX_CONTROL_SHARE * len(text)


def tidy(text: str) -> str:
    r"""The text with line ends as \n, without invisible characters, and valid in UTF-8."""
    # Nearly every text is tidy, and to see that takes a tenth of the time of searching it for each exception.
    if text.replace("\n", "").replace("\t", "").replace("\xa0", "").isprintable():
        return text
    return _LONE_SURROGATE.sub("\ufffd", _INVISIBLE.sub("", _LINE_END.sub("\n", text)))


def _trusted(declared: str | None) -> list[str]:
    """A page may name any codec; only character sets are tried (some others take quadratic time)."""
    if not declared or not _PAGE_ENCODING.fullmatch(declared):
        return []
    try:
        return [codecs.lookup(declared).name]
    except LookupError:
        return []
