"""Chunks that stand one after another in an article, and were all found, as one passage."""

from collections.abc import Collection, Iterator, Sequence

from llama_index.core.schema import NodeWithScore, TextNode

MAX_CHUNKS = 4  # chunks in a passage, 720 tokens at most: a longer one is most of an article


def joined(hits: Sequence[NodeWithScore]) -> list[NodeWithScore]:
    """The hits, best first, each with those that stand next to it, in the order of their best ones.

    Two halves of a paragraph are one passage: they are read together, and leave a place for another article.
    """
    places = {_place(hit): hit for hit in hits}
    return [_passage([places.pop(place) for place in run], hit) for hit in hits if (run := _run(_place(hit), places))]


Place = tuple[str, int]  # article, position of the chunk in it


def _place(hit: NodeWithScore) -> Place:
    article_id, _, position = hit.node.node_id.rpartition(":")
    return article_id, int(position)


def _run(place: Place, found: Collection[Place]) -> list[Place]:
    """The places around one that were found, after and before it in turn, in order; none if it was taken already."""
    article_id, position = place
    run = [position] if place in found else []
    while run and len(run) < MAX_CHUNKS and (nexts := [n for n in _next_to(run) if (article_id, n) in found]):
        run = sorted([*run, nexts[0]])
    return [(article_id, position) for position in run]


def _next_to(run: Sequence[int]) -> Iterator[int]:
    yield run[-1] + 1
    yield run[0] - 1


def _passage(parts: Sequence[NodeWithScore], best: NodeWithScore) -> NodeWithScore:
    """The chunks as one, under the score of the best."""
    if len(parts) == 1:
        return best
    first, last = parts[0].node, parts[-1].node
    node = TextNode(
        id_=f"{first.node_id}-{_place(parts[-1])[1]}",
        text="".join(part.node.get_content() for part in parts),  # chunks tile their article
        start_char_idx=first.start_char_idx,  # type: ignore[attr-defined]
        end_char_idx=last.end_char_idx,  # type: ignore[attr-defined]
        metadata=best.node.metadata,
        excluded_embed_metadata_keys=best.node.excluded_embed_metadata_keys,
        excluded_llm_metadata_keys=best.node.excluded_llm_metadata_keys,
    )
    return NodeWithScore(node=node, score=best.score)
