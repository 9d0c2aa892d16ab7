"""Addresses that the site must never request: about three hundred spellings, and no socket to any of them.

An audit hook of the interpreter (PEP 578) records all connections, below every library.
"""

import socket
from ipaddress import ip_address

import pytest

from common import fetching, public_hosts
from common.fetching import FetchFailed, NotPublic, alarm, fetch_public
from common.public_hosts import is_public, public_parts
from tests.outside import HERE, answer

LOOPBACKS = ["127.0.0.1", "127.0.0.53", "127.255.255.254", "0.0.0.0"]  # noqa: S104 - nothing is bound
# Metadata services of clouds: most of them, Alibaba, Oracle, Azure.
METADATA = ["169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "168.63.129.16"]
WALLS = ["10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.1.1", "100.64.0.1", "198.18.0.1"]
NOBODY = ["0.0.0.1", "192.0.2.1", "198.51.100.7", "203.0.113.9", "192.88.99.1", "224.0.0.1", "240.0.0.1"]
NOBODY += ["255.255.255.255", "239.255.255.250"]
REFUSED_V4 = [*LOOPBACKS, *METADATA, *WALLS, *NOBODY]
REFUSED_V6 = ["::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "3fff::1"]
REFUSED_V6 += ["100::1", "2001::1", "2001:10::1", "2002::1", "5f00::1", "64:ff9b:1::1", "64:ff9b::", "::ffff:0:0"]
PUBLIC = ["8.8.8.8", "93.184.216.34", "2001:4860:4860::8888", "2a00:1450:4007::1", "64:ff9b::808:808"]


def spellings(address):
    """Yields the spellings of an IPv4 address that some program accepts."""
    number = int(ip_address(address))
    a, b, c, d = ip_address(address).packed
    yield from (address, f"{address}.", str(number), hex(number), f"0{number:o}", f"{a}.{b * 65536 + c * 256 + d}")
    yield from (f"{a}.{b}.{c * 256 + d}", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}")
    # Full-width digits and dots, circled digits, percent-encoding.
    wide = address.translate({ord(figure): ord(figure) + 0xFEE0 for figure in "0123456789"})
    yield from (
        wide,
        address.replace(".", "\u3002"),
        address.replace("1", "\u2460"),
        f"%{ord(address[0]):x}{address[1:]}",
    )
    # Inside an IPv6 address: mapped, compatible, translated (RFC 2765, 6052), 6to4, ISATAP.
    x, y = number >> 16, number & 0xFFFF
    for wrapped in ("::ffff:{x:x}:{y:x}", "::{x:x}:{y:x}", "::ffff:0:{x:x}:{y:x}", "64:ff9b::{x:x}:{y:x}"):
        yield f"[{wrapped.format(x=x, y=y)}]"
    yield from (f"[::ffff:{address}]", f"[2002:{x:x}:{y:x}::1]", f"[fe80::5efe:{x:x}:{y:x}]")


NAMES = {
    "localhost": HERE,
    "localhost.": HERE,
    "LOCALHOST": HERE,
    "localhost.localdomain": HERE,
    "metadata.google.internal": "169.254.169.254",
    "metadata": "169.254.169.254",
    "intranet": "10.0.0.1",
    "127.0.0.1.nip.example": HERE,
    "mur.example": "10.0.0.1",
    "mur6.example": "::ffff:10.0.0.1",
    "compatible.example": "::127.0.0.1",
    "lien.example": "fe80::1%eth0",
    "deux.example": ("8.8.8.8", "10.0.0.1"),
    "deux6.example": ("2001:4860:4860::8888", "::1"),
}
SHAPES = [
    *("", "ville.example", "//ville.example", "http:", "http://", "http:///flux", "http:ville.example", "http://::1/"),
    *(
        "ftp://ville.example/",
        "file:///etc/passwd",
        "gopher://ville.example/",
        "javascript:alert(1)",
        "data:text/plain,a",
    ),
    *(
        "unix:///run/x.sock",
        "data:text/plain,a",
        "http://@ville.example",
        "http://odile@ville.example/",
        "http://a:b@ville.example/",
    ),
    *("http://ville.example@127.0.0.1/", "http://127.0.0.1\\@ville.example/", "http://ville.example%2f@autre.example/"),
    *(
        "http://ville.example:22/",
        "http://ville.example:8080/",
        "http://ville.example:0/",
        "http://ville.example:99999/",
    ),
    *(
        "http://ville.example:http/",
        "http://ville.example:-1/",
        "http://ville.example:80:80/",
        "http://ville .example/",
    ),
    *("http://ville.example\\.autre.example/", "http://ville.example\r\nX: a/", "http://ville.example/\tx"),
    *("http://ville.example/\n", "http://[::1", "http://[v1.a]/", "http://[::1%25lo]/", "http://[fe80::1%eth0]/"),
    *(
        "http://a..example/",
        "http://-ville.example/",
        f"http://{'a' * 64}.example/",
        f"http://ville.example/{'a' * 2_000}",
    ),
    *(
        "http://\u2024.example/",
        "http://ville\uff0fautre.example/",
        "http://xn--a.example\x00/",
        "http://a%00.example/",
    ),
    *("http://*.example/", "http://0x/", "http://1/"),
]
ADDRESSES = [f"http://{spelt}/" for address in REFUSED_V4 for spelt in spellings(address)]
ADDRESSES += [f"https://[{address}]/" for address in REFUSED_V6] + [f"http://{name}/" for name in NAMES] + SHAPES


@pytest.fixture
def resolved_names(monkeypatch):
    """Resolves names with `NAMES`; the C library parses all others, including the unusual spellings."""
    real = socket.getaddrinfo

    def getaddrinfo(host, port, *args, **kwargs):
        found = NAMES.get(host, host)
        found = [found] if isinstance(found, str) else found
        if host in NAMES:
            return [(socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, port)) for one in found]
        return real(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def test_table_has_more_than_400_addresses():
    assert len(set(ADDRESSES)) > 400


def test_no_socket_is_opened_to_refused_addresses(resolved_names, connected):
    requested = []
    with alarm(60):
        for address in ADDRESSES:
            try:
                requested.append((address, fetch_public(address)))
            except NotPublic:
                continue
            except FetchFailed as error:
                requested.append((address, error))
    assert (requested, connected) == ([], [])


def test_audit_hook_records_connections(outside, connected):
    """Control: the hook records a connection that the guard allows."""
    outside.says["ville.example/"] = answer(200)
    with alarm(20):
        fetch_public("http://ville.example/")
    assert connected == outside.ends()


@pytest.mark.parametrize("address", ["http://10.0.0.1/", "http://[::1]/", "file:///etc/passwd", "http://mur.example/"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_to_a_private_address_is_refused(outside, connected, address, status):
    outside.names["mur.example"] = [("169.254.169.254", 80)]
    outside.says["ville.example/"] = answer(status, Location=address)
    with alarm(20), pytest.raises(NotPublic):
        fetch_public("http://ville.example/")
    assert connected == outside.ends()


def test_host_name_is_resolved_once(outside, connected):
    """The request goes to the checked address: there is no second lookup for DNS rebinding."""
    lookups = []

    def rebinding():
        lookups.append(1)
        return outside.ends() if len(lookups) == 1 else [("10.0.0.1", 80)]

    outside.names["change.example"] = rebinding
    with alarm(20):
        fetch_public("http://change.example/")
    assert (connected, len(lookups)) == (outside.ends(), 1)


def test_proxies_of_the_environment_are_ignored(outside, monkeypatch, connected):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://10.0.0.1:3128")
    outside.says["ville.example/"] = answer(200)
    with alarm(20):
        fetch_public("http://ville.example/")
    assert {host for host, _port in connected} == {HERE}


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address):
    assert is_public(address)
    written = f"[{address}]" if ":" in address else address
    assert public_parts(f"https://{written}/").hostname == address


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("HTTPS://Ville.Example.:443/Été?q=à b#ici", "https://ville.example:443/%C3%89t%C3%A9?q=%C3%A0%20b"),
        ("http://münster.example/%C3%A9", "http://xn--mnster-3ya.example/%C3%A9"),
        ("http://_dmarc.ville.example", "http://_dmarc.ville.example"),
    ],
)
def test_urls_are_normalised(written, expected):
    assert public_parts(written).geturl() == expected


def test_missing_check_of_addresses_is_detected(resolved_names, connected, monkeypatch):
    """Control of the table: without the check of addresses, sockets would open."""
    for module in (fetching, public_hosts):
        monkeypatch.setattr(module, "is_public", lambda address: True)
    monkeypatch.setattr(fetching, "PUBLIC_SECONDS", 0.05)
    with alarm(20), pytest.raises(FetchFailed):
        fetch_public("http://127.0.0.53/")
    # A server of this machine may answer there, and redirect.
    assert connected[:1] == [("127.0.0.53", 80)]
