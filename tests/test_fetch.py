"""What may be fetched, and within which bounds: against real servers on loopback."""

import gzip
import socket
import threading
import time

import pytest
from loopback_site import answer, loopback_site, no_proxies, redirect, resolver

from index import fetch
from index.decoding import RejectedError
from index.fetch import Fetcher

LOCAL = ["127.0.0.1", "quay.example"]


@pytest.fixture
def site(monkeypatch):
    no_proxies(monkeypatch)
    with loopback_site() as site:
        yield site


def get(url, private_hosts=LOCAL):
    with Fetcher(private_hosts) as fetcher:
        return fetcher.get(url)


def refusal(url, private_hosts=LOCAL):
    with pytest.raises(RejectedError) as rejected:
        get(url, private_hosts)
    assert "\n" not in str(rejected.value)
    assert rejected.value.remedy
    return rejected.value.why


def test_an_answer_comes_with_its_type_charset_and_address(site):
    site.pages["/a?b=1"] = ("Text/HTML; charset=iso-8859-1", b"caf\xe9")
    site.pages["/from"] = redirect("/a?b=1#part")

    fetched = get(f"http://name:secret@127.0.0.1:{site.server_port}/from#x")

    assert fetched == (b"caf\xe9", "text/html", "iso-8859-1", f"{site.url}/a?b=1")


def test_a_page_packed_as_asked_for_is_unpacked(site):
    site.pages["/"] = lambda handler: answer(handler, "text/html", gzip.compress(b"one"), Content_Encoding="gzip")

    assert get(f"{site.url}/").body == b"one"


def test_this_machine_is_not_asked_unless_the_user_names_it(site):
    for host in ("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "[::ffff:127.0.0.1]"):
        assert "private network" in refusal(f"http://{host}:{site.server_port}/", [])

    assert site.asked == []


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://169.254.169.254/latest/meta-data/", "private network (169.254.169.254)"),
        ("http://2852039166/", "private network (2852039166, 169.254.169.254)"),
        ("http://[::1]/", "private network (::1)"),
        ("http://[::ffff:10.0.0.1]/", "private network"),
        ("http://192.168.0.1:8080/", "private network (192.168.0.1)"),
        ("https://10.0.0.1/", "private network (10.0.0.1)"),
        ("//localhost/x", "private network (localhost"),
        ("file:///etc/passwd", "leads to a file: address"),
        ("ftp://quay.example/", "leads to a ftp: address"),
        ("gopher://127.0.0.1/", "leads to a gopher: address"),
        ("http://", "could not be fetched"),
        ("http://0177.0.0.1/", "could not be fetched"),
        ("http://[", "no such host"),
    ],
)
def test_a_redirect_leads_only_where_an_address_may(site, target, why):
    site.pages["/"] = redirect(target)

    assert why in refusal(f"{site.url}/")
    assert len(site.asked) == 1


def test_a_redirect_back_to_this_machine_is_refused(site, monkeypatch):
    resolver(monkeypatch, {"quay.example": [["127.0.0.1"]]})
    site.pages["/"] = redirect(f"{site.url}/secret")

    why = refusal(f"http://quay.example:{site.server_port}/", ["quay.example"])

    assert why == "leads into a private network (127.0.0.1)"
    assert [path for path, _ in site.asked] == ["/"]


def test_the_connection_goes_to_the_number_that_was_checked(site, monkeypatch):
    names = resolver(monkeypatch, {"quay.example": [["127.0.0.1"]]})  # a second look-up would find nothing
    site.pages["/"] = ("text/html", b"one")

    assert get(f"http://quay.example:{site.server_port}/").body == b"one"
    assert names == ["quay.example"]
    assert site.asked == [("/", f"quay.example:{site.server_port}")]


def test_the_next_number_is_tried_where_one_does_not_answer(site, monkeypatch):
    resolver(monkeypatch, {"quay.example": [["127.0.0.2", "127.0.0.1"]]})
    site.pages["/"] = ("text/html", b"one")

    assert get(f"http://quay.example:{site.server_port}/").body == b"one"


def test_tls_is_asked_for_the_name_and_not_for_the_number(monkeypatch):
    no_proxies(monkeypatch)
    resolver(monkeypatch, {"quay.example": [["127.0.0.1"]]})
    hello = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=lambda: _greeted(server, hello))
        thread.start()
        assert "could not be fetched" in refusal(f"https://quay.example:{server.getsockname()[1]}/")
        thread.join()

    assert b"quay.example" in hello[0]


def _greeted(server, hello):
    connection, _ = server.accept()
    with connection:
        hello.append(connection.recv(4096))


@pytest.mark.parametrize("target", ["/", "/other"])
def test_redirects_without_end_are_refused(site, target):
    site.pages |= {"/": redirect(target), "/other": redirect("/")}

    assert refusal(f"{site.url}/") == "more than 5 redirects"
    assert len(site.asked) == 6


def test_five_redirects_are_followed(site):
    site.pages |= {f"/{number}": redirect(f"/{number + 1}") for number in range(5)} | {"/5": ("text/html", b"one")}

    assert get(f"{site.url}/0").body == b"one"


def test_the_body_of_a_redirect_is_not_read(site):
    site.pages |= {"/": lambda handler: _endless(handler, 302, "/a"), "/a": ("text/html", b"one")}

    assert get(f"{site.url}/").body == b"one"


def _endless(handler, status=200, location=None):
    handler.send_response(status)
    handler.send_header("Content-Type", "text/html")
    if location:
        handler.send_header("Location", location)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65536)


def test_an_endless_answer_is_refused_by_size(site):
    site.pages["/"] = _endless

    assert refusal(f"{site.url}/") == "larger than 10 MB"


