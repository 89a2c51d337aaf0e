"""The lines of a PDF file on standard input, and what it says about itself, as JSON on standard output.

A process of its own: a hostile file may keep the reader busy for ever, fill the memory or crash it. It is run by
path, so that it imports nothing but the PDF library.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

MAX_PAGES = 300  # pages; a newspaper has 100, and each takes some 10 ms
MAX_CHARS = 5_000_000  # characters; more is no article
MAX_MEMORY_BYTES = 2_000_000_000  # bytes of address space; a newspaper's page with all its pictures takes some 300 MB


def main() -> None:
    """Writes {"lines": [[page, left, top, right, bottom, size, text], ...], "about": {...}}, or {"error": "..."}."""
    data = sys.stdin.buffer.read()
    _limit_memory()
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(data)
        if len(document) > MAX_PAGES:
            said: dict[str, Any] = {"error": "pages"}
        else:
            said = {"lines": list(_lines(document)), "about": document.get_metadata_dict(skip_empty=True)}
    except pypdfium2.PdfiumError as error:
        said = {"error": "password" if "password" in str(error).lower() else "damaged"}
    json.dump(said, sys.stdout)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # there is no such limit on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))


def _lines(document: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - the library has no types
    """The lines in the order that the file has them, which is that of reading; their places in points, 72 an inch."""
    left = MAX_CHARS
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        chars = text.get_text_range()
        at = 0
        for line in chars.split("\r\n"):
            if shown := line.strip():
                first = at + len(line) - len(line.lstrip())
                start, end = (text.get_charbox(i, loose=True) for i in (first, first + len(shown) - 1))
                yield number, start[0], start[3], end[2], end[1], start[3] - start[1], shown
            at += len(line) + 2
        left -= len(chars)
        if left < 0:
            return
        text.close()
        page.close()


if __name__ == "__main__":
    main()
