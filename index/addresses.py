"""Which web addresses may be fetched: those on the public internet, and hosts that the user names.

A page, or where it redirects to, may name a machine that only the reader's computer can reach: a router, an
intranet, a cloud's metadata server. What is checked is the number that a connection is about to go to.
"""

import re
import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from index.decoding import RejectedError
from index.outlets import host_of

_GIVEN_OUT = IPv6Network("2000::/3")  # all that IANA gives out; the rest is local, reserved or for translation
_NAT64 = IPv6Network("64:ff9b::/96")  # IPv4 addresses as networks without IPv4 write them (RFC 6052)
# Not for everyone either (IANA's registry of special addresses); `ipaddress` knows them from Python 3.13 on.
_SPECIAL = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
_SERVICE = re.compile(r"(?:www|m|amp|edition|feeds?|rss)\.")
_THIS_MACHINE = "localhost"  # and whatever ends in it (RFC 6761)


def is_public(number: str) -> bool:
    """Whether an IP address is one on the public internet, whatever form an IPv4 address is wrapped in."""
    address = ip_address(number)
    if isinstance(address, IPv6Address):
        inner = _wrapped(address)
        if inner is None and address not in _GIVEN_OUT:
            return False
        address = inner or address
    if any(address in network for network in _SPECIAL):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def numbers_of(host: str, port: int, private_hosts: Collection[str] = ()) -> list[str]:
    """The IP addresses behind a host, each one that a connection may go to.

    Args:
        host: a name, or a number in any spelling that the system understands ("127.1", "0x7f000001").
        port: where the connection is to go.
        private_hosts: names that may be on a private network; ".example.org" stands for all that end so.

    Raises:
        RejectedError: there is no such host, or it is on a private network.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise RejectedError(f"no such host ({host})", "check the address and the connection") from error
    numbers = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    _refuse_private(host, numbers, private_hosts)
    return numbers


def check_number(host: str, private_hosts: Collection[str] = ()) -> None:
    """Checks a host that is a number, or a name of this machine; looks no other name up.

    Raises:
        RejectedError: it is on a private network.
    """
    numbers = ["127.0.0.1"] if f".{_plain(host)}".endswith(f".{_THIS_MACHINE}") else []
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        numbers += [str(entry[4][0]) for entry in found]
    except (OSError, UnicodeError):
        pass  # a name
    _refuse_private(host, numbers, private_hosts)


def _refuse_private(host: str, numbers: list[str], private_hosts: Collection[str]) -> None:
    inside = next((number for number in numbers if not is_public(number)), None)
    if inside is None or _is_named(_plain(host), private_hosts):
        return
    shown = host if host == inside else f"{host}, {inside}"
    remedy = f"if you trust what it leads to, set DATELINE_PRIVATE_HOSTS={host}"
    raise RejectedError(f"leads into a private network ({shown})", remedy)


def _is_named(host: str, private_hosts: Collection[str]) -> bool:
    names = [name.lower() for name in private_hosts]
    return any(host == name or (name.startswith(".") and host.endswith(name)) for name in names)


def _plain(host: str) -> str:
    return host.lower().rstrip(".")


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def same_site(one: str, other: str) -> bool:
    """Whether two web addresses are of one site; "www.", "m.", "feeds." and the like make no other of it."""
    hosts = {_SERVICE.sub("", host_of(url) or "", count=1) for url in (one, other)}
    return len(hosts) == 1 and hosts != {""}
