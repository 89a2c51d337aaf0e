"""Fixtures that several test modules share."""

import pytest
from scripted_llm import ScriptedLLM


@pytest.fixture
def scripted_llm():
    """A real server on loopback that speaks the OpenAI protocol and answers as the test says."""
    with ScriptedLLM() as server:
        yield server
