"""What is written to the lexical index, and what is searched in it.

One field holds the words of title and passage, others what questions are bounded by. Scored so, a question is a
flat union of words, of which tantivy reads only the postings that can still come among the best (block-max WAND:
Ding and Suel, SIGIR 2011); a filter in the query makes it read all of them.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final
from unicodedata import normalize

from tantivy import (
    DocAddress,
    Document,
    FieldType,
    Filter,
    Occur,
    Query,
    Schema,
    SchemaBuilder,
    Searcher,
    TextAnalyzer,
    TextAnalyzerBuilder,
    Tokenizer,
)

from index.scope import NEVER, Scope, day_number
from index.tables import Version

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

MAX_WORDS: Final = 200  # of a question; a passage has some 70 different ones, 95 at most
# A filter in the query takes 15 ms more among a million passages, looking at so many more passages one to two.
OVERFETCH: Final = 8  # times top_k
SPARE: Final = 20  # passages in a search without bounds; few are older wordings of what others say now
ANALYZER: Final = "english-1"  # another number for other words: an index of the old ones is made anew
# Words of questions that stand in nearly every chunk: they cost time and rank nothing.
STOP_WORDS: Final = (
    "a an and are as at be been but by did do does for from had has have how if in into is it its of on or that the "
    "their then there these they this to was were what when where which who whom why will with"
).split()
VERSION_ID: Final = "version"  # of a document of its own; those of passages have a colon
_DAYS: Final = ("published_at", "seen_from", "seen_until")


@cache
def schema() -> Schema:
    """The fields."""
    fields = SchemaBuilder()
    fields.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    fields.add_text_field("words", tokenizer_name=ANALYZER, index_option="freq")
    fields.add_text_field("version", stored=True, tokenizer_name="raw", index_option="basic")
    fields.add_unsigned_field("source", indexed=True, fast=True)
    for name in _DAYS:
        fields.add_unsigned_field(name, fast=True)
    return fields.build()


@cache
def analyzer(*, of_questions: bool = False) -> TextAnalyzer:
    """What makes words of a text: in lower case, without accents, stemmed (Porter's English stemmer)."""
    words = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase()).filter(Filter.ascii_fold())
    if of_questions:
        words = words.filter(Filter.custom_stopword(list(STOP_WORDS)))
    return words.filter(Filter.stemmer("english")).build()


def document(node: "TextNode") -> Document:
    """A passage as it is written."""
    told = node.metadata
    fields: dict[str, Any] = {name: told[name] for name in _DAYS if told.get(name) is not None}
    if told.get("source") is not None:
        fields["source"] = _number(told["source"])
    words = _composed(f"{told.get('title', '')}\n{node.text}")
    return Document.from_dict({"id": node.node_id, "words": words, "seen_until": NEVER} | fields, schema())


def version_document(version: Version) -> Document:
    """The document that says which version of the store the others show."""
    return Document(id=VERSION_ID, version=str(version))


def version_of(searcher: Searcher) -> Version | None:
    """The version of the store that it shows; None where it does not say."""
    found = searcher.search(_term("id", VERSION_ID), 1, count=False).hits
    return Version.read(searcher.doc(found[0][1]).get_first("version")) if found else None


def question_words(question: str) -> list[str]:
    """The different words of a question that tell something, as they are searched."""
    found = analyzer(of_questions=True).analyze(_composed(question))
    return list(dict.fromkeys(found))[:MAX_WORDS]


def best(searcher: Searcher, words: Sequence[str], top_k: int, scope: Scope) -> list[tuple[str, float]]:
    """The ids and scores of the `top_k` passages in scope that score highest for any of the words, best first.

    The best of all are looked at first: where enough of them are in scope, they are the ones that a filter in
    the query would find, at a fraction of its cost.
    """
    query = Query.boolean_query([(Occur.Should, _term("words", word)) for word in words])
    wide = top_k + SPARE if scope.unbounded else top_k * OVERFETCH
    near = searcher.search(query, wide, count=False).hits
    found = _held(searcher, near, scope)
    if len(found) < top_k and len(near) == wide:
        filtered = Query.boolean_query([(Occur.Must, each) for each in (query, *_bounds(scope))])
        found = searcher.search(filtered, top_k, count=False).hits
    return [(str(searcher.doc(place).get_first("id")), score) for score, place in found[:top_k]]


def _held(searcher: Searcher, near: Sequence[tuple[float, DocAddress]], scope: Scope) -> list[tuple[float, DocAddress]]:
    places = [place for _, place in near]
    columns = {name: searcher.fast_field_values(name, places) for name in (*_DAYS, "source")}
    rows = [{name: column[i] for name, column in columns.items() if column[i] is not None} for i in range(len(near))]
    days, sources = replace(scope, sources=None), scope.sources and {_number(source) for source in scope.sources}
    return [
        each
        for each, fields in zip(near, rows, strict=True)
        if days.holds(fields) and (sources is None or fields.get("source") in sources)
    ]


def _bounds(scope: Scope) -> list[Query]:
    bounds = [] if scope.since is None else [_range("published_at", day_number(scope.since), None)]
    if scope.until:
        until = day_number(scope.until)
        bounds += [_range("seen_from", None, until), _range("seen_until", until + 1, None)]
    else:
        bounds.append(_range("seen_until", NEVER, NEVER))
    if scope.sources is not None:
        bounds.append(Query.term_set_query(schema(), "source", [_number(source) for source in scope.sources]))
    return [Query.const_score_query(bound, 0.0) for bound in bounds]


def _range(field: str, least: int | None, most: int | None) -> Query:
    return Query.range_query(schema(), field, FieldType.Unsigned, least, most)


def _term(field: str, word: str) -> Query:
    return Query.term_query(schema(), field, word, "freq")


def _number(source: str) -> int:
    """An outlet as a number: reading text for each passage that is looked at takes ten times as long."""
    return int.from_bytes(blake2b(source.encode("utf-8", "replace"), digest_size=8).digest())


def _composed(text: str) -> str:
    # An accent by itself would part a word; half a surrogate pair is no text.
    return normalize("NFC", text).encode("utf-8", "replace").decode()
