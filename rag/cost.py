"""What an answer cost."""

from rag.answer import Usage

MILLION = 1_000_000  # tokens that a price is quoted for


def cost_usd(usage: Usage, price: tuple[float, float]) -> float:
    """US dollars for the tokens read and written, at a price a million of each, as providers list them.

    >>> round(cost_usd(Usage(prompt_tokens=850, completion_tokens=30), (0.15, 0.60)), 7)
    0.0001455
    """
    read, written = price
    return (usage.prompt_tokens * read + usage.completion_tokens * written) / MILLION
