"""What every mail must be: readable without styles, with the headers that mail programs look for.

The mails are those of `tools/mails`, each written by its services on the demonstration, and a digest with hostile
texts. How they look to axe, in both themes, is tested in `tests/browser/test_mails.py`.
"""

import email
import email.policy
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

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


# What a mail may be made of: docs/mail.md says which programs show each, and what is lost where they do not.
BLOCKS, INLINE = "html head meta title style body div table tr td h1 h2 p ul li blockquote", "a strong br wbr"
ELEMENTS = {*BLOCKS.split(" "), *INLINE.split(" ")}
LOOK = "background-color color margin padding text-decoration border-bottom border-collapse border-left border-right"
SIZES = "border-top display font-family font-size font-weight letter-spacing line-height max-height max-width overflow"
PROPERTIES = {*LOOK.split(" "), *SIZES.split(" ")}


class Page(HTMLParser):
    """The tags, the links and their names, the headings and the visible text of a mail."""

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


def drained():
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
    (data,) = drained()
    return data


@pytest.fixture(params=[*ACTS, "hostile"])
def raw(request, every_mail):
    if request.param != "hostile":
        return every_mail[request.param]
    request.getfixturevalue("db")
    return full_digest()


@pytest.fixture
def mail(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


@pytest.fixture
def html(mail):
    return Page(html_of(mail))


def html_of(mail):
    return mail.get_body(("html",)).get_content()


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


@pytest.mark.one_database
@pytest.mark.xdist_group("mails")
class TestEveryMail:
    def test_the_text_comes_first_then_the_html_then_a_calendar(self, mail):
        body, files = mail, []
        if mail.get_content_type() == "multipart/mixed":
            body, *files = mail.iter_parts()
        assert body.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in body.iter_parts()] == ["text/plain", "text/html"]
        assert {part["Content-Transfer-Encoding"] for part in body.iter_parts()} == {"quoted-printable"}
        assert {part.get_content_charset() for part in body.iter_parts()} == {"utf-8"}
        assert [part.get_content_type() for part in files] == ["text/calendar"][: len(files)]

    def test_it_goes_over_any_wire(self, raw):
        assert raw.isascii()
        assert b"\n" not in raw.replace(b"\r\n", b"")
        assert max(len(line) for line in raw.split(b"\r\n")) <= 998
        assert len(raw) <= 20_000

    def test_it_has_what_mail_programs_look_for(self, mail):
        for header in ("From", "To", "Date", "Message-ID", "Subject", "Reply-To", "MIME-Version"):
            assert len(mail.get_all(header)) == 1, header
        assert len(mail["To"].addresses) == 1
        assert mail["Auto-Submitted"] == "auto-generated"
        assert (mail["Content-Language"], mail["X-Auto-Response-Suppress"]) == ("fr", "All")
        assert mail["From"].addresses[0].domain == mail["Message-ID"].strip("<>").rpartition("@")[2]

    def test_what_goes_to_a_list_can_be_stopped_by_one_click_and_nothing_else_says_so(self, mail):
        """RFC 8058. A code, a decision or a reminder is no list: its foot says how it is stopped, if it can be."""
        listed = mail["List-Id"] is not None
        for header in ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Help"):
            assert (mail[header] is not None) == listed, header
        assert ("/desinscription/" in text_of(mail) and not mail["Subject"].startswith("[Essai]")) == listed
        if listed:
            https, mailto = re.fullmatch(r"<(http\S+)>,\s*<(mailto:\S+)>", mail["List-Unsubscribe"]).groups()
            assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            assert https in text_of(mail)
            assert "@" in mailto

    def test_the_html_is_readable_without_its_styles(self, mail, html):
        source = html_of(mail)
        assert source.startswith("<!doctype html>")
        assert (html.all("html")[0]["lang"], html.all("html")[0]["dir"]) == ("fr", "ltr")
        first = html.tags[[name for name, _attributes in html.tags].index("body") + 1][1]
        assert (first["lang"], first["dir"]) == ("fr", "ltr")
        assert len(html.all("h1")) == 1
        assert "".join(html.words).strip()
        assert all(table["role"] == "presentation" for table in html.all("table"))
        sizes = [int(size) for size in re.findall(r"(?<!-)font-size:(\d+)px", source)]
        assert min(size for size in sizes if size > 1) >= 16
        assert "prefers-color-scheme: dark" in source

    def test_it_fetches_nothing_and_nothing_counts_who_reads(self, mail):
        source = html_of(mail)
        assert "url(" not in source
        assert "@import" not in source
        assert not re.search(r"\s(src|background|data|poster)=", source)
        assert not re.search(r"[?&](utm_|id=|r=)", source)

    def test_it_is_made_of_what_the_table_of_docs_mail_allows(self, mail, html):
        names = {name for name, _attributes in html.tags}
        assert names <= ELEMENTS
        styles = [attributes["style"] for _name, attributes in html.tags if "style" in attributes]
        used = {one.partition(":")[0].strip() for style in styles for one in style.split(";") if one.strip()}
        assert used <= PROPERTIES

    def test_every_link_and_every_quote_has_its_colours_in_both_themes(self, mail, html):
        """A link without them is blue on a dark ground in one program, violet in the next."""
        assert html.all("a")
        assert all("color:" in link["style"] and link.get("class") in (None, "b") for link in html.all("a"))
        assert re.search(r"scheme: dark\)\{[^@]*\ba\{color:#\w+!important\}a\.b\{", html_of(mail))
        assert all("q" in quote["class"] and quote["style"] for quote in html.all("blockquote"))

    def test_it_has_one_button_at_most_and_each_link_has_a_name(self, html):
        assert sum(link.get("class") == "b" for link in html.all("a")) <= 1
        assert all(name.strip() for name in html.names)

    def test_the_text_has_the_links_of_the_html_in_the_same_order(self, mail, html):
        links = [link for link in html.links if not link.startswith("tel:")]
        # Besides the site, only the room where the members of the demonstration meet from afar.
        ours = ("http://testserver/", "https://comite.example/", "https://visio.example/")
        assert all(link.startswith(ours) for link in links)
        assert re.findall(r"https?://\S+", text_of(mail)) == links

    def test_the_text_has_the_headings_of_the_html(self, mail, html):
        text = squeezed(text_of(mail))
        assert [heading for heading in html.headings if squeezed(heading) not in text] == []

    def test_what_a_list_of_mails_shows_beside_the_subject_is_not_the_subject_again(self, mail, html):
        assert squeezed(html.preheader) != squeezed(mail["Subject"])

    def test_no_english_and_no_escape_is_left(self, mail):
        assert not re.search(r"&(amp|lt|#x27|nbsp);|%\(|\bThe\b|\byou\b", text_of(mail))
        assert not re.search(r"&amp;(amp|lt|quot|#x27|nbsp);|%\(|\bThe\b|\byou\b", html_of(mail))


