"""Returned mail: bounces of many servers, forged ones, out-of-office replies; mailbox over POP3 and IMAP."""

import datetime as dt
import email
import textwrap

import pytest

from digests.models import Subscriber
from digests.services.planning import plan_due
from mailing import bounces, inbox
from mailing.drain import drain
from mailing.models import Bounce, Heartbeat, Identity, Message, Suppression
from mailing.returns import ReturnKind, act_on, read
from mailing.services import suppressed_among
from mailing.ticking import tick
from mailing.tokens import BOUNCE, UNSUBSCRIBE, message_of, return_address
from tests.digests.factories import DAY, SLOT, SubscriberFactory
from tests.factories import ProposalFactory
from tests.mailing.fakes import MINUTE, NOW, FakeTransport, make_message
from tests.mailing.servers import Imap, MailboxServer, Pop3, serving

State = Message.State
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.MAIL_BOUNCE_ADDRESS = "retours+{token}@comite.example"
    settings.MAIL_UNSUBSCRIBE_ADDRESS = "desabonnement+{token}@comite.example"


@pytest.fixture
def sent():
    message = make_message("odile@courriel.example")
    drain(max_seconds=5, clock=lambda: NOW, transport=FakeTransport())
    message.refresh_from_db()
    assert message.state == State.SENT
    return message


def report(to, *, action="failed", status="5.1.1", first="Reporting-MTA: dns; mx.courriel.example", extra="", head=""):
    return (
        textwrap.dedent(
            """\
            From: MAILER-DAEMON@mx.courriel.example
            To: {to}
            Subject: Undelivered Mail Returned to Sender
            {head}MIME-Version: 1.0
            Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

            --b1
            Content-Type: text/plain; charset=us-ascii

            I am sorry. Status 4.9.9 is mentioned here and means nothing.

            --b1
            Content-Type: message/delivery-status

            {first}

            Final-Recipient: rfc822; odile@courriel.example
            Action: {action}
            {status}{extra}
            --b1
            Content-Type: text/rfc822-headers

            Message-ID: <x@comite.example>
            Subject: Lettre

            --b1--
            """
        )
        .format(
            to=to,
            action=action,
            status=f"Status: {status}\n" if status else "",
            first=first,
            extra=extra,
            head=head,
        )
        .encode()
    )


def plain(to, body, **headers):
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\n".join([f"To: {to}", "From: x@courriel.example", *lines, "", body, ""]).encode()


EXIM = "This message was created automatically by mail delivery software.\n550 5.1.1 Unknown user"
REPORTS = {
    "postfix": lambda to: report(
        to, extra="Diagnostic-Code: smtp; 550 5.1.1 unknown\n", head="Auto-Submitted: auto-replied\n"
    ),
    "exim with a report": lambda to: report(
        to, first="Reporting-MTA: dns; exim.courriel.example", head="X-Failed-Recipients: odile@courriel.example\n"
    ),
    "exim, text only": lambda to: plain(
        to, EXIM, X_Failed_Recipients="odile@courriel.example", Auto_Submitted="auto-replied"
    ),
    "exchange": lambda to: report(
        to,
        status="5.1.10",
        first="Reporting-MTA: dns;srv.ville.example\nReceived-From-MTA: dns;x",
        extra="X-Display-Name: Odile\n",
    ),
    "large provider": lambda to: report(
        to,
        status="5.1.1",
        first="Reporting-MTA: dns; googlemail.example\nArrival-Date: Tue, 24 Nov 2026 08:00:00 +0000",
        head="X-Failed-Recipients: odile@courriel.example\n",
    ),
    "address in capitals": lambda to: report(to.upper()),
    "name before the address": lambda to: report(f'"Retours, site" <{to}>'),
    "forwarded to the mailbox": lambda to: report("boite@interne.example", head=f"Delivered-To: {to}\n"),
}


