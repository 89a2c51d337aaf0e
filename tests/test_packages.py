import subprocess
import sys
from pathlib import Path

import pytest

ROOMS = ["prompts", "index", "rag", "evals", "ui"]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_exports_what_it_lists_and_lists_it_sorted(room: str) -> None:
    package = __import__(room)
    assert package.__doc__
    assert package.__all__ == sorted(package.__all__)
    assert all(hasattr(package, name) for name in package.__all__)


def test_no_other_distribution_hides_a_room() -> None:
    code = f"import importlib.util as u; print(*(u.find_spec(r).origin for r in {ROOMS}))"
    found = subprocess.run([sys.executable, "-P", "-c", code], cwd="/", capture_output=True, text=True, check=True)
    folders = {Path(origin).parents[1] for origin in found.stdout.split()}
    assert len(folders) == 1, f"the rooms come from different places: {folders}"


def test_help_imports_no_heavy_library() -> None:
    code = (
        "import sys, ui.cli; heavy = {'gradio', 'chromadb', 'llama_index', 'onnxruntime', 'openai', 'sqlalchemy', "
        "'trafilatura', 'xllamacpp', 'numpy'}; print(sorted(heavy & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
