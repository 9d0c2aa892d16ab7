"""IP addresses of requests, and the networks that represent them."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

Address: TypeAlias = IPv4Address | IPv6Address
# Usual prefix that a provider assigns to a household, treated as one client.
HOME_IPV6_PREFIX = 56
# Usual prefix of an organisation, or of a rented server.
SITE_IPV6_PREFIX = 48
# Prefixes of stored IP addresses: precise enough to recognise and block the source of an attack, but shared by 256 IPv4
# addresses, so that a household is not identified.
KEPT_IPV4_PREFIX, KEPT_IPV6_PREFIX = 24, 48


def parse_address(text: str) -> Address:
    """Parses an IP address; returns an IPv4 address also for its IPv6-mapped form.

    A proxy that listens on both writes `::ffff:203.0.113.5`. Raises `ValueError` for anything else.
    """
    address = ip_address(text)
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def address_of(request: HttpRequest) -> Address:
    """Returns the client address of `request`, behind the trusted proxies of the settings."""
    return parse_address(get_adapter(request).get_client_ip(request))


def network_of(request: HttpRequest) -> str:
    """Returns the first subject of rate limits: an IPv4 address, or an IPv6 network of a household.

    A household has too many IPv6 addresses to count them separately.
    """
    address = address_of(request)
    return str(ip_network((address, HOME_IPV6_PREFIX), strict=False) if isinstance(address, IPv6Address) else address)


def site_of(request: HttpRequest) -> str:
    """Returns the second subject of rate limits: an IPv4 address, or the IPv6 network that anybody can rent.

    It holds 256 networks of a household.
    """
    address = address_of(request)
    return str(ip_network((address, SITE_IPV6_PREFIX), strict=False) if isinstance(address, IPv6Address) else address)


def coarse_network(address: Address) -> IPv4Network | IPv6Network:
    """Returns the network of `address` that may be stored."""
    if isinstance(address, IPv4Address):
        return IPv4Network((address, KEPT_IPV4_PREFIX), strict=False)
    return IPv6Network((address, KEPT_IPV6_PREFIX), strict=False)
