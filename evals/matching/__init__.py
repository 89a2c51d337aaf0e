"""Whether a text states a gold fact: a text and an accepted form flow in, yes or no flows out.

Words, numbers, dates and regular expressions, however news and language models write them; no model is asked.
"""

from evals.matching.facts import states, states_fact

__all__ = ["states", "states_fact"]
