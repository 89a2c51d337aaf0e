"""The `dateline` command as tests give it, at a home of the test's own."""

import json

import pytest
from typer.testing import CliRunner

from ui.cli import app

SETTINGS = (
    "DATELINE_LLM DATELINE_EMBED DATELINE_STORE DATELINE_THREADS DATELINE_TIMEOUT CHROMA_URL OPENAI_API_KEY "
    "OPENAI_BASE_URL OPENAI_MODEL"
).split()


@pytest.fixture(autouse=True)
def at_home(monkeypatch, tmp_path):
    """An environment that sets nothing, and user folders that are the test's own."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("DATELINE_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("DATELINE_LLM", "extractive")
    monkeypatch.setenv("COLUMNS", "200")


def dateline(*args, exit_code=0):
    result = CliRunner().invoke(app, [str(arg) for arg in args])
    assert result.exit_code == exit_code, result.output
    assert "Traceback" not in result.output
    return result


def fails(*args, exit_code=1):
    """The one line on stderr of a command that must fail."""
    result = dateline(*args, exit_code=exit_code)
    return only_line(result.stderr)


def only_line(stderr):
    (line,) = stderr.splitlines()
    assert line.startswith("dateline: ")
    assert ";" in line
    return line


def json_of(*args, exit_code=0):
    return json.loads(dateline(*args, "--json", exit_code=exit_code).stdout)
