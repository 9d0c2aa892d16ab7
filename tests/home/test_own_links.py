"""Links of the screens of the admin that a user may open lead to screens that this user may open as well.

`tests/cms/test_french_admin.py` follows the links of every screen as each role (second tier).
"""

import pytest
from django.urls import reverse
from wagtail.models import Page

from cms.admin.dashboard import snippet_url
from cms.models import NewsIndexPage
from fieldwork.models import Finding
from participation.models import Comment, Proposal
from tests.cms.walking import Visit, links, read
from tests.factories import CityServiceFactory, CommentFactory, ProposalFactory, ReadingItemFactory, SourceFactory
from tests.fieldwork.trial_factories import FindingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.indexed]


def test_screens_have_no_link_that_is_refused_to_their_reader(client, editor_of):
    comment, source, service = CommentFactory(), SourceFactory(), CityServiceFactory()
    proposal = ProposalFactory(asked_service=service)
    ReadingItemFactory(source=source)
    finding = FindingFactory(state=Finding.State.SENT)
    section = Page.objects.parent_of(NewsIndexPage.objects.get()).get()
    screens = {
        "Modération": [
            snippet_url(Proposal, "history", proposal.pk),
            snippet_url(Comment, "history", comment.pk),
            snippet_url(type(service), "usage", service.pk),
        ],
        "Services": [reverse("findings:inspect", args=[finding.pk]), reverse("findings:history", args=[finding.pk])],
        "Rédaction": [
            reverse("wagtailadmin_explore", args=[section.pk]),
            snippet_url(type(source), "usage", source.pk),
        ],
    }
    dead = []
    for group, urls in screens.items():
        client.force_login(editor_of(group))
        opened = {"/", reverse("account_logout"), reverse("wagtailadmin_logout")}
        for url in urls:
            page = client.get(url)
            assert page.status_code == 200, (group, url)
            for link in {one for one in links(read(page), url) if "?" not in one} - opened:
                opened.add(link)
                answer = client.get(link)
                visit = Visit(link, url, True, answer.status_code, "", None, answer.get("Location", ""))
                dead += [(group, url, link)] if visit.is_broken_link else []
    assert dead == []
