"""What goes in from zip archives, and how hostile ones are refused."""

import gzip
import io
import json
import stat
import struct
import time
import zipfile
from datetime import date

import pytest

from index import archives
from index.article import Article
from index.readers import Failure, measure, read_articles

BODY = "The harbour master said on Friday that the ferry would sail again within a week."
MORE = "Repairs to the hull had cost the town more than it had set aside for the year."


def items(path):
    reads = list(read_articles([path]))
    done = [read.done for read in reads]
    assert done == sorted(done)
    assert done[-1] == measure([path]) == path.stat().st_size
    assert not any("\n" in str(read.item) for read in reads if isinstance(read.item, Failure))
    return [read.item for read in reads]


def failure(path):
    (item,) = items(path)
    assert isinstance(item, Failure), item
    return item


@pytest.fixture
def pack(tmp_path):
    def pack(*files, name="news.zip", method=zipfile.ZIP_DEFLATED):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", method) as archive:
            for member, data in files:
                archive.writestr(member, data)
        return path

    return pack


def test_every_file_in_an_archive_is_read_by_its_own_reader_in_sorted_order(pack):
    lines = "".join(json.dumps({"body": text}) + "\n" for text in (BODY, MORE))
    path = pack(
        ("b/two.jsonl", lines), ("a/2025-09-30.txt", BODY), ("c.csv.gz", gzip.compress(f"text\n{MORE}\n".encode()))
    )

    articles = items(path)

    assert [article.origin for article in articles] == [
        f"{path}!a/2025-09-30.txt", f"{path}!b/two.jsonl#1", f"{path}!b/two.jsonl#2", f"{path}!c.csv.gz#1"
    ]  # fmt: skip
    assert [article.text for article in articles] == [BODY, BODY, MORE, MORE]
    assert articles[0].published_at == date(2025, 9, 30)
    assert [read.mapped for read in read_articles([path])][1] == {"body": "text"}


def test_an_archive_in_a_folder_is_read_and_so_are_those_packed_in_other_ways(pack, tmp_path):
    pack(("a.txt", BODY), name="one.zip", method=zipfile.ZIP_LZMA)
    pack(("b.txt", BODY), name="two.ZIP", method=zipfile.ZIP_BZIP2)

    assert [read.item.text for read in read_articles([tmp_path])] == [BODY, BODY]


def test_the_bytes_done_grow_from_file_to_file(pack):
    path = pack(*((f"{number}.txt", f"{BODY} {number}") for number in range(9)))
    done = [read.done for read in read_articles([path])]

    assert done == sorted(set(done))


def test_files_of_other_kinds_and_hidden_ones_are_passed_over(pack):
    path = pack(("a.png", b"\x89PNG"), ("__MACOSX/._a.txt", "x"), (".git/b.txt", "x"), ("folder/", ""), ("c.txt", BODY))

    assert [item.text for item in items(path)] == [BODY]


def test_an_archive_without_articles_is_one_failure(pack):
    assert failure(pack(("a.png", b"x"))).why == "no articles in the archive"


@pytest.mark.parametrize("name", ["../../etc/a.txt", "/etc/a.txt", "C:/a.txt", "..\\a.txt", "a/../../b.txt"])
def test_a_name_that_leads_out_of_the_archive_is_refused(pack, name):
    assert failure(pack((name, BODY))).why == "leads out of the archive"


def test_a_link_in_an_archive_is_refused(pack):
    link = zipfile.ZipInfo("a.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    assert failure(pack((link, "/etc/passwd"))).why == "a link in an archive"


@pytest.mark.parametrize("name", ["b.zip", "b.tar.gz", "b.7z", "b.tgz"])
def test_an_archive_in_an_archive_is_refused_and_the_rest_is_read(pack, name):
    article, refused = items(pack(("a.txt", BODY), (name, b"PK")))

    assert isinstance(article, Article)
    assert refused.why == "an archive in an archive"
    assert refused.where.endswith(f"news.zip!{name}")


@pytest.mark.parametrize("name", ["a.tar.gz", "a.7z", "a.rar", "a.zip.gz"])
def test_an_archive_of_another_kind_says_what_to_do(tmp_path, name):
    (tmp_path / name).write_bytes(b"x")

    assert "pack it as .zip" in failure(tmp_path / name).remedy


def test_a_second_file_of_the_same_name_is_refused(pack):
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = pack(("a.txt", BODY), ("a.txt", MORE))

    assert [getattr(item, "why", None) for item in items(path)] == [None, "a second file of that name"]


def test_an_encrypted_file_fails_alone(pack):
    path = pack(("a.txt", BODY), ("b.txt", MORE))
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(mark) + at] |= 1
    path.write_bytes(data)

    refused, article = items(path)

    assert refused.why == "encrypted"
    assert article.text == MORE


