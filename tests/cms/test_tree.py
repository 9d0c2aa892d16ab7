"""The page tree and the groups of a new site."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import Page

pytestmark = pytest.mark.django_db


def test_page_tree_of_a_new_site_has_no_problems():
    assert not any(Page.find_problems())
    assert {page.url for page in Page.objects.filter(depth=3)} >= {"/actualites/", "/veille/", "/propositions/"}


def test_each_group_has_access_to_the_admin():
    names = {"Rédaction", "Secrétariat", "Modération", "Animation", "Services", "Accueil"}
    groups = Group.objects.filter(permissions__codename="access_admin")
    assert {group.name for group in groups} == names
