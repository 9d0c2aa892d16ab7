"""Every mail is a class with a name, a pair of templates and a footer with the phone number."""

import ast
import datetime as dt
import email
import email.policy
import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from cms.models import SiteConfiguration
from mailing.models import Batch, Message
from mailing.notifications import (
    DeferredNotification,
    FormerSiteMail,
    LibraryMail,
    Notification,
    Recipient,
    kinds,
    name_of_kind,
)
from tests.architecture.faults import faults
from tests.mailing.fakes import NOW

ROOT = Path(settings.BASE_DIR)


def all_subclasses(of=Notification):
    for one in of.__subclasses__():
        if not one.__module__.startswith("tests."):
            yield one
            yield from all_subclasses(one)


def classes_with_templates():
    """Returns the classes with templates: all but those of mails whose text comes from a library."""
    return [one for one in kinds().values() if hasattr(one, "template")]


def kind_of(raw):
    """Returns the kind of a mail, with which its Message-ID begins."""
    return mail_of(raw)["Message-ID"].strip("<>").rpartition("@")[0].rpartition(".")[0]


def mail_of(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def footer_parts(raw):
    """Returns the footers of the text and of the HTML of a mail."""
    mail = mail_of(raw)
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    return text.replace("\r\n", "\n").rpartition("\n-- \n")[2], html.rpartition('<td class="m"')[2]


def parts_without_phone(raw):
    digits = re.sub(r"\D", "", SiteConfiguration().phone)
    assert digits
    text, html = footer_parts(raw)
    html_text = unescape(re.sub(r"<[^>]*>", "", html))
    return [name for name, foot in (("text", text), ("html", html_text)) if digits not in re.sub(r"\D", "", foot)]


class TestClasses:
    def test_every_class_is_registered(self):
        registered = kinds()
        named = [one for one in all_subclasses() if hasattr(one, "kind")]
        assert len(named) >= 30
        assert faults(named, lambda one: not issubclass(one, registered.get(one.kind, LibraryMail))) == {}

    def test_every_kind_has_a_unique_french_name(self):
        with translation.override("fr"):
            french = {kind: str(one.verbose_name) for kind, one in kinds().items()}
        with translation.override("en"):
            english = {kind: str(one.verbose_name) for kind, one in kinds().items()}
        assert len(set(french.values())) == len(french)
        assert faults(french, lambda kind: french[kind] in ("", kind, english[kind])) == {}

    def test_unknown_kind_has_a_default_name(self):
        assert name_of_kind("letters.of-last-year") == str(FormerSiteMail.verbose_name)


@pytest.mark.thorough
@pytest.mark.one_database
@pytest.mark.django_db
@pytest.mark.xdist_group("mails")
class TestEveryMail:
    """Mails of `tools/mails`, each written by its services on the demonstration."""

    def test_every_footer_has_the_phone_number(self, every_mail):
        assert faults(every_mail, lambda name: parts_without_phone(every_mail[name])) == {}

    def test_every_notification_class_is_used_by_one_of_the_mails(self, every_mail):
        kinds_written = {kind_of(raw) for raw in every_mail.values()}
        # Digests of all frequencies share their templates.
        templates = {kinds()[kind].template for kind in kinds_written & set(kinds())}
        expected = classes_with_templates()
        assert faults(expected, lambda one: one.kind not in kinds_written and one.template not in templates) == {}

    def test_both_templates_of_every_class_are_rendered(self, templates_of_mails):
        pairs = [f"{one.template}.{part}" for one in classes_with_templates() for part in ("txt", "html")]
        assert set(pairs) - templates_of_mails == set()


@pytest.mark.django_db
class TestAdmin:
    def words(self, client, url):
        """Returns the texts of a page without markup: filters have codes in their links."""
        html = client.get(url).content.decode().partition("<main")[2]
        return [" ".join(unescape(text).split()) for text in re.split(r"<[^>]*>", html)]

    @pytest.mark.parametrize(("url", "model"), [("/admin/envois/", Message), ("/admin/lots/", Batch)])
    def test_list_shows_names_instead_of_kinds(self, animation, url, model):
        for number, kind in enumerate(kinds()):
            if model is Batch:
                Batch.objects.create(kind=kind, label=f"Envoi {number}", created_at=NOW)
            else:
                make_row(kind, number)
        words_shown = set(self.words(animation, url))
        assert words_shown & set(kinds()) == set()
        with translation.override("fr"):
            names = {" ".join(name_of_kind(kind).split()) for kind in kinds()}
        assert names - words_shown == set()

    def test_page_of_a_mail_shows_its_name_and_the_list_filters_by_kind(self, animation):
        row = make_row("digest.weekly", 1)
        make_row("account.login_code", 2)
        page = self.words(animation, f"/admin/envois/inspect/{row.pk}/")
        assert "digest.weekly" not in page
        assert name_of_kind("digest.weekly") in page
        listed = self.words(animation, "/admin/envois/?kind=digest.weekly")
        assert "p1@courriel.example" in listed
        assert "p2@courriel.example" not in listed


def make_row(kind, number):
    return Message.objects.create(
        kind=kind,
        to_email=f"p{number}@courriel.example",
        dedupe_key=f"k{number}",
        message_id=f"<{number}@comite.example>",
        next_attempt_at=NOW,
        created_at=NOW,
        expires_at=NOW + dt.timedelta(days=1),
    )


class Hello(Notification):
    kind, verbose_name, template = "test.hello", "Bonjour", "emails/newsletter"

    def recipients(self):
        return [Recipient("odile@courriel.example", key="once"), Recipient("karim@courriel.example")]

    def subject(self):
        return "Un titre\nen deux lignes"


@pytest.mark.django_db
class TestSending:
    def test_known_key_gets_no_second_mail(self):
        Hello().send(now=NOW)
        Hello().send(now=NOW)
        rows = Message.objects.order_by("pk")
        assert [row.to_email[:5] for row in rows] == ["odile", "karim", "karim"]
        assert {row.payload["subject"] for row in rows} == {"Un titre en deux lignes"}
        assert {(row.kind, row.batch) for row in rows} == {("test.hello", None)}

    def test_notification_without_recipients_is_not_rendered(self, monkeypatch):
        monkeypatch.setattr(Hello, "recipients", lambda self: [])
        monkeypatch.setattr(Hello, "content", lambda self: 1 / 0)
        assert Hello().send(now=NOW) == {}

    def test_deferred_mail_is_stored_without_text(self):
        class Later(DeferredNotification):
            kind, verbose_name = "test.later", "Plus tard"

        Later.plan([Recipient("odile@courriel.example", key="k", context={"step": 3})], now=NOW)
        row = Message.objects.get()
        assert (row.payload, row.context, row.dedupe_key) == (None, {"step": 3}, "k")


@pytest.mark.django_db
def test_alert_about_absences_has_the_phone_number():
    """Regression: the phone was missing when it had to be passed to each mail explicitly."""
    from committee.attendance.notifications import AbsencesAlert

    content = AbsencesAlert([], [], NOW.date()).content()
    assert SiteConfiguration().phone in content.text.partition("\n-- \n")[2]
    assert "tel:" in content.html
    assert reverse("wagtailadmin_home") in content.text


# Modules that may send mails: the single entry point, Django's backend for libraries, and allauth's adapter.
ALLOWED_CALLS = {
    "mailing/notifications.py": {"enqueue", "render_mail"},
    "mailing/backends.py": {"enqueue"},
    "accounts/adapter.py": {"send_mail", "render_mail"},
    # `enqueue` is here a task of Wagtail's reference index.
    "cms/models/pages.py": {"enqueue"},
}
SENDING_CALLS = {
    "enqueue",
    "render_mail",
    "send_mail",
    "send_mass_mail",
    "mail_admins",
    "mail_managers",
    "EmailMessage",
    "EmailMultiAlternatives",
}


def disallowed_calls(path):
    """Returns the calls of a module that send a mail, except those allowed by `ALLOWED_CALLS`."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    names = {getattr(one, "id", getattr(one, "attr", "")) for one in calls}
    return (names & SENDING_CALLS) - ALLOWED_CALLS.get(path.relative_to(ROOT).as_posix(), set())


def test_mails_are_sent_by_allowed_modules_only():
    apps = [path.parent for path in ROOT.glob("*/apps.py")]
    modules = [path for app in apps for path in app.rglob("*.py")]
    assert len(modules) > 300
    assert faults(modules, disallowed_calls) == {}
