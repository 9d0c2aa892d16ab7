"""Mailbox for returned mails, read by the tick over POP3 or IMAP, by one process at a time."""

import imaplib
import logging
import poplib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.db.models import Q

from mailing import identity
from mailing.models import Heartbeat
from mailing.returns import ReturnedMail, ReturnKind, act_on, read

logger = logging.getLogger(__name__)

HEARTBEAT = "inbox"
TIMEOUT_SECONDS = 10
# Maximum number of mails per sweep, to keep the tick short; the next sweep continues.
MAX_MAILS = 200
# Maximum size of a mail that is read. A report quotes a mail of about 20 kB, so a larger mail is not a report.
MAX_BYTES = 1_000_000
PORTS = {"pop3": 110, "pop3s": 995, "imap": 143, "imaps": 993}


class Mailbox(Protocol):
    """Mails not left by an earlier sweep, newest first. Deletions take effect when the mailbox is closed."""

    def mails(self) -> Iterator[tuple[str, int]]: ...

    def fetch(self, key: str) -> bytes: ...

    def delete(self, key: str) -> None: ...

    def leave(self, key: str) -> None: ...

    def close(self) -> None: ...


class PopMailbox:
    def __init__(self, url: SplitResult) -> None:
        factory = poplib.POP3_SSL if url.scheme == "pop3s" else poplib.POP3
        self.server = factory(url.hostname or "", url.port or PORTS[url.scheme], timeout=TIMEOUT_SECONDS)
        try:
            self.server.user(unquote(url.username or ""))
            self.server.pass_(unquote(url.password or ""))
        except poplib.error_proto:
            self.server.close()
            raise

    def mails(self) -> Iterator[tuple[str, int]]:
        for line in reversed(self.server.list()[1]):
            key, size = line.decode("ascii").split()[:2]
            yield key, int(size)

    def fetch(self, key: str) -> bytes:
        return b"\r\n".join(self.server.retr(int(key))[1])

    def delete(self, key: str) -> None:
        self.server.dele(int(key))

    def leave(self, key: str) -> None:
        """Leaves the mail. POP3 has no flags: it is read again at each sweep, after newer ones."""

    def close(self) -> None:
        self.server.quit()


class ImapMailbox:
    def __init__(self, url: SplitResult) -> None:
        factory = imaplib.IMAP4_SSL if url.scheme == "imaps" else imaplib.IMAP4
        self.server = factory(url.hostname or "", url.port or PORTS[url.scheme], timeout=TIMEOUT_SECONDS)
        try:
            self.server.login(unquote(url.username or ""), unquote(url.password or ""))
            self.server.select(unquote(url.path.strip("/")) or "INBOX")
        except imaplib.IMAP4.error:
            self.server.shutdown()
            raise

    def mails(self) -> Iterator[tuple[str, int]]:
        for key in reversed(self.server.uid("SEARCH", "UNDELETED", "UNFLAGGED")[1][0].split()):
            answer = self.server.uid("FETCH", key.decode(), "(RFC822.SIZE)")[1][0]
            yield key.decode(), int(answer.rpartition(b"RFC822.SIZE ")[2].split(b")")[0].split()[0])

    def fetch(self, key: str) -> bytes:
        return self.server.uid("FETCH", key, "(BODY.PEEK[])")[1][0][1]

    def delete(self, key: str) -> None:
        self.server.uid("STORE", key, "+FLAGS.SILENT", "(\\Deleted)")

    def leave(self, key: str) -> None:
        """Leaves the mail flagged for attention, which every mail program shows."""
        self.server.uid("STORE", key, "+FLAGS.SILENT", "(\\Flagged)")

    def close(self) -> None:
        self.server.expunge()
        self.server.logout()


def open_mailbox() -> Mailbox:
    """Opens the mailbox of `MAIL_INBOX_URL`."""
    url = urlsplit(settings.MAIL_INBOX_URL)
    if url.scheme not in PORTS:
        raise ValueError("MAIL_INBOX_URL begins with pop3s:// or imaps://")
    return PopMailbox(url) if url.scheme.startswith("pop3") else ImapMailbox(url)


def sweep(*, now: datetime) -> str:
    """Processes returned mails and deletes automatic ones, at most every `MAIL_INBOX_MINUTES`. Returns a summary.

    Mails that may come from a person are left unread. A mail processed but not deleted, because the process was killed,
    is processed again without harm. A copy of the site leaves the mailbox alone.
    """
    if not settings.MAIL_INBOX_URL or not _is_our_turn(now) or not identity.is_ours(now=now):
        return ""
    counts: Counter[ReturnKind] = Counter()
    with closing(open_mailbox()) as mailbox:
        for index, (key, size) in enumerate(mailbox.mails()):
            if index >= MAX_MAILS:
                break
            returned = _read(mailbox, key) if size <= MAX_BYTES else ReturnedMail(ReturnKind.OTHER)
            act_on(returned, now=now)
            if returned.kind == ReturnKind.OTHER:
                mailbox.leave(key)
            else:
                mailbox.delete(key)
            counts[returned.kind] += 1
    return "inbox: " + ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) if counts else ""


def _read(mailbox: Mailbox, key: str) -> ReturnedMail:
    """Parses a mail. One that breaks the parser may come from a person, and counts as such."""
    raw = mailbox.fetch(key)
    try:
        return read(raw)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        logger.warning("a mail of the inbox cannot be read: %s", type(error).__name__)
        return ReturnedMail(ReturnKind.OTHER)


def _is_our_turn(now: datetime) -> bool:
    """Records the start of a sweep. Returns False if none is due or another process has just started one.

    Ignores a start in the future, recorded before the clock was set back.
    """
    pause = timedelta(minutes=settings.MAIL_INBOX_MINUTES)
    is_due = Q(at__lte=now - pause) | Q(at__gt=now + pause)
    if Heartbeat.objects.filter(is_due, name=HEARTBEAT).update(at=now):
        return True
    return Heartbeat.objects.get_or_create(name=HEARTBEAT, defaults={"at": now})[1]
