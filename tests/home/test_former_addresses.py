"""Former default URLs of snippet lists redirect to the French ones: mails and bookmarks still use them."""

from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from wagtail.snippets.models import get_snippet_models

from polls.models import Poll
from tests.factories import UserFactory
from tests.polls.factories import make_poll

pytestmark = pytest.mark.django_db


def former_url(model, rest=""):
    return f"/admin/snippets/{model._meta.app_label}/{model._meta.model_name}/{rest}"


def test_every_snippet_list_has_a_unique_french_url():
    lists = [reverse(model.snippet_viewset.get_url_name("list")) for model in get_snippet_models()]
    assert len(lists) > 20
    assert len({*lists}) == len(lists)
    assert [address for address in lists if address.startswith("/admin/snippets/")] == []


def test_former_urls_redirect_to_new_ones_with_their_query(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    for model in get_snippet_models():
        address = reverse(model.snippet_viewset.get_url_name("list"))
        for rest in ("", "?q=snippets/polls/poll&p=1", "inspect/7/?next=/admin/", "a%3Fb/%C3%A9/"):
            answer = client.get(former_url(model, rest))
            assert (answer.status_code, answer["Location"]) == (307, address + rest), model
    poll = make_poll("nuit")
    page = client.get(former_url(Poll, f"edit/{poll.pk}/"), follow=True)
    assert page.request["PATH_INFO"] == f"/admin/sondages/edit/{poll.pk}/"
    assert "Sondage nuit" in page.text


def test_form_posted_to_a_former_url_is_saved(client, editor_of):
    client.force_login(editor_of("Animation"))
    sent = {"name": "Voirie", "contact_email": "voirie@exemple.org", "members": []}
    client.post("/admin/snippets/participation/cityservice/add/", sent, follow=True)
    assert client.get("/admin/services-de-la-ville/").text.count("voirie@exemple.org") == 1


def test_former_url_requires_the_permissions_of_the_new_one(client, editor_of):
    poll = make_poll("nuit")
    address = former_url(Poll, f"edit/{poll.pk}/")
    answer = client.get(address)
    assert urlsplit(answer["Location"]).path == "/admin/login/"
    client.force_login(UserFactory())
    assert client.get(address).status_code == client.get(f"/admin/sondages/edit/{poll.pk}/").status_code != 200
    client.force_login(editor_of("Accueil"))
    by_former, by_new = (client.get(one, follow=True) for one in (address, f"/admin/sondages/edit/{poll.pk}/"))
    assert by_former.request["PATH_INFO"] == by_new.request["PATH_INFO"]
    assert "Sondage nuit" not in by_former.text
    for unknown in ("accounts/user", "cms/newspage", "choose/committee", "polls/nothing"):
        assert client.get(f"/admin/snippets/{unknown}/").status_code == 404, unknown
