"""SMTP transport: results for servers that misbehave at each phase; and the transport to a mailbox folder."""

import contextlib
import socket
import threading

import pytest

from mailing.transports import (
    MailboxTransport,
    NoConnection,
    PermanentFailure,
    SMTPTransport,
    TemporaryFailure,
    Uncertain,
)

MAIL = {"sender": "lettre@comite.example", "recipient": "odile@courriel.example", "data": b"Subject: x\r\n\r\n.y\r\n"}


class ScriptedServer:
    """SMTP server that answers each command by the script; HANG_UP closes the connection instead."""

    HANG_UP = object()

    def __init__(self, **script):
        self.script = {
            "MAIL": b"250 ok",
            "RCPT": b"250 ok",
            "DATA": b"354 go",
            "DOT": b"250 ok",
            **script,
        }
        self.received = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _address = self.socket.accept()
                with connection, connection.makefile("rwb") as stream:
                    self._talk(stream)

    def _talk(self, stream):
        self._say(stream, b"220 hello")
        in_data = False
        while line := stream.readline():
            if in_data:
                self.received.append(line)
                if line != b".\r\n":
                    continue
                in_data, answer = False, self.script["DOT"]
            else:
                answer = self.script.get(line[:4].decode().upper(), b"250 ok")
                in_data = answer is not self.HANG_UP and answer.endswith(b"354 go")
            if answer is self.HANG_UP:
                return
            self._say(stream, answer)

    @staticmethod
    def _say(stream, text):
        stream.write(text and text + b"\r\n")
        stream.flush()

    def close(self):
        self.socket.close()


WAITING, PIPELINING = b"250 ok", b"250-ok\r\n250 PIPELINING"


@pytest.fixture(params=[WAITING, PIPELINING], ids=["one by one", "pipelining"])
def server(request, settings):
    """Returns a function that starts a scripted server and points the settings to it."""
    started = []

    def start(**script):
        settings.EMAIL_HOST = "127.0.0.1"
        it = ScriptedServer(**{"EHLO": request.param, **script})
        settings.EMAIL_PORT = it.port
        settings.EMAIL_TIMEOUT = 5
        started.append(it)
        return it

    yield start
    for it in started:
        it.close()


def send():
    transport = SMTPTransport()
    transport.open()
    try:
        return transport.send(**MAIL)
    finally:
        transport.close()


def test_mail_is_accepted_with_its_dots_stuffed(server):
    it = server()
    assert send() == 250
    assert b"".join(it.received) == b"Subject: x\r\n\r\n..y\r\n.\r\n"


@pytest.mark.parametrize("server", [PIPELINING], indirect=True)
def test_pipelining_server_gets_three_commands_at_once(server):
    # It answers only after it has read all three.
    server(MAIL=b"", RCPT=b"", DATA=b"250 ok\r\n250 ok\r\n354 go")
    assert send() == 250


@pytest.mark.parametrize("phase", ["MAIL", "RCPT", "DATA", "DOT"])
def test_4xx_is_temporary_in_every_phase(server, phase):
    server(**{phase: b"451 4.7.1 later"})
    with pytest.raises(TemporaryFailure) as failure:
        send()
    assert (failure.value.code, failure.value.reason) == (451, "smtp 451 4.7.1")


@pytest.mark.parametrize("phase", ["MAIL", "RCPT", "DATA", "DOT"])
def test_5xx_is_permanent_in_every_phase(server, phase):
    server(**{phase: b"550 5.1.1 odile@courriel.example is unknown"})
    with pytest.raises(PermanentFailure) as failure:
        send()
    assert failure.value.status == "5.1.1"
    # The server's text repeats the address: it must not be stored.
    assert "odile" not in failure.value.reason


@pytest.mark.parametrize("phase", ["MAIL", "RCPT", "DATA"])
def test_connection_lost_before_the_final_dot_is_temporary(server, phase):
    server(**{phase: ScriptedServer.HANG_UP})
    with pytest.raises(TemporaryFailure):
        send()


def test_connection_lost_after_the_final_dot_is_uncertain(server):
    server(DOT=ScriptedServer.HANG_UP)
    with pytest.raises(Uncertain):
        send()


def test_unreachable_server_raises_no_connection(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(NoConnection):
        SMTPTransport().open()


def test_mail_is_not_sent_in_clear_if_starttls_is_missing(server, settings):
    settings.EMAIL_USE_TLS = True
    it = server()
    with pytest.raises(NoConnection):
        SMTPTransport().open()
    assert it.received == []


def test_mailbox_files_are_numbered_consecutively(settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path / "box"
    transport = MailboxTransport()
    transport.open()
    (settings.MAILBOX_DIR / "7.eml").write_bytes(b"x")
    threads = [threading.Thread(target=lambda: transport.send(**MAIL)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(path.name for path in settings.MAILBOX_DIR.iterdir()) == sorted(
        [f"{number}.eml" for number in range(7, 16)]
    )


def test_mailbox_transport_without_folder_raises_no_connection(settings):
    settings.MAILBOX_DIR = None
    with pytest.raises(NoConnection):
        MailboxTransport().open()
