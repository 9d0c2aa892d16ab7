"""Addresses that this site may ask: of the public Internet, so that nobody makes it ask machines behind its walls.

A page, a feed or a redirect names an address; that is a wish of whoever wrote it (OWASP, server-side request forgery).
The rules for IPv4 and IPv6 are the registries of special addresses of IANA, which `ipaddress` knows, and what they
leave out.
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.utils.encoding import iri_to_uri

PORTS = {80, 443}
MAX_URL = 2_000
# As browsers read it, a name whose last part is a number is an IPv4 address, in whatever spelling (WHATWG URL, 3.5).
ENDS_IN_NUMBER = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)$")
NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))+")
# Global by their registry, and yet they lead to another address, to everybody, or to the host of a cloud (the last).
LEADING_ELSEWHERE = [
    ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20", "168.63.129.16/32")
]
UNICAST_V6 = ip_network("2000::/3")
# How machines without IPv4 reach it (RFC 6052): as good as the address inside.
NAT64 = ip_network("64:ff9b::/96")
# Names that documents use and that no DNS answers for (RFC 2606, RFC 6761).
OF_EXAMPLES = (".example", ".invalid", ".test", ".localhost", ".example.com", ".example.net", ".example.org")


def is_of_an_example(host: str) -> bool:
    """Says whether `host` is a name that was kept for examples: nobody reaches it, no mail arrives there."""
    return f".{host.lower().rstrip('.')}".endswith(OF_EXAMPLES)


def public_parts(url: str) -> SplitResult:
    """Returns the parts of `url`, in ASCII, its host in lowercase. Raises ValueError if it is never asked for.

    Whether its host is public, only `is_public` of what its name means can say.
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
    written = f"[{host}]" if ":" in host else host
    return urlsplit(iri_to_uri(parts._replace(netloc=written + (f":{port}" if port else ""), fragment="").geturl()))


def is_public(address: str) -> bool:
    """Whether `address`, as numbers, is one machine of the public Internet."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found in NAT64:
        found = IPv4Address(int(found) & 0xFFFFFFFF)
    if isinstance(found, IPv6Address) and (found not in UNICAST_V6 or found.scope_id):
        return False
    elsewhere = any(found in network for network in LEADING_ELSEWHERE)
    return found.is_global and not (found.is_multicast or found.is_reserved or elsewhere)


def _ascii(host: str) -> str:
    """Returns `host` as it is asked for. Raises ValueError for what is neither a full name nor an address as usual."""
    if ":" in host:
        return str(IPv6Address(host))
    host = host.encode("idna").decode("ascii").lower().removesuffix(".")
    if ENDS_IN_NUMBER.search(host):
        return str(IPv4Address(host))
    if not NAME.fullmatch(host):
        raise ValueError("host")
    return host
