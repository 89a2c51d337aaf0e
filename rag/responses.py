"""Our records and LlamaIndex's: the retrieved node as answers show it, and an answer as its query engines give it."""

from llama_index.core.base.response.schema import Response
from llama_index.core.schema import NodeWithScore, TextNode

from index import read_day
from rag.answer import Answer, ArticleRef, Passage


def passage_of(hit: NodeWithScore) -> Passage:
    """The retrieved chunk as answers show it."""
    node, told = hit.node, hit.node.metadata
    assert isinstance(node, TextNode)  # noqa: S101 - the store makes no others
    article = ArticleRef(
        id=told["article_id"],
        title=told.get("title", ""),
        source=told.get("source"),
        url=told.get("url"),
        authors=told.get("authors", ()),
        published_at=read_day(told.get("published_at")),
        also_in=told["also_in"],
    )
    return Passage(
        article_id=article.id,
        text=node.text,
        score=hit.score or 0.0,
        start=node.start_char_idx or 0,
        end=node.end_char_idx or 0,
        best_chunk=told.get("best_chunk"),
        article=article,
    )


def response_of(answer: Answer) -> Response:
    """The answer as a LlamaIndex query engine gives it; its metadata is the whole record."""
    nodes = [
        NodeWithScore(
            node=TextNode(
                text=p.text,
                start_char_idx=p.start,
                end_char_idx=p.end,
                metadata=p.article.model_dump(mode="json"),
            ),
            score=p.score,
        )
        for p in answer.passages
    ]
    return Response(answer.text, source_nodes=nodes, metadata=answer.model_dump(mode="json"))
