"""Checks that URLs are on the public Internet, against server-side request forgery (OWASP).

URLs in pages, feeds and redirects are untrusted. The rules for IPv4 and IPv6 are IANA's registries of special
addresses, as known to `ipaddress`, with additions.
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.utils.encoding import iri_to_uri

PORTS = {80, 443}
MAX_URL = 2_000
# A host whose last label is a number is an IPv4 address, in whatever notation, as in browsers (WHATWG URL, 3.5).
ENDS_IN_NUMBER = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)$")
NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))+")
# Global by the registry, but translated, anycast, or the host of a cloud (the last one).
LEADING_ELSEWHERE = [
    ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20", "168.63.129.16/32")
]
UNICAST_V6 = ip_network("2000::/3")
# NAT64 prefix (RFC 6052): equivalent to the embedded IPv4 address.
NAT64 = ip_network("64:ff9b::/96")
# Reserved names without DNS entries (RFC 2606, RFC 6761).
OF_EXAMPLES = (".example", ".invalid", ".test", ".localhost", ".example.com", ".example.net", ".example.org")


def is_of_an_example(host: str) -> bool:
    """Returns whether `host` is reserved for examples: it has no web site and receives no mail."""
    return f".{host.lower().rstrip('.')}".endswith(OF_EXAMPLES)


def public_parts(url: str) -> SplitResult:
    """Returns the parts of `url`, ASCII only, with a lowercase host. Raises ValueError for a forbidden URL.

    The resolved addresses of a name must be checked separately, with `is_public`.
    """
    if len(url) > MAX_URL or not url.isprintable() or "\\" in url:
        raise ValueError("spelling")
    parts = urlsplit(url)
    port, host = parts.port, _ascii(parts.hostname or "")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("scheme")
    if "@" in parts.netloc or "%" in parts.netloc or ("[" in parts.netloc) != (":" in host):
        raise ValueError("user name, or spelling of the host")
    if port is not None and port not in PORTS:
        raise ValueError("port")
    netloc = f"[{host}]" if ":" in host else host
    return urlsplit(iri_to_uri(parts._replace(netloc=netloc + (f":{port}" if port else ""), fragment="").geturl()))


def is_public(address: str) -> bool:
    """Returns whether `address` (an IP address) is a single host of the public Internet."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and ip in NAT64:
        ip = IPv4Address(int(ip) & 0xFFFFFFFF)
    if isinstance(ip, IPv6Address) and (ip not in UNICAST_V6 or ip.scope_id):
        return False
    elsewhere = any(ip in network for network in LEADING_ELSEWHERE)
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or elsewhere)


def _ascii(host: str) -> str:
    """Returns `host` in ASCII. Raises ValueError unless it is a full name or a public IP address in standard form."""
    if ":" in host:
        return _public(str(IPv6Address(host)))
    host = host.encode("idna").decode("ascii").lower().removesuffix(".")
    if ENDS_IN_NUMBER.search(host):
        return _public(str(IPv4Address(host)))
    if not NAME.fullmatch(host):
        raise ValueError("host")
    return host


def _public(address: str) -> str:
    if not is_public(address):
        raise ValueError("a machine that is not public")
    return address
