"""Rules for every mail: readable without styles, with the headers that mail programs expect.

The mails are those of `tools/mails`, each written by its services on the demonstration, and a digest with hostile
texts. `tests/browser/test_mails.py` runs axe on them, in both themes.
"""

import email
import email.policy
import re
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.db import transaction

from digests.services.planning import plan_due
from mailing.drain import drain
from tests.digests.factories import DAY, SLOT, SubscriberFactory
from tests.factories import (
    NewsPageFactory,
    OfficialAnswerFactory,
    ProposalFactory,
    SessionPageFactory,
    UserFactory,
    VeilleEntryPageFactory,
)
from tests.mailing.fakes import FakeTransport
from tools.mails.acts import ACTS

pytestmark = pytest.mark.django_db


# Markup allowed in mails: docs/mail.md lists which programs support each, and what is lost where they do not.
BLOCKS, INLINE = "html head meta title style body div table tr td h1 h2 p ul li blockquote", "a strong br wbr"
ELEMENTS = {*BLOCKS.split(" "), *INLINE.split(" ")}
LOOK = "background-color color margin padding text-decoration border-bottom border-collapse border-left border-right"
SIZES = "border-top display font-family font-size font-weight letter-spacing line-height max-height max-width overflow"
PROPERTIES = {*LOOK.split(" "), *SIZES.split(" ")}