def squeezed(text):
    """Digests and digits alone: a text part writes headings in capitals and breaks no line where HTML does."""
    return re.sub(r"[\W_]", "", text).casefold()


@pytest.mark.one_database
@pytest.mark.xdist_group("mails")
def test_every_template_of_a_mail_is_in_one_of_them(templates_of_mails):
    """A new kind of mail needs an act in `tools/mails`, or nobody looks at it."""
    found = {str(file.relative_to("templates")) for file in Path("templates").glob("emails/**/*.*")}
    found |= {str(file.relative_to("templates")) for file in Path("templates").glob("account/email/*.*")}
    assert found - templates_of_mails == set()


def test_titles_and_reasons_of_residents_are_escaped_in_the_html_only():
    mail = email.message_from_bytes(full_digest(), policy=email.policy.default)
    assert "Idée <b>11</b> & « co »" in mail.get_body(("plain",)).get_content()
    assert "<script>" not in mail.get_body(("html",)).get_content()


def test_the_digest_says_what_it_holds_and_how_to_stop_it():
    mail = email.message_from_bytes(full_digest(), policy=email.policy.default)
    assert mail["Subject"] == "Séance du 28 novembre, 1 réponse officielle et 5 propositions"
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
    assert text.replace("\r\n", "\n").index("\n-- \n") > text.index("VEILLE INSPIRANTE")


def test_the_first_of_a_month_is_written_as_french_people_do():
    SubscriberFactory(started_at=SLOT - 22 * DAY)
    NewsPageFactory(first_published_at=SLOT - DAY)
    plan_due(now=SLOT)
    (data,) = drained()
    text = email.message_from_bytes(data, policy=email.policy.default).get_body(("plain",)).get_content()
    assert "depuis le 1er\xa0novembre." in text
