"""Whether this installation works, what is wrong with it, and what to do about it."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from index import ArticleIndex, IndexSettings, IndexUnavailableError
from index.embedding import MINILM_MODEL, load_embedding
from rag import RagSettings
from rag.llm import choose_llm
from rag.weights import KNOWN, Weights, assembled_path, is_installed, verify
from ui.terminal import describe, is_setting_error, printable

ROOMS = ("prompts", "index", "rag", "evals", "ui")


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what was found, or what is wrong and what to do."""

    subject: str
    ok: bool
    text: str

    def __str__(self) -> str:
        """One line for a terminal."""
        return f"{'ok   ' if self.ok else 'WRONG'}  {self.subject}: {printable(self.text)}"


def examine(index: Path | None, *, repair: bool = False) -> list[Finding]:
    """The findings on Python, our packages, the models, the index and the LLM.

    Args:
        index: the folder of the index; None: as the settings say.
        repair: whether to make anew what is derived from the articles and not sound.
    """
    checks: list[tuple[str, Callable[[], str]]] = [
        ("packages", _packages),
        ("embedding model", _embedding),
        ("LLM", _llm),
        ("index", lambda: _index(index, repair=repair)),
    ]
    return [_finding(subject, check) for subject, check in checks]


def _finding(subject: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, ok=True, text=check())
    except Exception as error:  # whatever is wrong is what the doctor is here to say
        said = describe(error) if is_setting_error(error) else " ".join(str(error).split())
        return Finding(subject, ok=False, text=said)


def _packages() -> str:
    for room in ROOMS:
        spec = find_spec(room)
        here = Path(__file__).parents[1] / room / "__init__.py"
        if spec is None or spec.origin is None or not here.samefile(spec.origin):
            origin = spec.origin if spec else "nowhere"
            raise ImportError(f"another package hides {room!r}: {origin}; install dateline in its own environment")
    return f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, the five packages are ours"


def _embedding() -> str:
    settings = IndexSettings()
    embedding = load_embedding(settings.embed, threads=settings.threads)
    return f"{embedding.name}, {embedding.dim} dimensions, files as they should be"


def _llm() -> str:
    llm = choose_llm(RagSettings())
    if llm.kind == "extractive":
        return "none, so answers are quotes; pip install 'dateline[local]' or set OPENAI_API_KEY"
    llm.prepare()
    return f"{llm.name} ({llm.kind})"


def _index(path: Path | None, *, repair: bool) -> str:
    settings = IndexSettings() if path is None else IndexSettings(DATELINE_INDEX=path)
    if not settings.exists:
        return f"none yet at {settings.index}; the chat makes it, or dateline add"
    articles = ArticleIndex.open(settings=settings)
    found = articles.repair() if repair else articles.health()
    wrong = ", ".join(f"{health.part}: {health.wrong}" for health in found if health.wrong)
    if wrong and not repair:
        raise IndexUnavailableError(f"{wrong}; run: dateline doctor --repair")
    mended = f", made anew: {wrong}" if wrong else ", sound"
    return f"{len(articles)} articles at {articles.path}{mended}"


def known_models() -> list[dict[str, object]]:
    """The models that Dateline knows: where they come from, their hashes, and whether they are here."""
    return [_embedding_model(), *(_llm_model(weights) for weights in KNOWN)]


def _embedding_model() -> dict[str, object]:
    package, file, sha256, requirement = MINILM_MODEL
    spec = find_spec(package)
    folder = Path(spec.origin).parent if spec and spec.origin else None
    return {
        "name": "minilm",
        "kind": "embedding",
        "state": "here" if folder and (folder / file).is_file() else "not installed",
        "file": str(folder / file) if folder else None,
        "sha256": sha256,
        "source": "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
        "license": "Apache-2.0",
        "install": requirement,
    }


def _llm_model(weights: Weights) -> dict[str, object]:
    path = assembled_path(weights)
    return {
        "name": weights.name,
        "kind": "LLM",
        "state": _state(weights, path),
        "file": str(path),
        "size": weights.size,
        "sha256": weights.sha256,
        "source": weights.source,
        "license": weights.license,
        "install": f"{weights.package}1 to {weights.parts}, =={weights.version}",
    }


def _state(weights: Weights, path: Path) -> str:
    if path.is_file():
        return "here" if verify(path, weights) else "here, but not the file it should be: the next start mends it"
    return "installed, not yet put together" if is_installed(weights) else "not installed"