class Page(HTMLParser):
    """Tags, links with their names, headings and visible text of a mail."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.links, self.words = [], [], []
        self.names, self.headings, self.preheader = [], [], ""
        self.open = ""
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        self.open = tag
        if tag == "a":
            self.links.append(attributes["href"])
            self.names.append("")
        elif tag in ("h1", "h2"):
            self.headings.append("")
        elif "display:none" in attributes.get("style", ""):
            self.open = "preheader"

    def handle_endtag(self, tag):
        self.open = ""

    def handle_data(self, data):
        self.words.append(data)
        if self.open == "a":
            self.names[-1] += data
        elif self.open in ("h1", "h2"):
            self.headings[-1] += data
        elif self.open == "preheader":
            self.preheader += data

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def drain_outbox():
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: SLOT, transport=transport)
    return [data for _to, data in transport.taken]


def full_digest():
    SubscriberFactory(user=UserFactory(public_name="Odile M."))
    at = {"first_published_at": SLOT - DAY}
    start = SLOT + 5 * DAY
    SessionPageFactory(starts_at=start, ends_at=start + DAY / 12, **at)
    for n in range(12):
        ProposalFactory(title=f"Idée <b>{n}</b> & « co »", created_at=SLOT - DAY)
    OfficialAnswerFactory(
        proposal=ProposalFactory(created_at=SLOT - 40 * DAY),
        reasons="C'est <script>utile</script>.",
        published_at=SLOT - DAY,
    )
    NewsPageFactory(introduction="Une phrase. " * 30, **at)
    VeilleEntryPageFactory(**at)
    plan_due(now=SLOT)
    (data,) = drain_outbox()
    return data


@dataclass(frozen=True)
class ParsedMail:
    """A mail, its two parts and its parsed HTML."""

    raw: bytes

    @cached_property
    def mail(self):
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @cached_property
    def source(self):
        return self.mail.get_body(("html",)).get_content()

    @cached_property
    def text(self):
        return self.mail.get_body(("plain",)).get_content()

    @cached_property
    def html(self):
        return Page(self.source)


@pytest.fixture(scope="module")
def mails(every_mail, django_db_blocker):
    """Returns every kind of mail and a digest with hostile texts: name → `ParsedMail`."""
    with django_db_blocker.unblock(), transaction.atomic():
        hostile = full_digest()
        transaction.set_rollback(True)
    assert set(every_mail) >= set(ACTS)
    return {
        name: ParsedMail(raw) for name, raw in {**{act: every_mail[act] for act in ACTS}, "hostile": hostile}.items()
    }


def for_every_mail(check):
    """Turns `check` into a test that runs on each mail; one message lists all the mails that fail."""

    def test(self, mails):
        faults = {}
        for name, read in mails.items():
            try:
                check(read)
            except AssertionError as fault:
                faults[name] = str(fault)
        assert faults == {}

    test.__name__, test.__doc__ = check.__name__, check.__doc__
    return test


@pytest.mark.thorough
@pytest.mark.one_database
@pytest.mark.xdist_group("mails")
class TestEveryMail:
    @for_every_mail
    def test_parts_are_text_then_html_then_a_calendar(read):
        body, files = read.mail, []
        if read.mail.get_content_type() == "multipart/mixed":
            body, *files = read.mail.iter_parts()
        assert body.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in body.iter_parts()] == ["text/plain", "text/html"]
        assert {part["Content-Transfer-Encoding"] for part in body.iter_parts()} == {"quoted-printable"}
        assert {part.get_content_charset() for part in body.iter_parts()} == {"utf-8"}
        assert [part.get_content_type() for part in files] == ["text/calendar"][: len(files)]

    @for_every_mail
    def test_mail_is_ascii_with_short_lines_and_at_most_20_kb(read):
        assert read.raw.isascii()
        assert b"\n" not in read.raw.replace(b"\r\n", b"")
        assert max(len(line) for line in read.raw.split(b"\r\n")) <= 998
        assert len(read.raw) <= 20_000

    @for_every_mail
    def test_mail_has_the_required_headers(read):
        for header in ("From", "To", "Date", "Message-ID", "Subject", "Reply-To", "MIME-Version"):
            assert len(read.mail.get_all(header)) == 1, header
        assert len(read.mail["To"].addresses) == 1
        assert read.mail["Auto-Submitted"] == "auto-generated"
        assert (read.mail["Content-Language"], read.mail["X-Auto-Response-Suppress"]) == ("fr", "All")
        assert read.mail["From"].addresses[0].domain == read.mail["Message-ID"].strip("<>").rpartition("@")[2]

    @for_every_mail
    def test_list_mails_have_one_click_unsubscription_and_others_do_not(read):
        """RFC 8058. Mails without a list (codes, decisions, reminders) have their opt-out, if any, in the footer."""
        listed = read.mail["List-Id"] is not None
        for header in ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Help"):
            assert (read.mail[header] is not None) == listed, header
        assert ("/desinscription/" in read.text and not read.mail["Subject"].startswith("[Essai]")) == listed
        if listed:
            https, mailto = re.fullmatch(r"<(http\S+)>,\s*<(mailto:\S+)>", read.mail["List-Unsubscribe"]).groups()
            assert read.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            assert https in read.text
            assert "@" in mailto

    @for_every_mail
    def test_html_is_readable_without_its_styles(read):
        assert read.source.startswith("<!doctype html>")
        assert (read.html.all("html")[0]["lang"], read.html.all("html")[0]["dir"]) == ("fr", "ltr")
        first = read.html.tags[[name for name, _attributes in read.html.tags].index("body") + 1][1]
        assert (first["lang"], first["dir"]) == ("fr", "ltr")
        assert len(read.html.all("h1")) == 1
        assert "".join(read.html.words).strip()
        assert all(table["role"] == "presentation" for table in read.html.all("table"))
        sizes = [int(size) for size in re.findall(r"(?<!-)font-size:(\d+)px", read.source)]
        assert min(size for size in sizes if size > 1) >= 16
        assert "prefers-color-scheme: dark" in read.source

    @for_every_mail
    def test_mail_loads_no_remote_content_and_has_no_tracking(read):
        assert "url(" not in read.source
        assert "@import" not in read.source
        assert not re.search(r"\s(src|background|data|poster)=", read.source)
        assert not re.search(r"[?&](utm_|id=|r=)", read.source)

    @for_every_mail
    def test_html_uses_only_allowed_elements_and_properties(read):
        names = {name for name, _attributes in read.html.tags}
        assert names <= ELEMENTS
        styles = [attributes["style"] for _name, attributes in read.html.tags if "style" in attributes]
        used = {one.partition(":")[0].strip() for style in styles for one in style.split(";") if one.strip()}
        assert used <= PROPERTIES

    @for_every_mail
    def test_links_and_quotes_have_colours_in_both_themes(read):
        """Without explicit colours a link is blue on dark in one program, violet in the next."""
        assert read.html.all("a")
        assert all("color:" in link["style"] and link.get("class") in (None, "b") for link in read.html.all("a"))
        assert re.search(r"scheme: dark\)\{[^@]*\ba\{color:#\w+!important\}a\.b\{", read.source)
        assert all("q" in quote["class"] and quote["style"] for quote in read.html.all("blockquote"))

    @for_every_mail
    def test_mail_has_at_most_one_button_and_links_have_names(read):
        assert sum(link.get("class") == "b" for link in read.html.all("a")) <= 1
        assert all(name.strip() for name in read.html.names)

    @for_every_mail
    def test_text_has_the_links_of_the_html_in_the_same_order(read):
        links = [link for link in read.html.links if not link.startswith("tel:")]
        # Apart from the site, the only allowed host is the video room of the demonstration's meetings.
        ours = ("http://testserver/", "https://comite.example/", "https://visio.example/")
        assert all(link.startswith(ours) for link in links)
        assert re.findall(r"https?://\S+", read.text) == links

    @for_every_mail
    def test_text_has_the_headings_of_the_html(read):
        text = squeezed(read.text)
        assert [heading for heading in read.html.headings if squeezed(heading) not in text] == []

    @for_every_mail
    def test_preheader_differs_from_the_subject(read):
        assert squeezed(read.html.preheader) != squeezed(read.mail["Subject"])

    @for_every_mail
    def test_mail_contains_no_english_text_and_no_escaped_entities(read):
        assert not re.search(r"&(amp|lt|#x27|nbsp);|%\(|\bThe\b|\byou\b", read.text)
        assert not re.search(r"&amp;(amp|lt|quot|#x27|nbsp);|%\(|\bThe\b|\byou\b", read.source)


def squeezed(text):
    """Returns only letters and digits: text parts have headings in capitals and other line breaks than the HTML."""
    return re.sub(r"[\W_]", "", text).casefold()


@pytest.mark.thorough
@pytest.mark.one_database
@pytest.mark.xdist_group("mails")
def test_every_mail_template_is_used_by_one_of_the_mails(templates_of_mails):
    """A new kind of mail needs an act in `tools/mails`, or it is never checked."""
    files = {str(file.relative_to("templates")) for file in Path("templates").glob("emails/**/*.*")}
    files |= {str(file.relative_to("templates")) for file in Path("templates").glob("account/email/*.*")}
    assert files - templates_of_mails == set()


def test_titles_and_reasons_of_residents_are_escaped_in_the_html_only():
    mail = email.message_from_bytes(full_digest(), policy=email.policy.default)
    assert "Idée <b>11</b> & « co »" in mail.get_body(("plain",)).get_content()
    assert "<script>" not in mail.get_body(("html",)).get_content()


def test_digest_has_the_expected_subject_headers_and_links():
    mail = email.message_from_bytes(full_digest(), policy=email.policy.default)
    assert mail["Subject"] == "Séance du 28 novembre, 1 réponse officielle et 12 propositions"
    https, mailto = re.fullmatch(r"<(http\S+)>,\s*<(mailto:\S+)>", mail["List-Unsubscribe"]).groups()
    assert https.startswith("http://testserver/desinscription/")
    assert mailto.startswith("mailto:contact@")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"].endswith("<lettre.comite.example>")
    assert (mail["Content-Language"], mail["X-Auto-Response-Suppress"]) == ("fr", "All")
    assert str(mail["Reply-To"]) == "contact@comite.example"
    text = mail.get_body(("plain",)).get_content()
    assert https in text
    assert "Et 7 autres" in text
    assert "une fois par semaine" in text
    assert text.replace("\r\n", "\n").index("\n-- \n") > text.index("\nVEILLE")


def test_first_day_of_a_month_is_written_1er():
    SubscriberFactory(started_at=SLOT - 22 * DAY)
    NewsPageFactory(first_published_at=SLOT - DAY)
    plan_due(now=SLOT)
    (data,) = drain_outbox()
    text = email.message_from_bytes(data, policy=email.policy.default).get_body(("plain",)).get_content()
    assert "depuis le 1er\xa0novembre." in text
