"""IP addresses of requests: networks for rate limits, and what is stored."""

import pytest

from common.networks import address_of, coarse_network, network_of


@pytest.mark.parametrize(
    ("address", "network", "kept"),
    [
        ("203.0.113.77", "203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/56", "2001:db8:1::/48"),
        ("::1", "::/56", "::/48"),
    ],
)
def test_an_address_is_counted_by_its_network_and_kept_without_its_end(rf, address, network, kept):
    request = rf.get("/", REMOTE_ADDR=address)
    assert network_of(request) == network
    assert str(coarse_network(address_of(request))) == kept
