"""Ways to hide pages from visitors: a page that is not public must be named nowhere."""

import pytest
from wagtail.models import Page, PageViewRestriction


def unpublish(*pages):
    Page.objects.filter(pk__in=[page.pk for page in pages]).update(live=False)


def restrict(*pages):
    for page in pages:
        PageViewRestriction.objects.create(page_id=page.pk, restriction_type=PageViewRestriction.LOGIN)


each_way_to_hide = pytest.mark.parametrize("hide", [unpublish, restrict])
