"""Which web addresses may be fetched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback_site import resolver

from index.addresses import check_number, is_public, numbers_of, same_site
from index.decoding import RejectedError

PRIVATE = [
    "0.0.0.0",  # noqa: S104
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "2001::7f00:1",  # Teredo
    "100::1",
    "4000::1",
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001::1"]


@pytest.mark.parametrize("number", PRIVATE)
def test_a_number_off_the_public_internet_is_not_public(number):
    assert not is_public(number)


@pytest.mark.parametrize("number", PUBLIC)
def test_a_number_on_the_public_internet_is_public(number):
    assert is_public(number)


@given(st.ip_addresses(v=4))
def test_an_ipv4_number_is_as_public_in_every_ipv6_form_of_it(number):
    high, low = divmod(int(number), 65536)
    forms = [f"::ffff:{number}", f"64:ff9b::{high:x}:{low:x}", f"2002:{high:x}:{low:x}::1"]

    assert [is_public(form) for form in forms] == [is_public(str(number))] * 3


def test_a_local_translation_prefix_is_not_public():
    assert not is_public("64:ff9b:1::808:808")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
    ],
)
def test_a_host_of_this_machine_is_refused_in_every_spelling(host):
    with pytest.raises(RejectedError, match="leads into a private network") as rejected:
        numbers_of(host, 80)

    assert rejected.value.remedy.endswith(f"DATELINE_PRIVATE_HOSTS={host}")
    with pytest.raises(RejectedError, match="private network"):
        check_number(host)


def test_a_host_with_one_private_number_is_refused(monkeypatch):
    resolver(monkeypatch, {"quay.example": [["8.8.8.8", "10.0.0.1"]]})

    with pytest.raises(RejectedError, match=r"private network \(quay.example, 10.0.0.1\)"):
        numbers_of("quay.example", 80)


def test_a_public_host_gives_its_numbers_once_each(monkeypatch):
    resolver(monkeypatch, {"quay.example": [["8.8.8.8", "1.1.1.1", "8.8.8.8"]]})

    assert numbers_of("quay.example", 443) == ["8.8.8.8", "1.1.1.1"]


@pytest.mark.parametrize("named", ["quay.example", "Quay.Example", ".example"])
@pytest.mark.parametrize("host", ["quay.example", "QUAY.example."])
def test_a_host_that_the_user_names_may_be_private(host, named, monkeypatch):
    resolver(monkeypatch, {host: [["10.0.0.1"]]})

    assert numbers_of(host, 80, [named]) == ["10.0.0.1"]


@pytest.mark.parametrize("named", ["host", "otherlocalhost", ".localhost", "127.0.0.1"])
def test_a_host_is_not_named_by_part_of_its_name(named):
    with pytest.raises(RejectedError):
        numbers_of("localhost", 80, [named])


@pytest.mark.parametrize("host", ["nowhere.invalid", "a" * 70 + ".example", "", "a b"])
def test_a_host_that_is_not_there_is_refused(host):
    with pytest.raises(RejectedError):
        numbers_of(host, 80)


@pytest.mark.parametrize("host", ["quay.example", "127.0.0.1.example", "8.8.8.8", "localhost.example"])
def test_a_name_is_not_looked_up_for_a_proxy(host, monkeypatch):
    names = resolver(monkeypatch, {})

    check_number(host)

    assert names == []


@pytest.mark.parametrize("host", ["a.localhost", "localhost.", "169.254.169.254", "fe80::1"])
def test_a_number_or_a_name_of_this_machine_is_refused_for_a_proxy(host):
    with pytest.raises(RejectedError):
        check_number(host)
    check_number(host, [host.rstrip(".")])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://quay.example/a", "http://www.quay.example:8080/b", True),
        ("https://feeds.quay.example/rss", "https://m.quay.example/b", True),
        ("https://quay.example/", "https://quay.example.net/", False),
        ("https://a.blogs.example/", "https://b.blogs.example/", False),
        ("file:///a", "file:///a", False),
        ("", "", False),
    ],
)
def test_addresses_of_one_site_have_one_host(one, other, same):
    assert same_site(one, other) is same