QMAIL = """\
Hi. This is the qmail-send program at courriel.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<odile@courriel.example>:
203.0.113.5 does not like recipient.
Remote host said: 550 5.1.1 from 5.10.20.30: mailbox unavailable
"""
WAITS = """\
The address to which the message has not yet been delivered is:

  odile@courriel.example

No action is required on your part.
"""
IN_WORDS = {
    "qmail": lambda to: plain(to, QMAIL, Return_Path="<>"),
    "report that names no type": lambda to: report(to).replace(b"report-type=delivery-status; ", b""),
    "words of its own for failed": lambda to: report(to, action="error"),
}
REPORTS |= IN_WORDS


@pytest.mark.parametrize("write", REPORTS.values(), ids=REPORTS)
def test_hard_bounce_marks_the_mail_and_suppresses_the_address(sent, write):
    returned = read(write(return_address(sent, BOUNCE)))
    assert (returned.kind, returned.message) == (ReturnKind.BOUNCE, sent)
    for _twice in range(2):
        act_on(returned, now=NOW)
    sent.refresh_from_db()
    assert (sent.state, sent.sent_at) == (State.BOUNCED, NOW)
    assert sent.last_error.startswith("came back 5.1.1")
    assert Bounce.objects.count() == 1
    assert suppressed_among(["odile@courriel.example"])
    assert Suppression.objects.get().reason == Suppression.Reason.HARD_BOUNCE


NOTHING = {
    "delayed": (ReturnKind.DELAY, lambda to: report(to, action="delayed", status="4.4.1")),
    "delivered": (ReturnKind.DELAY, lambda to: report(to, action="delivered", status="2.0.0")),
    "report without a block": (ReturnKind.DELAY, lambda to: report(to, action="")),
    "absence": (
        ReturnKind.AUTO_REPLY,
        lambda to: plain(to, "Absente.", Auto_Submitted="auto-replied", Subject="Absence"),
    ),
    "old absence": (ReturnKind.AUTO_REPLY, lambda to: plain(to, "Absente.", Precedence="bulk")),
    "receipt": (
        ReturnKind.AUTO_REPLY,
        lambda to: report(to).replace(b"report-type=delivery-status", b"report-type=disposition-notification"),
    ),
    "absence that quotes a failure": (ReturnKind.AUTO_REPLY, lambda to: plain(to, QMAIL, X_Autoreply="yes")),
    "receipt that quotes a failure": (
        ReturnKind.AUTO_REPLY,
        lambda to: (
            report(to, action="displayed").replace(b"delivery-status", b"disposition-notification") + QMAIL.encode()
        ),
    ),
    "words of a delay": (
        ReturnKind.DELAY,
        lambda to: plain(to, WAITS, Return_Path="<>"),
    ),
    "a person": (ReturnKind.OTHER, lambda to: plain(to, "Bonjour, 5.1.1 est le numéro de mon dossier.")),
    "bytes": (ReturnKind.OTHER, lambda to: bytes(range(256))),
    "empty": (ReturnKind.OTHER, lambda to: b""),
}


@pytest.mark.parametrize(("kind", "write"), NOTHING.values(), ids=NOTHING)
def test_other_returns_change_nothing(sent, kind, write):
    returned = read(write(return_address(sent, BOUNCE)))
    act_on(returned, now=NOW)
    sent.refresh_from_db()
    assert (returned.kind, sent.state) == (kind, State.SENT)
    assert not Suppression.objects.exists()


def test_forged_bounce_changes_nothing(sent):
    other = make_message()
    good = return_address(sent, BOUNCE)
    before, mac = good.partition("@")[0].split("-")
    tries = [
        "retours@comite.example",
        f"{before}-{'0' * 20}@comite.example",
        f"retours+{other.pk:x}-{mac}@comite.example",
        f"retours+{10**30:x}-{mac}@comite.example",
        good.replace("comite.example", "ailleurs.example"),
        return_address(sent, UNSUBSCRIBE),
    ]
    for address in tries:
        returned = read(report(address))
        assert (returned.kind, returned.message) == (ReturnKind.FORGED, None)
        act_on(returned, now=NOW)
    sent.refresh_from_db()
    assert (sent.state, Suppression.objects.count()) == (State.SENT, 0)


