"""Edit forms: what another person saved after a form was opened is not overwritten unseen (W4)."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import resolve, reverse
from wagtail.contrib.settings.registry import registry
from wagtail.snippets.models import get_snippet_models

from cms.models import SiteConfiguration, Spotlight
from committee.models import Mandate, Member, WorkProgramme
from common.edits import EditsAsShown
from digests.models import EditorialWord
from participation.models import AnswerTemplate, OfficialAnswer
from tests.bulk import fields_of
from tests.cms.factories import make_document, make_image
from tests.digests.factories import SubscriberFactory
from tests.factories import (
    CityServiceFactory,
    MandateFactory,
    OfficialAnswerFactory,
    PlaceFactory,
    SeatFactory,
    SourceFactory,
    ThemeFactory,
    UserFactory,
)
from tests.indicators.factories import make_indicator
from tests.polls.factories import make_poll

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-12-02T12:00:00Z", tick=False)]


@pytest.fixture
def editors():
    """Clients of two people in the admin, Anne and Inès."""
    clients = Client(), Client()
    for client, name in zip(clients, ("Anne", "Inès"), strict=True):
        client.force_login(UserFactory(is_superuser=True, is_staff=True, first_name=name, last_name="M."))
    return clients


def of(instance):
    return reverse(type(instance).snippet_viewset.get_url_name("edit"), args=[instance.pk])


def setting(model):
    return reverse("wagtailsettings:edit", args=[model._meta.app_label, model._meta.model_name, model.load().pk])


def admin_forms():
    """Yields address and field of an edit form of each kind; fields of inline rows too."""
    yield of(ThemeFactory()), "name"
    yield of(SourceFactory()), "name"
    yield of(make_indicator()), "title"
    yield of(PlaceFactory()), "address"
    yield of(CityServiceFactory()), "name"
    yield of(SeatFactory()), "name"
    yield of(OfficialAnswerFactory(status=OfficialAnswer.Status.DRAFT)), "reasons"
    yield of(AnswerTemplate.objects.create(name="Oui", decision="acceptee", reasons="Utile.")), "reasons"
    yield of(WorkProgramme.objects.create(year=2027)), "introduction"
    for has_revision in (False, True):
        word = EditorialWord.objects.create(body="Bonjour.", signature="Odile M.", until="2027-01-01")
        if has_revision:
            word.save_revision()
        yield of(word), "signature"
    yield of(MandateFactory().member), "college"
    yield of(make_poll(is_draft=True)), "questions-0-choices-1-text"
    yield setting(SiteConfiguration), "phone_hours"
    yield setting(Spotlight), "alert_link_text"
    yield reverse("wagtailusers_users:edit", args=[UserFactory(first_name="Yves", last_name="L.").pk]), "last_name"
    yield reverse("wagtailimages:edit", args=[make_image().pk]), "title"
    yield reverse("wagtaildocs:edit", args=[make_document().pk]), "title"


def test_second_save_of_an_edit_form_is_refused_and_says_what_was_saved(editors):
    anne, ines = editors
    for url, name in admin_forms():
        opened = anne.get(url)
        assert ines.post(url, fields_of(ines.get(url)) | {name: "Canari"}).status_code == 302, url
        refused = anne.post(url, fields_of(opened) | {name: "Perruche"})
        assert refused.status_code == 409, url
        assert "Inès M." in refused.text, url
        [change] = refused.context["edit"].changes
        assert "Canari" in change.text, url
        typed = fields_of(refused)
        assert typed[name] in ("Perruche", ["Perruche"]), url
        assert fields_of(anne.get(url))[name] in ("Canari", ["Canari"]), url
        assert anne.post(url, typed).status_code == 302, url
        assert fields_of(anne.get(url))[name] in ("Perruche", ["Perruche"]), url


def test_form_without_a_conflict_is_saved(editors):
    """The same form twice, and a form whose values are those that another person saved."""
    anne, ines = editors
    url = of(AnswerTemplate.objects.create(name="Oui", decision="acceptee", reasons="Utile."))
    first, second = (fields_of(one.get(url)) | {"reasons": "Deux\r\nlignes."} for one in editors)
    assert [anne.post(url, first).status_code, anne.post(url, first).status_code] == [302, 302]
    assert ines.post(url, second).status_code == 302


def test_page_opened_before_the_upgrade_is_refused_with_the_stored_values(editors):
    anne, _ines = editors
    url = of(ThemeFactory(name="Écrans"))
    old = fields_of(anne.get(url)) | {"name": "Réseaux"}
    del old["shown"]
    refused = anne.post(url, old)
    assert refused.status_code == 409
    assert [change.text for change in refused.context["edit"].changes] == ["Écrans"]
    assert anne.post(url, fields_of(refused)).status_code == 302


def test_rows_are_part_of_what_was_shown(editors):
    """The same row is changed; a row is added; a row is deleted that the other person changes."""
    anne, ines = editors
    member = MandateFactory().member
    url, row = of(member), "mandates-0-ends_on"
    opened = anne.get(url)
    ines.post(url, fields_of(ines.get(url)) | {row: "31/12/2026"})
    refused = anne.post(url, fields_of(opened) | {row: "30/06/2027"})
    [change] = refused.context["edit"].changes
    assert (refused.status_code, change.label) == (409, "Mandats")
    assert "31/12/2026" in change.text
    assert anne.post(url, fields_of(refused)).status_code == 302
    assert member.mandates.get().ends_on == dt.date(2027, 6, 30)

    opened = anne.get(url)
    MandateFactory(member=member, seat=None, role=Mandate.Role.COORDINATOR)
    assert anne.post(url, fields_of(opened) | {"college": "Habitants"}).status_code == 302, "the row is kept"
    assert (member.mandates.count(), Member.objects.get().college) == (2, "Habitants")

    opened = fields_of(anne.get(url))
    deleted = next(
        name for name, value in opened.items() if name.endswith("-role") and value == [Mandate.Role.COORDINATOR]
    )
    Mandate.objects.get(role=Mandate.Role.COORDINATOR).delete()
    refused = anne.post(url, opened | {deleted.replace("role", "ends_on"): "30/06/2027"})
    assert refused.status_code == 409
    assert anne.post(url, fields_of(refused)).status_code == 302
    assert member.mandates.get(role=Mandate.Role.COORDINATOR).ends_on == dt.date(2027, 6, 30)


def own_forms():
    """Yields person, address and change of a form of the public site for one's own things."""
    member = MandateFactory(member__user=UserFactory()).member
    yield member.user, reverse("committee:directory_own"), {"show_phone": "on", "phone": "03 88 00 00 00"}
    reader = SubscriberFactory(user=UserFactory())
    reader.user.verify_email()
    yield reader.user, reverse("digests:preferences"), {"paused_until": "31/12/2026"}


def test_second_window_of_the_same_person_is_refused(client):
    for person, url, change in own_forms():
        client.force_login(person)
        old = fields_of(client.get(url))
        assert client.post(url, old | change).status_code == 302, url
        assert client.post(url, old | change).status_code == 302, f"{url}, sent twice"
        refused = client.post(url, old)
        assert refused.status_code == 409, url
        assert {change.text for change in refused.context["edit"].changes} >= {*change.values()} - {"on"}, url
        assert "dans une autre fenêtre" in refused.text, url


def test_every_edit_form_of_the_admin_is_bound():
    urls = [reverse(model.snippet_viewset.get_url_name("edit"), args=[1]) for model in get_snippet_models()]
    urls += [reverse("wagtailsettings:edit", args=[*model._meta.label_lower.split("."), 1]) for model in registry]
    names = ("wagtailusers_users:edit", "wagtailimages:edit", "wagtaildocs:edit")
    urls += [reverse(name, args=[1]) for name in names]
    views = {url: resolve(url).func.view_class for url in urls}
    assert {url for url, view in views.items() if not issubclass(view, EditsAsShown)} == set()
