"""IP addresses of requests: networks for rate limits, and what is stored."""

import pytest

from common.networks import address_of, coarse_network, network_of, site_of


@pytest.mark.parametrize(
    ("address", "network", "site", "stored"),
    [
        ("203.0.113.77", "203.0.113.77", "203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.77", "203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/56", "2001:db8:1::/48", "2001:db8:1::/48"),
        ("::1", "::/56", "::/48", "::/48"),
    ],
)
def test_network_for_rate_limits_and_truncated_address_for_storage(rf, address, network, site, stored):
    request = rf.get("/", REMOTE_ADDR=address)
    assert (network_of(request), site_of(request)) == (network, site)
    assert str(coarse_network(address_of(request))) == stored