def test_a_damaged_file_fails_alone_and_a_damaged_archive_whole(pack, tmp_path):
    path = pack(("a.txt", BODY), ("b.txt", MORE), method=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"harbour", b"HARBOUR", 1))

    refused, article = items(path)

    assert refused.why == "damaged"
    assert article.text == MORE
    path.write_bytes(path.read_bytes()[:-30])
    assert failure(path).why == "damaged, or no zip archive"


@pytest.mark.parametrize("cut", range(4, 120, 5))
def test_an_archive_broken_anywhere_is_one_failure(pack, cut):
    path = pack(("a.txt", BODY))
    path.write_bytes(path.read_bytes()[:cut])

    assert failure(path).why == "damaged, or no zip archive"


@pytest.mark.parametrize("at", range(0, 230, 3))
def test_an_archive_with_any_byte_changed_ends_in_articles_or_failures(pack, at):
    path = pack(("a.txt", BODY))
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= 0xFF
    path.write_bytes(data)

    assert items(path)


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.csv", "a.json", "a.html", "a.eml"])
def test_a_bomb_is_refused_once_it_shows(pack, monkeypatch, name):
    monkeypatch.setattr(archives, "MIN_BOMB_BYTES", 100_000)

    assert "times its size" in failure(pack((name, b"\n" * 3_000_000))).why


def test_files_that_only_together_are_a_bomb_are_refused(pack, monkeypatch):
    monkeypatch.setattr(archives, "MIN_BOMB_BYTES", 1_000_000)
    path = pack(*((f"{number:03}.txt", b"\n" * 900_000) for number in range(50)))

    *_, last = items(path)

    assert "times its size" in last.why


def test_an_archive_of_too_many_files_is_refused(pack, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)

    assert "over 3 files in it" in failure(pack(*((f"{number}.txt", BODY) for number in range(4)))).why


def test_an_archive_that_claims_a_list_of_files_of_any_length_is_refused_at_once(pack, monkeypatch):
    monkeypatch.setattr(archives, "MAX_DIRECTORY_BYTES", 100)
    start = time.monotonic()

    assert "files in it" in failure(pack(*((f"{number}.txt", BODY) for number in range(4)))).why
    assert time.monotonic() - start < 1


def test_a_name_is_shown_on_one_line(pack):
    path = pack(("a\n\x1b[31m.txt", b""))

    assert failure(path).where == f"{path}!a\ufffd\ufffd[31m.txt"


def test_files_that_share_their_bytes_are_refused_or_read_but_never_without_end(pack):
    """The trick of the flat bombs: many names in the directory lead to one body."""
    path = pack(("a.txt", BODY))
    data = path.read_bytes()
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = data[start:end]
    named = [entry.replace(b"a.txt", f"{number:05}"[:1].encode() + b".txt") for number in range(3)]
    directory = b"".join(named)
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(named), len(named), len(directory), start, 0)
    path.write_bytes(data[:start] + directory + tail)

    assert items(path)


def test_an_archive_of_nothing_but_its_marks_is_one_failure(tmp_path):
    path = tmp_path / "a.zip"
    for data in (b"", b"PK\x05\x06" + b"\xff" * 18, io.BytesIO(b"PK\x03\x04" + b"\0" * 300).getvalue()):
        path.write_bytes(data)
        assert "damaged" in next(read.item.why for read in read_articles([path]))
