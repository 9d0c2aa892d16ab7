"""IP addresses of requests, and the networks that stand for them."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

Address: TypeAlias = IPv4Address | IPv6Address
# What a provider gives to one home: any of these addresses is one network.
HOME_IPV6_PREFIX = 56
# What is kept of an IP address: enough to see that an attack has one source and to close the door to it, too little to
# tell one home from the 255 beside it.
KEPT_IPV4_PREFIX, KEPT_IPV6_PREFIX = 24, 48


def parse_address(text: str) -> Address:
    """Returns the IP address in `text`; of an IPv4 address that is written as IPv6, the IPv4 address.

    A proxy that listens on both writes `::ffff:203.0.113.5`. Raises `ValueError` for what is no address.
    """
    address = ip_address(text)
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def address_of(request: HttpRequest) -> Address:
    """Returns the IP address that `request` came from, behind the proxies that the settings trust."""
    return parse_address(get_adapter(request).get_client_ip(request))


def network_of(request: HttpRequest) -> str:
    """Returns what limits are counted for: an IPv4 address, or the network of a home.

    One home has more IPv6 addresses than anybody can count.
    """
    address = address_of(request)
    return str(ip_network((address, HOME_IPV6_PREFIX), strict=False) if isinstance(address, IPv6Address) else address)


def coarse_network(address: Address) -> IPv4Network | IPv6Network:
    """Returns the network of `address` that may be kept."""
    if isinstance(address, IPv4Address):
        return IPv4Network((address, KEPT_IPV4_PREFIX), strict=False)
    return IPv6Network((address, KEPT_IPV6_PREFIX), strict=False)
