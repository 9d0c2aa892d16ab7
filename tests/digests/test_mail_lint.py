"""What every mail of the letter must be: readable without styles, with the headers that mail programs look for."""

import email
import email.policy
import re
from html.parser import HTMLParser

import pytest

from digests.planning import plan_due
from digests.subscriptions import ask_by_mail
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

pytestmark = pytest.mark.django_db


class Page(HTMLParser):
    """The tags, the links and the visible text of a mail."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.links, self.words = [], [], []
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "a":
            self.links.append(dict(attributes)["href"])

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def drained():
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: SLOT, transport=transport)
    return [data for _to, data in transport.taken]


def full_letter():
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


def confirmation():
    ask_by_mail(email="odile@courriel.example", frequency="weekly", now=SLOT)
    (data,) = drained()
    return data


@pytest.fixture(params=[full_letter, confirmation], ids=["letter", "confirmation"])
def raw(request, db):
    return request.param()


@pytest.fixture
def mail(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_the_text_comes_first_then_the_html_and_nothing_else(mail):
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert {part["Content-Transfer-Encoding"] for part in mail.iter_parts()} == {"quoted-printable"}


def test_it_goes_over_any_wire(raw):
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert len(raw) <= 20_000


def test_it_has_what_mail_programs_look_for(mail):
    for header in ("From", "To", "Date", "Message-ID", "Subject"):
        assert len(mail.get_all(header)) == 1
    assert mail["Auto-Submitted"] == "auto-generated"
    assert len(mail["To"].addresses) == 1


def test_the_html_is_readable_without_its_styles(mail):
    source = mail.get_body(("html",)).get_content()
    page = Page(source)
    assert source.startswith("<!doctype html>")
    assert page.all("html")[0]["lang"] == "fr"
    body = [name for name, _attributes in page.tags].index("body")
    first = page.tags[body + 1][1]
    assert (first["lang"], first["dir"]) == ("fr", "ltr")
    assert len(page.all("h1")) == 1
    assert "".join(page.words).strip()
    assert all(table["role"] == "presentation" for table in page.all("table"))
    assert not [tag for tag, _attributes in page.tags if tag in ("img", "script", "link", "iframe", "form", "b")]
    assert "url(" not in source
    assert "prefers-color-scheme: dark" in source
    sizes = [int(size) for size in re.findall(r"(?<!-)font-size:(\d+)px", source)]
    assert min(size for size in sizes if size > 1) >= 16


def test_every_link_of_the_html_is_in_the_text_and_absolute(mail):
    text = mail.get_body(("plain",)).get_content()
    links = [link for link in Page(mail.get_body(("html",)).get_content()).links if not link.startswith("tel:")]
    assert links
    assert all(link.startswith("http://testserver/") for link in links)
    assert [link for link in links if link not in text] == []


def test_no_english_and_no_escape_is_left(mail):
    text = mail.get_body(("plain",)).get_content()
    assert not re.search(r"&(amp|lt|#x27|nbsp);|%\(|\bThe\b|\byou\b", text)


def test_titles_and_reasons_of_residents_are_escaped_in_the_html_only():
    mail = email.message_from_bytes(full_letter(), policy=email.policy.default)
    assert "Idée <b>11</b> & « co »" in mail.get_body(("plain",)).get_content()
    assert "<script>" not in mail.get_body(("html",)).get_content()


def test_the_letter_says_what_it_holds_and_how_to_stop_it():
    mail = email.message_from_bytes(full_letter(), policy=email.policy.default)
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
    assert text.replace("\r\n", "\n").index("\n-- \n") > text.index("VEILLE INSPIRANTE")


def test_the_first_of_a_month_is_written_as_french_people_do():
    SubscriberFactory(started_at=SLOT - 22 * DAY)
    NewsPageFactory(first_published_at=SLOT - DAY)
    plan_due(now=SLOT)
    (data,) = drained()
    text = email.message_from_bytes(data, policy=email.policy.default).get_body(("plain",)).get_content()
    assert "depuis le 1er\xa0novembre." in text
