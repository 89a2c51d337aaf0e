"""An article in, chunks out: LlamaIndex nodes that tile the article's text."""

import math
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from index.article import Article
from index.errors import ModelFileError
from index.scope import day_number
from index.sentences import LINE_BREAK, Span, sentence_spans

if TYPE_CHECKING:
    import tiktoken
    from llama_index.core.schema import TextNode

CHUNK_TOKENS: Final = 180  # tiktoken tokens; with a title they stay under the 256 word pieces that MiniLM reads
MIN_CHUNK_TOKENS: Final = 8  # tokens; the smallest limit that every character fits in, with room to choose
ENCODING: Final = "o200k_base"  # of the two that llama-index-core brings along, the one for more languages
CHUNKING: Final = f"{CHUNK_TOKENS} tokens of {ENCODING}"  # what an index is made with; other chunks, other name

_BYTES_PER_CHARACTER: Final = 4  # at most, in UTF-8; a token is at least one byte
_LONG: Final = 16  # characters a token; text has about 5, so beyond this a piece is divided without counting
_DIVISIBLE: Final = 0.5  # of a chunk; paragraphs up to it stay whole, and chunks still fill well
_SMALL: Final = 1 / 16  # of a chunk; shorter pieces (headings, list items) stay with what follows them
# What a cut costs by where it falls: before a paragraph, a sentence, a word, or inside a word. The unit is
# the cost of an empty chunk: a sentence leaves its paragraph only to save a chunk from being a third empty.
_CUT_COSTS: Final = (0.0, 0.1, 0.5, 1.0)
# A few short words at a time: alone, each would count its space as a token, which is none inside a sentence.
_WORDS: Final = re.compile(r"(?:\S{1,20}\s){1,8}+\s*+|\S*+\s++|\S++")


class _Piece(NamedTuple):
    """Text that stays together, and the level of the cut that a chunk starting with it takes."""

    start: int
    end: int
    tokens: float
    cut: int


def chunk_spans(text: str, *, max_tokens: int = CHUNK_TOKENS) -> list[Span]:
    """Spans that tile the text, each of at most `max_tokens` tokens.

    Chunks are about equally full, and start at paragraphs where they can, else at sentences, else at words.
    """
    if max_tokens < MIN_CHUNK_TOKENS:
        raise ValueError(f"chunks are too small: {max_tokens} tokens; take at least {MIN_CHUNK_TOKENS}")
    whole = Span(0, len(text))
    pieces = _with_followers(_pieces(text, whole, _PARAGRAPH, _PARAGRAPH, max_tokens), max_tokens)
    return [fitting for span in _packed(pieces, max_tokens) for fitting in _fitting(text, span, max_tokens)]


def count_tokens(text: str) -> int:
    """The number of tokens of a text; slow on one of many thousand characters without a space."""
    return len(_encoding().encode_ordinary(text))


def chunk_article(article: Article) -> list["TextNode"]:
    """The article's chunks as nodes, in order; their texts together are the article's text."""
    published_at = article.published_at and day_number(article.published_at)
    told = {"title": article.title, "source": article.source, "published_at": published_at}
    fields = {"article_id": article.id} | told
    metadata = {name: value for name, value in fields.items() if value}
    spans = chunk_spans(article.text)
    return [chunk_node(metadata, i, span, article.text[span.start : span.end]) for i, span in enumerate(spans)]


def chunk_node(metadata: Mapping[str, Any], position: int, span: Span, text: str) -> "TextNode":
    """The node of one chunk: the same id for the same place in the same article, every time."""
    from llama_index.core.schema import TextNode

    return TextNode(
        id_=f"{metadata['article_id']}:{position}",
        text=text,
        start_char_idx=span.start,
        end_char_idx=span.end,
        metadata=dict(metadata),
        excluded_embed_metadata_keys=list(metadata),
        excluded_llm_metadata_keys=list(metadata),
    )


def embedding_text(node: "TextNode") -> str:
    """What is embedded for a chunk: the title, which tells what it is about, and the chunk."""
    return "\n".join(filter(None, (node.metadata.get("title"), node.text)))


def _pieces(text: str, span: Span, level: int, cut: int, max_tokens: int) -> Iterator[_Piece]:
    """The span in pieces that fit in a chunk, divided no finer than that needs; `cut` is the first one's."""
    limit = max_tokens * (_DIVISIBLE if level == _PARAGRAPH else 1)
    for part in _DIVISIONS[level](text, span, max_tokens):
        tokens = _count(text, part, max_tokens)
        if tokens <= limit:
            yield _Piece(*part, tokens, cut)
        else:
            yield from _pieces(text, part, level + 1, cut, max_tokens)
        cut = level