def test_bounce_text_without_a_token_is_left_for_a_person():
    assert read(plain("retours@comite.example", QMAIL)).kind == ReturnKind.OTHER


def test_unparsable_bounce_is_left_for_a_person(sent, monkeypatch, caplog):
    def fail(mail):
        raise ValueError("no such charset")

    monkeypatch.setattr("mailing.returns.all_failures", fail)
    assert read(plain(return_address(sent, BOUNCE), QMAIL)).kind == ReturnKind.OTHER
    assert "no such charset" in caplog.text


def test_token_of_another_database_is_invalid_and_old_keys_are_valid(sent, settings):
    address = return_address(sent, BOUNCE)
    assert len(address.partition("@")[0]) <= 64
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "new" * 20
    assert message_of(address, BOUNCE) == sent
    Message.objects.filter(pk=sent.pk).update(message_id="<another@comite.example>")
    assert message_of(address, BOUNCE) is None


def test_return_path_of_each_mail_identifies_it(settings):
    first, second = make_message(), make_message()
    transport = FakeTransport()
    drain(max_seconds=5, clock=lambda: NOW, transport=transport)
    assert [message_of(sender, BOUNCE) for sender in transport.senders] == [first, second]
    settings.MAIL_BOUNCE_ADDRESS = ""
    make_message()
    drain(max_seconds=5, clock=lambda: NOW, transport=transport)
    assert transport.senders[2] == "lettre@comite.example"


@pytest.mark.parametrize("status", ["5.2.2", "5.0.0", "5.4.4", "4.4.7"])
def test_three_soft_bounces_in_the_retention_period_suppress_an_address(status):
    def bounce(now):
        message = make_message("Odile@courriel.example", now=now)
        drain(max_seconds=5, clock=lambda: now, transport=FakeTransport())
        act_on(read(report(return_address(message, BOUNCE), status=status)), now=now)

    bounce(NOW - bounces.MEMORY - 60 * DAY)  # too old to count
    bounce(NOW - 60 * DAY)
    bounce(NOW - 30 * DAY)
    assert not Suppression.objects.exists()
    bounce(NOW)
    assert Suppression.objects.get().reason == Suppression.Reason.BOUNCES


@pytest.mark.parametrize("status", ["5.7.1", "5.7.26", "5.6.1", "5.3.4", "5.5.2"])
def test_failures_unrelated_to_the_address_are_not_counted(sent, status):
    for _n in range(3):
        act_on(read(report(return_address(sent, BOUNCE), status=status)), now=NOW)
    sent.refresh_from_db()
    assert (sent.state, Bounce.objects.count(), Suppression.objects.count()) == (State.BOUNCED, 0, 0)


def mailbox(settings, handler, *mails):
    server = MailboxServer(handler, mails)
    scheme = "pop3" if handler is Pop3 else "imap"
    settings.MAIL_INBOX_URL = f"{scheme}://retours%40comite.example:secret@127.0.0.1:{server.port}"
    return serving(server)


@pytest.mark.parametrize("handler", [Pop3, Imap])
def test_tick_deletes_automatic_mails_and_leaves_personal_ones(settings, sent, handler):
    address = return_address(sent, BOUNCE)
    machines = [
        report(address),
        report("retours+1-00@comite.example"),
        plain(address, "Absente.", Auto_Submitted="auto-replied"),
    ]
    personal_mails = [
        plain(address, ".une\n..deux"),
        plain("retours@comite.example", "La lettre d’une liste", Precedence="list"),
        b"x" * 1_000_001,
    ]
    with mailbox(settings, handler, *machines, *personal_mails) as server:
        done = tick(now=NOW)
        assert list(server.mails.values()) == personal_mails
    sent.refresh_from_db()
    assert sent.state == State.BOUNCED
    assert "inbox: 1 automatic answer, 1 bounce, 3 left for a person, 1 without a valid token" in str(done)


