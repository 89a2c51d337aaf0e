"""What a page says about its article in JSON-LD (schema.org), in whatever shape it is written there."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

MAX_NODES = 20_000  # objects; the longest live blogs have some thousand
MAX_SCRIPT_CHARS = 5_000_000  # characters; the scripts of live blogs reach one million

# Under these keys stand other articles: the entries of a live blog, teasers, videos, what is written about.
_OTHERS = frozenset(
    """liveBlogUpdate itemListElement hasPart isBasedOn citation mentions about comment review video associatedMedia
    relatedLink subjectOf workExample potentialAction image itemReviewed""".split()
)
_ARTICLE_TYPES = frozenset(["BlogPosting", "LiveBlogPosting", "SocialMediaPosting", "Report", "Review", "CreativeWork"])
_PAGE_TYPES = frozenset(["WebPage", "ItemPage"])
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_NAMES = ("name", "@value", "alternateName")
_TAG = re.compile(r"<[^<>]{1,200}>")

Node = Mapping[str, Any]


def articles(scripts: Iterable[str]) -> list[Node]:
    """The nodes that describe the page's own article, the most telling first; references are resolved."""
    by_id: dict[str, Node] = {}
    roots = [loaded for script in scripts if (loaded := _loaded(script)) is not None]
    ranked = [(rank, node) for node in list(_walked(roots, by_id)) if (rank := _rank(node)) is not None]
    return [_resolved(node, by_id) for _, node in sorted(ranked, key=lambda found: found[0])]


def text_of(value: object) -> str:
    """The text in a value: a string, the name of a node, or the first of several; empty if there is none."""
    if isinstance(value, list):
        return next((text for item in value if (text := text_of(item))), "")
    if isinstance(value, dict):
        return next((text for key in _NAMES if (text := text_of(value.get(key)))), "")
    return plain(value) if isinstance(value, str) else ""


def plain(text: str) -> str:
    """The text without entities that were escaped twice, and without tags."""
    return " ".join(_TAG.sub(" ", unescape(unescape(text))).split())


def persons(value: object) -> list[str]:
    """The names in an author field, without those marked as an organisation's."""
    if isinstance(value, list):
        return [name for item in value for name in persons(item)]
    if not isinstance(value, dict):
        return [value] if isinstance(value, str) else []
    types = _types(value)
    if types and "Person" not in types:
        return []
    given = " ".join(text for key in ("givenName", "familyName") if (text := text_of(value.get(key))))
    return persons(value.get("name") or given)


def _loaded(script: str) -> object:
    starts = [at for at in (script.find("{"), script.find("[")) if at >= 0]
    end = max(script.rfind("}"), script.rfind("]")) + 1
    if not starts or end > MAX_SCRIPT_CHARS:
        return None
    written = script[min(starts) : end]  # without the comment signs that some pages wrap it in
    for text in (written, _TRAILING_COMMA.sub("", written)):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _walked(roots: list[object], by_id: dict[str, Node]) -> Iterator[Node]:
    """Every object that may describe the page, breadth first; those with an @id are noted in `by_id`."""
    level: list[object] = roots
    seen = 0
    while level and seen < MAX_NODES:
        below: list[object] = []
        for value in level:
            seen += 1
            if isinstance(value, list):
                below += value
            elif isinstance(value, dict):
                if isinstance(value.get("@id"), str) and len(value) > len(by_id.get(value["@id"], ())):
                    by_id[value["@id"]] = value
                yield value
                below += [
                    inner for key, inner in value.items() if key not in _OTHERS and isinstance(inner, dict | list)
                ]
        level = below


def _resolved(node: Node, by_id: Mapping[str, Node]) -> Node:
    """The node with the nodes that its fields refer to by @id put in their places."""

    def whole(value: object) -> object:
        if isinstance(value, list):
            return [whole(item) for item in value]
        return by_id.get(str(value.get("@id")), value) if isinstance(value, dict) and "@id" in value else value

    return {key: whole(value) if key in {"author", "creator", "publisher"} else value for key, value in node.items()}


def _rank(node: Node) -> int | None:
    """0 for an article with a headline, 1 for one without, 2 for the page; None for anything else."""
    types = _types(node)
    if any(name.endswith("Article") or name in _ARTICLE_TYPES for name in types):
        return 0 if node.get("headline") else 1
    return 2 if _PAGE_TYPES.intersection(types) else None


def _types(node: Node) -> list[str]:
    written = node.get("@type")
    listed = written if isinstance(written, list) else [written]
    return [name.rpartition("/")[2].rpartition(":")[2] for name in listed if isinstance(name, str)]