def _paragraphs(text: str, span: Span, _max_tokens: int) -> Iterator[Span]:
    ends = [match.end() for match in LINE_BREAK.finditer(text, *span)]
    return (Span(*pair) for pair in pairwise([span.start, *ends, span.end]) if pair[0] < pair[1])


def _sentences(text: str, span: Span, _max_tokens: int) -> Iterator[Span]:
    found = sentence_spans(text[span.start : span.end])
    return (Span(span.start + start, span.start + end) for start, end in found)


def _words(text: str, span: Span, _max_tokens: int) -> Iterator[Span]:
    return (Span(*match.span()) for match in _WORDS.finditer(text, *span))


def _characters(text: str, span: Span, max_tokens: int) -> Iterator[Span]:
    """Slices so short that they fit whatever they hold; accents and emoji modifiers are not cut off."""
    longest = max_tokens // _BYTES_PER_CHARACTER
    start = span.start
    while start < span.end:
        end = min(start + longest, span.end)
        clean = end
        while start < clean < span.end and _modifies(text[clean], text[clean - 1]):
            clean -= 1
        yield Span(start, clean if clean > start else end)
        start = clean if clean > start else end


def _modifies(character: str, before: str) -> bool:
    joins = "\u200d" in (character, before)  # the joiner of emoji
    return joins or unicodedata.category(character) in {"Mn", "Mc", "Me", "Sk"}


_PARAGRAPH: Final = 0
_DIVISIONS: Final = (_paragraphs, _sentences, _words, _characters)  # by level of the cut, coarse to fine


def _with_followers(pieces: Iterable[_Piece], max_tokens: int) -> list[_Piece]:
    """The pieces, small ones joined to the next: a heading is read with what it heads."""
    joined: list[_Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and last.tokens < max_tokens * _SMALL and last.tokens + piece.tokens <= max_tokens:
            joined[-1] = last._replace(end=piece.end, tokens=last.tokens + piece.tokens)
        else:
            joined.append(piece)
    return joined


def _packed(pieces: list[_Piece], max_tokens: int) -> list[Span]:
    """The pieces as chunks with the least total cost: squares of what is left empty, and costs of cuts.

    Squares make chunks equally full, and leave no small last one. The method is that of line breaking in
    TeX: Knuth and Plass, Breaking Paragraphs into Lines, 1981.
    """
    costs, starts = [0.0], [0]  # of the best chunks up to each piece; where the last of those chunks starts
    for end in range(1, len(pieces) + 1):
        ways = _last_chunks(pieces, end, max_tokens)
        cost, start = min((costs[start] + cost, start) for cost, start in ways)
        costs.append(cost)
        starts.append(start)
    spans: list[Span] = []
    end = len(pieces)
    while end:
        spans.append(Span(pieces[starts[end]].start, pieces[end - 1].end))
        end = starts[end]
    return spans[::-1]


def _last_chunks(pieces: list[_Piece], end: int, max_tokens: int) -> Iterator[tuple[float, int]]:
    """Every chunk that could end before piece `end`: its cost, and the piece that it starts with."""
    tokens = 0.0
    for start in range(end - 1, -1, -1):
        tokens += pieces[start].tokens
        if tokens > max_tokens:
            return
        cut_cost = _CUT_COSTS[pieces[start].cut] if start else 0.0
        yield (1 - tokens / max_tokens) ** 2 + cut_cost, start


def _fitting(text: str, span: Span, max_tokens: int) -> list[Span]:
    """The span, or its halves where the pieces have more tokens together than one by one (it is rare)."""
    if _count(text, span, max_tokens) <= max_tokens:
        return [span]
    middle = (span.start + span.end) // 2
    return [
        *_fitting(text, Span(span.start, middle), max_tokens),
        *_fitting(text, Span(middle, span.end), max_tokens),
    ]


def _count(text: str, span: Span, max_tokens: int) -> float:
    """The number of tokens; infinity, uncounted, for what is far too long: tiktoken is slow on long words."""
    if span.end - span.start > max_tokens * _LONG:
        return math.inf
    return count_tokens(text[span.start : span.end])


@cache
def _encoding() -> "tiktoken.Encoding":
    import tiktoken

    core = find_spec("llama_index.core")
    if core and core.origin:
        # The vocabulary that llama-index-core brings along: nothing is downloaded.
        os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(Path(core.origin).parent / "_static" / "tiktoken_cache"))
    try:
        return tiktoken.get_encoding(ENCODING)
    except (OSError, ValueError) as error:  # requests' errors are OSErrors; a bad file is a ValueError
        raise ModelFileError(f"no tokenizer {ENCODING}: {error}; reinstall llama-index-core") from error