@pytest.mark.parametrize("bomb", [b"\0" * 10_000_001, gzip.compress(b"\0" * 9_000_000) * 2])
def test_a_bomb_of_packed_bytes_is_refused_by_size(site, bomb):
    packed = gzip.compress(bomb) if len(bomb) > 1_000_000 else bomb
    site.pages["/"] = lambda handler: answer(handler, "text/html", packed, Content_Encoding="gzip")

    assert refusal(f"{site.url}/") == "larger than 10 MB"


@pytest.mark.parametrize(
    ("packing", "body", "why"),
    [
        ("gzip", b"no gzip", "damaged gzip"),
        ("gzip", gzip.compress(b"one" * 100)[:-9], "damaged gzip"),
        ("br", b"x", "not asked for (br)"),
        ("gzip, gzip", b"x", "not asked for (gzip, gzip)"),
    ],
)
def test_a_page_packed_wrongly_is_refused(site, packing, body, why):
    site.pages["/"] = lambda handler: answer(handler, "text/html", body, Content_Encoding=packing)

    assert why in refusal(f"{site.url}/")


def _dripped(start, drop):
    """Starts an answer, and then sends a drop of it again and again."""

    def drip(handler):
        handler.wfile.write(start)
        while True:
            handler.wfile.write(drop)
            time.sleep(0.01)

    return drip


@pytest.mark.parametrize(
    "page",
    [
        _dripped(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"x"),
        _dripped(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        _dripped(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        _dripped(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        lambda handler: time.sleep(3),
    ],
    ids=["body", "chunks", "headers", "hints", "silence"],
)
def test_an_answer_that_takes_too_long_is_refused_wherever_it_is(site, page, monkeypatch):
    monkeypatch.setattr(fetch, "MAX_SECONDS", 0.3)
    site.pages["/"] = page
    start = time.monotonic()

    assert refusal(f"{site.url}/").startswith("took longer than")
    assert time.monotonic() - start < 2


def test_a_silent_greeting_is_refused_by_time(monkeypatch):
    no_proxies(monkeypatch)
    monkeypatch.setattr(fetch, "MAX_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert refusal(f"https://127.0.0.1:{server.getsockname()[1]}/").startswith("took longer than")


def test_a_server_silent_for_a_step_is_refused(site, monkeypatch):
    monkeypatch.setattr(fetch, "STEP_SECONDS", 0.2)
    site.pages["/"] = lambda handler: time.sleep(3)

    assert "timed out" in refusal(f"{site.url}/")


@pytest.mark.parametrize(
    "header", [b"X: " + b"x" * 300_000, b"X: y\r\n" * 50_000, b"nonsense"], ids=["long", "many", "none"]
)
def test_headers_without_measure_are_refused(site, header):
    site.pages["/"] = lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + header + b"\r\n\r\nx")

    assert "could not be fetched" in refusal(f"{site.url}/")


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (None, "the server answered 404"),
        (lambda handler: answer(handler, "text/html", b"x", status=503), "the server answered 503"),
        (lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n"), "could not be fetched"),
        (lambda handler: None, "could not be fetched"),
        (lambda handler: handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nx"), "could not be fetched"),
    ],
    ids=["gone", "busy", "no HTTP", "nothing", "broken off"],
)
def test_a_server_that_does_not_answer_well_is_refused(site, page, why):
    if page:
        site.pages["/"] = page

    assert why in refusal(f"{site.url}/")


@pytest.mark.parametrize("url", ["http://", "http://[", "http://a b/", "http://x:99999/", "file:///etc/passwd", "x"])
def test_an_address_that_leads_nowhere_is_refused(url, monkeypatch):
    no_proxies(monkeypatch)

    assert refusal(url)


def test_one_connection_serves_one_page_after_the_other(site):
    site.pages = {"/a": ("text/html", b"one"), "/b": ("text/html", b"two")}
    with Fetcher(LOCAL) as fetcher:
        assert [fetcher.get(f"{site.url}/{name}").body for name in "ab"] == [b"one", b"two"]


def test_no_stored_password_is_sent(site, monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    sent = []
    site.pages["/"] = lambda handler: (
        sent.append(handler.headers.get("Authorization")),
        answer(handler, "text/html", b"x"),
    )
    get(f"{site.url}/")

    assert sent == [None]


def test_a_proxy_that_the_environment_names_is_asked_and_looks_names_up_itself(site, monkeypatch):
    monkeypatch.setenv("http_proxy", site.url.removeprefix("http://"))
    site.pages["http://far.invalid/a"] = redirect("http://near.invalid/b")
    site.pages["http://near.invalid/b"] = ("text/html", b"one")

    assert get("http://far.invalid/a", []).body == b"one"
    assert [host for _, host in site.asked] == ["far.invalid", "near.invalid"]


@pytest.mark.parametrize("host", ["127.0.0.1", "2852039166", "[::1]", "localhost", "0x0a.1"])
def test_a_proxy_is_not_asked_for_private_numbers(site, host, monkeypatch):
    monkeypatch.setenv("http_proxy", site.url)
    site.pages["http://far.invalid/"] = redirect(f"http://{host}/")

    assert "private network" in refusal("http://far.invalid/", [])
    assert len(site.asked) == 1


def test_no_proxy_is_asked_for_hosts_that_the_environment_excepts(site, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    site.pages["/"] = ("text/html", b"one")

    assert get(f"{site.url}/").body == b"one"


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "ftp://127.0.0.1"])
def test_a_proxy_of_another_kind_is_refused(monkeypatch, proxy):
    no_proxies(monkeypatch)
    monkeypatch.setenv("http_proxy", proxy)

    assert "proxy" in refusal("http://far.invalid/", [])
