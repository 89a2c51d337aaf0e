"""What a text says, piece by piece: a text flows in, its words, amounts, dates, names, directions and parts flow out.

It is comparable however it is written: "$550bn" is "550 billion dollars", "Tuesday" of a report of 30 September
that day, "Prime Minister Ishiba's" Ishiba. Nothing here knows of questions, evidence or verdicts.
"""

from rag.texts.text import MAX_CHARACTERS, Reading, read

__all__ = ["MAX_CHARACTERS", "Reading", "read"]
