"""Contact form: one mail to the committee, nothing stored, nothing lost, nothing from bots."""

import datetime as dt
import re
from html import unescape
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from cms.models import SiteConfiguration
from common import limits
from mailing.content import MailContent
from mailing.models import Message
from tests.architecture.faults import faults
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
URL = "/contact/ecrire/"
BODY = "À Nantes, le délai est affiché.\nC’est clair."
FILLED = {"subject": "exemple", "body": BODY, "email": "Odile@courriel.example", "name": "Odile M."}


@pytest.fixture(autouse=True)
def clock():
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def words(response):
    """Returns the text of a page on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", response.content.decode())).split())


def has_filled(response, *, body=BODY):
    """Returns whether the form has all submitted values."""
    shown = response.context["form"]
    return [shown[name].value() for name in FILLED] == [*({**FILLED, "body": body}.values())]


class TestSending:
    def test_mail_goes_to_the_contact_address_with_reply_to_the_author(self, client):
        configuration = SiteConfiguration.load()
        configuration.contact_email = "bonjour@comite.example"
        configuration.save()
        client.post(URL, FILLED)
        row = Message.objects.get()
        content = MailContent.from_payload(row.payload)
        assert (row.to_email, content.reply_to) == ("bonjour@comite.example", ["Odile@courriel.example"])
        assert content.subject == "Message au comité : Un exemple pour la veille"
        assert BODY in content.text
        assert "Odile M. a écrit" in content.text

    def test_no_copy_is_sent_to_an_unverified_address(self, client):
        client.post(URL, FILLED)
        assert not Message.objects.filter(to_email__iexact=FILLED["email"]).exists()

    @pytest.mark.parametrize(("email", "copies"), [("Odile@courriel.example", 1), ("autre@courriel.example", 0)])
    def test_copy_is_sent_only_to_a_verified_address(self, client, email, copies):
        user = UserFactory(email="odile@courriel.example")
        client.force_login(user)
        assert "Nous ne vous envoyons pas de copie" in words(client.post(URL, FILLED))
        user.verify_email()
        for _time in range(2):
            shown = words(client.post(URL, FILLED | {"email": email, "body": "Un autre message."}))
        assert ("Vous recevez une copie par e-mail" in shown) == bool(copies)
        found = Message.objects.filter(kind="contact.copy")
        assert [row.to_email.lower() for row in found] == [user.email] * copies
        assert all("Un autre message." in MailContent.from_payload(row.payload).text for row in found)

    def test_mail_is_still_due_after_a_week(self, client):
        client.post(URL, FILLED)
        assert Message.objects.due(NOW + dt.timedelta(days=7)).exists()

    def test_page_after_sending_shows_text_reply_address_and_delay(self, client):
        configuration = SiteConfiguration.load()
        configuration.answer_delay = "deux semaines"
        configuration.save()
        shown = words(client.post(URL, FILLED))
        assert "Votre message est parti" in shown
        assert "Nous répondons à Odile@courriel.example sous deux semaines." in shown
        assert all(said in shown for said in ("le délai est affiché.", "Odile M.", "Un exemple pour la veille"))

    def test_same_message_twice_is_sent_once_and_another_text_is_sent(self, client):
        for _time in range(2):
            assert "Votre message est parti" in words(client.post(URL, FILLED))
        assert Message.objects.count() == 1
        client.post(URL, FILLED | {"body": "Autre chose."})
        assert Message.objects.count() == 2

    def test_text_and_address_are_deleted_after_sending(self, client):
        client.post(URL, FILLED)
        row = Message.objects.get()
        Message.objects.filter(pk=row.pk).move(source=row.state, to=Message.State.CANCELLED)
        kept = " ".join(str(value) for value in Message.objects.values().get().values()).lower()
        assert "odile" not in kept
        assert "nantes" not in kept


class TestForm:
    def test_name_is_optional(self, client):
        assert "Votre message est parti" in words(client.post(URL, FILLED | {"name": ""}))

    @pytest.mark.parametrize(
        ("missing", "said"),
        [
            ("subject", "Choisissez de quoi parle votre message."),
            ("body", "Écrivez votre message."),
            ("email", "Écrivez votre adresse"),
        ],
    )
    def test_form_shows_the_missing_field_and_preserves_the_others(self, client, missing, said):
        response = client.post(URL, FILLED | {missing: ""})
        assert said in words(response)
        assert [response.context["form"][name].value() for name in FILLED if name != missing] == [
            value for name, value in FILLED.items() if name != missing
        ]
        assert not Message.objects.exists()

    def test_text_that_is_too_long_is_preserved_in_the_form(self, client):
        long = "Bonjour. " * 500
        response = client.post(URL, FILLED | {"body": long})
        assert "Retirez-en" in words(response)
        assert has_filled(response, body=long)

    def test_subject_of_the_query_string_is_selected(self, client):
        assert '<option value="exemple" selected>' in client.get(f"{URL}?sujet=exemple").content.decode()
        assert "selected" not in client.get(f"{URL}?sujet=<b>").content.decode()

    def test_form_has_name_and_address_of_a_signed_in_user(self, client):
        user = UserFactory(public_name="Karim B.")
        client.force_login(user)
        form = client.get(URL).context["form"]
        assert [form["email"].value(), form["name"].value()] == [user.email, "Karim B."]


class TestBots:
    def test_message_with_a_filled_honeypot_is_not_sent(self, client):
        response = client.post(URL, FILLED | {"website": "https://spam.example"})
        assert has_filled(response)
        assert not Message.objects.exists()

    def test_message_sent_too_fast_is_refused_and_can_be_sent_again(self, client, clock, settings):
        settings.FORM_MINIMUM_SECONDS = 3
        token = re.search(r'name="shown_at" value="([^"]+)"', client.get(URL).content.decode())[1]
        response = client.post(URL, FILLED | {"shown_at": token})
        assert "appuyez encore une fois sur le bouton" in words(response)
        assert has_filled(response)
        clock.shift(4)
        again = response.context["form"]["shown_at"].value()
        assert "Votre message est parti" in words(client.post(URL, FILLED | {"shown_at": again}))

    def test_rate_limit_of_a_network_refuses_and_preserves_the_text(self, client, monkeypatch):
        monkeypatch.setattr(limits, "TEXTS_PER_NETWORK_AND_HOUR", 1)
        client.post(URL, FILLED)
        response = client.post(URL, FILLED | {"body": "Encore un."})
        assert response.status_code == 429
        assert "renvoyez-le dans une heure" in words(response)
        assert has_filled(response, body="Encore un.")
        assert Message.objects.count() == 1


class TestLinksToForm:
    def test_contact_page_links_to_the_form_and_sets_no_cookie(self, client):
        response = client.get("/contact/")
        assert f'href="{URL}"' in response.content.decode().partition("<main")[2].partition("</main")[0]
        assert not response.cookies
        assert response["Cache-Control"] == "public, max-age=60"

    def test_contact_page_and_form_show_phone_and_postal_address(self, client):
        configuration = SiteConfiguration.load()
        configuration.desk_address = "1 parc de l’Étoile"
        configuration.save()
        for url in ("/contact/", URL):
            shown = words(client.get(url)).partition("Aller au contenu")[2].partition("Besoin d’aide")[0]
            assert configuration.phone in shown.replace("\u00a0", " ")
            assert "1 parc de l’Étoile" in shown.replace("\u00a0", " ")

    def test_suggestion_page_links_visitors_to_the_form_with_its_subject(self, client, user):
        suggest, link = reverse("veille:suggest"), f'href="{reverse("cms:contact")}?sujet=exemple"'
        assert f'href="{suggest}"' in client.get("/veille/").content.decode()
        assert link in client.get(suggest).content.decode()
        client.force_login(user)
        assert link not in client.get(suggest).content.decode()

    def test_text_of_each_mailto_link_is_its_address(self):
        """Mail links are useless on a borrowed computer, where the visible address can be copied."""
        pages = (Path(settings.BASE_DIR) / "templates").rglob("*.html")
        assert faults(pages, mailto_without_address) == {}

    def test_rule_of_mailto_links_can_fail(self, tmp_path):
        (tmp_path / "page.html").write_text('<a href="mailto:{{ email }}">Proposer</a>')
        assert mailto_without_address(tmp_path / "page.html") == [("{{ email }}", "Proposer")]


def mailto_without_address(path):
    links = re.findall(r'<a [^>]*href="mailto:([^"]*)"[^>]*>(.*?)</a>', path.read_text(encoding="utf-8"))
    return [(address, shown) for address, shown in links if address != shown]
