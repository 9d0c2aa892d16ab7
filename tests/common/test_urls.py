"""URLs of what has a number."""

import pytest
from django.urls import NoReverseMatch, reverse

from common.urls import url_of


@pytest.mark.parametrize("number", [1, 10_021, 8_020_406_080])
def test_the_url_of_a_number_is_what_django_says(number):
    for name in ("support", "proposal_report", "follow", "discussion_comment"):
        assert url_of(f"participation:{name}", number) == reverse(f"participation:{name}", args=[number])
    for name in ("proposal", "dossier"):
        for slug in ("un-banc", "2026"):
            said = reverse(f"participation:{name}", args=[number, slug])
            assert url_of(f"participation:{name}", number, slug) == said


def test_a_view_without_a_number_has_none():
    with pytest.raises(NoReverseMatch):
        url_of("participation:proposal_list", 1)
