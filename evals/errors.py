"""What can go wrong when answers are measured.

    EvalError
    ├── DatasetError   a dataset cannot be read as questions and gold answers
    └── RunError       a run's folder holds something else, or cannot be scored

Every message is one line: what happened: value; what to do.
"""


class EvalError(Exception):
    """Anything that goes wrong in `evals`."""


class DatasetError(EvalError):
    """A dataset cannot be read as questions and gold answers."""


class RunError(EvalError):
    """A run's folder holds something else, or cannot be scored."""
