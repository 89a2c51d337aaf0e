"""Public benchmarks in files that the user has; a `Dataset` out.

Nothing is fetched: each adapter's docstring says where its files come from, how they are laid out, under
which licence, how the benchmark's own script scores them, and what to beware of.
"""

from collections.abc import Callable
from pathlib import Path

from evals.adapters import beir, multihop_rag, realtimeqa, rgb, squad
from evals.datasets import Dataset
from evals.errors import DatasetError

__all__ = ["ADAPTERS", "load_benchmark"]

ADAPTERS: dict[str, Callable[[Path], Dataset]] = {
    "beir": beir.load,
    "multihop-rag": multihop_rag.load,
    "realtimeqa": realtimeqa.load,
    "rgb": rgb.load,
    "squad": squad.load,
}


def load_benchmark(name: str, folder: str | Path) -> Dataset:
    """The benchmark of that name, read from the folder (or the one file) that holds it.

    Raises:
        DatasetError: no such benchmark or folder, or a file of it that is not laid out as the adapter expects.
    """
    adapter = ADAPTERS.get(name)
    if adapter is None:
        raise DatasetError(f"no such benchmark: {name}; give {', '.join(ADAPTERS)}")
    path = Path(folder)
    if not path.exists():
        raise DatasetError(f"no such folder: {path}; give the one that holds the files of {name}")
    return adapter(path)