def test_unprocessed_mail_is_flagged_and_read_once_over_imap(settings):
    with mailbox(settings, Imap, plain("retours@comite.example", "Bonjour.")) as server:
        assert inbox.sweep(now=NOW) == "inbox: 1 left for a person"
        assert inbox.sweep(now=NOW + 10 * MINUTE) == ""
        assert (len(server.mails), server.flagged) == (1, {1})


@pytest.mark.parametrize("handler", [Pop3, Imap])
def test_unprocessed_mails_do_not_block_later_ones(settings, sent, handler, monkeypatch):
    monkeypatch.setattr(inbox, "MAX_MAILS", 2)
    personal_mails = [plain("retours@comite.example", "Bonjour.") for _ in range(3)]
    with mailbox(settings, handler, *personal_mails, report(return_address(sent, BOUNCE))):
        inbox.sweep(now=NOW)
    sent.refresh_from_db()
    assert sent.state == State.BOUNCED


def test_mailbox_is_polled_at_the_configured_interval(settings):
    settings.MAIL_INBOX_MINUTES = 5
    with mailbox(settings, Pop3) as server:
        for minutes in (0, 1, 4.9, 5, 5.1):
            inbox.sweep(now=NOW + minutes * MINUTE)
        assert server.commands.count("QUIT") == 2


def test_heartbeat_in_the_future_does_not_prevent_polling(settings):
    with mailbox(settings, Pop3) as server:
        for minutes in (24 * 60, 0, 1):
            inbox.sweep(now=NOW + minutes * MINUTE)
        assert server.commands.count("QUIT") == 2


def test_bounce_processed_twice_is_counted_once(settings, sent):
    """As when the process is killed before the end of the session."""
    mail = report(return_address(sent, BOUNCE))
    for minutes in (0, 10):
        with mailbox(settings, Pop3, mail):
            inbox.sweep(now=NOW + minutes * MINUTE)
    assert (Bounce.objects.count(), Suppression.objects.count()) == (1, 1)


def test_copy_of_the_site_does_not_read_the_mailbox(settings):
    Identity.objects.create(pk=1, name="https://comite.example", adopted_at=NOW)
    with mailbox(settings, Pop3, b"x") as server:
        assert inbox.sweep(now=NOW) == ""
        assert (len(server.mails), server.commands) == (1, [])


def test_wrong_password_is_logged_without_stopping_the_tick(settings, caplog):
    with mailbox(settings, Pop3) as server:
        server.password = "other"
        tick(now=NOW)
    assert "sweep_mailbox failed" in caplog.text
    assert "secret" not in caplog.text
    assert Heartbeat.objects.filter(name="tick").exists()


def test_mail_to_the_unsubscribe_address_unsubscribes(settings):
    reader = SubscriberFactory()
    ProposalFactory(created_at=SLOT - DAY)
    plan_due(now=SLOT)
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: SLOT, transport=transport)
    header = email.message_from_bytes(transport.taken[0][1])["List-Unsubscribe"]
    address = header.rpartition("<mailto:")[2].rstrip(">")
    forged = address.replace("desabonnement", "retours")
    with mailbox(settings, Pop3, plain(forged, "")):
        inbox.sweep(now=SLOT)
    reader.refresh_from_db()
    assert reader.status == Subscriber.Status.ACTIVE
    with mailbox(settings, Pop3, plain(address, "", Subject="x")):
        inbox.sweep(now=SLOT + dt.timedelta(hours=1))
    reader.refresh_from_db()
    assert reader.status == Subscriber.Status.STOPPED


def test_auto_reply_to_the_unsubscribe_address_is_ignored():
    message = make_message()
    raw = plain(return_address(message, UNSUBSCRIBE), "Absente", Auto_Submitted="auto-replied")
    assert read(raw).kind == ReturnKind.AUTO_REPLY
