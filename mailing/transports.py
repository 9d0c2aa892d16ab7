"""Transports of mails. Their exceptions map to the outcomes of the state machine."""

import os
import smtplib
import socket
import tempfile
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class TransportError(Exception):
    """The mail was not accepted, as far as known. `code` is an SMTP code, `status` an enhanced one."""

    def __init__(self, reason: str, *, code: int | None = None, status: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.status = status


class NoConnection(TransportError):
    """The server cannot be reached; the mail is not the cause."""


class TemporaryFailure(TransportError):
    """Temporary refusal (4xx), or connection lost before the final dot."""


class PermanentFailure(TransportError):
    """Permanent refusal (5xx)."""


class Uncertain(TransportError):
    """No answer after the final dot: the server may have accepted the mail."""


class Transport(Protocol):
    """Connection to a server. `open` before the first `send`, `close` after the last one or after any exception."""

    def open(self) -> None: ...

    def send(self, *, sender: str, recipient: str, data: bytes) -> int: ...

    def close(self) -> None: ...


class SMTPTransport:
    """SMTP transport. `smtplib.sendmail` is not used: it raises the same error before and after the final dot."""

    def __init__(self) -> None:
        self.connection: smtplib.SMTP | None = None

    def open(self) -> None:
        """Connects, starts TLS and logs in. Raises `NoConnection`; a failed STARTTLS never falls back to clear text."""
        factory = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
        try:
            self.connection = factory(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=settings.EMAIL_TIMEOUT)
            self.connection.ehlo_or_helo_if_needed()
            if settings.EMAIL_USE_TLS:
                self.connection.starttls()
                self.connection.ehlo()
            if self.connection.sock:
                # The final dot is a separate packet: it must not wait for the acknowledgement of the mail (Nagle).
                self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if settings.EMAIL_HOST_USER:
                self.connection.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise NoConnection(f"no connection: {type(error).__name__}") from error

    def send(self, *, sender: str, recipient: str, data: bytes) -> int:
        """Returns the server's code if it accepted the mail; raises a `TransportError` otherwise."""
        if self.connection is None:
            raise NoConnection("not open")
        try:
            self._announce(self.connection, sender, recipient)
            self.connection.send(_dot_stuffed(data))
        except (OSError, smtplib.SMTPException) as error:
            raise TemporaryFailure(f"broken before the final dot: {type(error).__name__}") from error
        try:
            self.connection.send(b".\r\n")
            answer = self.connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Uncertain(f"no answer after the final dot: {type(error).__name__}") from error
        self._expect(answer, 250)
        return answer[0]

    def close(self) -> None:
        """Closes the socket without QUIT: after an exception the server may be gone."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    @classmethod
    def _announce(cls, server: smtplib.SMTP, sender: str, recipient: str) -> None:
        """Sends MAIL, RCPT and DATA; returns when the server expects the mail, raises its refusal.

        With PIPELINING (RFC 2920) the three commands are sent at once: two round trips per mail instead of four. After
        a refusal the connection is closed, so DATA has no effect. Addresses have no line breaks: headers with one were
        refused.
        """
        commands = (
            (f"MAIL FROM:{smtplib.quoteaddr(sender)}", (250,)),
            (f"RCPT TO:{smtplib.quoteaddr(recipient)}", (250, 251)),
            ("DATA", (354,)),
        )
        if server.has_extn("pipelining"):
            server.send("".join(f"{command}\r\n" for command, _codes in commands))
            for _command, codes in commands:
                cls._expect(server.getreply(), *codes)
            return
        for command, codes in commands:
            cls._expect(server.docmd(command), *codes)

    @staticmethod
    def _expect(answer: tuple[int, bytes], *codes: int) -> None:
        code, text = answer
        if code in codes:
            return
        first = text.split(maxsplit=1)[:1]
        status = first[0].decode("ascii", "replace") if first and first[0].count(b".") == 2 else ""
        reason = f"smtp {code} {status}".strip()
        if code == -1:
            raise TemporaryFailure("connection closed by the server")
        if 500 <= code < 600:
            raise PermanentFailure(reason, code=code, status=status)
        raise TemporaryFailure(reason, code=code, status=status)


def _dot_stuffed(data: bytes) -> bytes:
    """Returns `data` for DATA: CRLF line ends, and a dot doubled at the start of a line."""
    stuffed = data.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


class MailboxTransport:
    """Writes `1.eml`, `2.eml`… to `MAILBOX_DIR`, the demonstration mailbox at /courriels/."""

    def open(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    def send(self, *, sender: str, recipient: str, data: bytes) -> int:
        """Writes a temporary file, then links it under the next free number: readers never see half a mail."""
        number = max((path_number(path) for path in self.folder.glob("*.eml")), default=0)
        descriptor, temporary = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".part")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            while True:
                number += 1
                try:
                    os.link(temporary, self.folder / f"{number}.eml")
                except FileExistsError:
                    continue
                return 250
        finally:
            os.unlink(temporary)

    def close(self) -> None:
        """Does nothing: no resource stays open between mails."""

    @property
    def folder(self) -> Path:
        if settings.MAILBOX_DIR is None:
            raise NoConnection("MAILBOX_DIR is not set")
        return Path(settings.MAILBOX_DIR)


def path_number(path: Path) -> int:
    """Returns the number of a mail file; 0 for another file."""
    return int(path.stem) if path.stem.isascii() and path.stem.isdigit() else 0


def get_transport() -> Transport:
    """Returns a new transport of the class `MAILING_TRANSPORT`."""
    return import_string(settings.MAILING_TRANSPORT)()
