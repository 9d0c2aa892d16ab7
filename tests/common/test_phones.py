"""Phone numbers in links."""

import pytest

from common.phones import phone_link


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("03 00 00 00 00", "+33300000000"),
        ("03.00.00.00.00", "+33300000000"),
        ("+33 3 00 00 00 00", "+33300000000"),
        ("+33 (0)3 00 00 00 00", "+33300000000"),
        ("00 33 3 00 00 00 00", "+33300000000"),
        ("+49 7851 000", "+497851000"),
        ("3646", "3646"),
        ("", ""),
    ],
)
def test_phone_link_is_international_and_has_digits_only(number, link):
    assert phone_link(number) == link
