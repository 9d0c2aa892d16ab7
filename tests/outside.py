"""Loopback servers that stand for other sites; each test defines what they answer, send slowly or keep silent about.

Names ending in `.example` resolve to this server without DNS; the guard admits this one address, through the only patch
of the application. Sockets and HTTP are real.
"""

import socket
import sys
import threading
from collections import Counter
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

from django.conf import settings

from common import fetching

HERE = "127.0.0.1"


class Outside(ThreadingTCPServer):
    """Server of all `.example` names: `says` maps an address without scheme to bytes or a function of the connection.

    `handshake` handles clients that start TLS. `asked` lists the heads of the requests received; `at_once` is the
    maximum number of simultaneous connections, of all hosts ("") and of each host. Connections that the client has
    closed do not count, even while their thread here has not noticed.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 50

    def __init__(self):
        super().__init__((HERE, 0), _Conversation)
        self.says, self.asked = {}, []
        self.names, self.handshake = {}, silence
        self.over = threading.Event()
        self.at_once, self._open, self._lock = Counter(), [], threading.Lock()

    def handle_error(self, request, client_address):
        """Ignores errors: clients hang up, as they should."""

    @contextmanager
    def counted(self, host, connection):
        with self._lock:
            self._open = [(name, other) for name, other in self._open if not _is_closed_there(other)]
            self._open.append((host, connection))
            of_host = sum(name == host for name, _other in self._open)
            self.at_once[""] = max(self.at_once[""], len(self._open))
            self.at_once[host] = max(self.at_once[host], of_host)
        try:
            yield
        finally:
            with self._lock, suppress(ValueError):
                self._open.remove((host, connection))

    def getaddrinfo(self, host, port, *args, **kwargs):
        """Replaces DNS: `names` maps a host to its addresses; `.example` resolves to this server."""
        found = self.names.get(host)
        if found is None and host.endswith(".example"):
            found = self.ends()
        elif found is None and set(host) <= set("0123456789abcdef.:"):
            found = [(host, port)]
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [_info(end) for end in (found() if callable(found) else found)]

    def ends(self):
        """Returns the address of this server, as a DNS answer."""
        return [self.server_address]


class _Conversation(BaseRequestHandler):
    def handle(self):
        head = self.request.recv(65_536)
        if head[:1] == b"\x16":
            with suppress(OSError):
                self.server.handshake(self.request, self.server.over)
            return
        while b"\r\n\r\n" not in head:
            if not (came := self.request.recv(65_536)):
                return
            head += came
        lines = head.decode("latin-1").split("\r\n")
        host = next(line[6:] for line in lines if line.lower().startswith("host: "))
        with self.server.counted(host, self.request):
            self.server.asked.append(head.decode("latin-1"))
            says = self.server.says.get(host + lines[0].split(" ")[1], answer(404))
            with suppress(OSError):
                if callable(says):
                    says(self.request, self.server.over)
                else:
                    self.request.sendall(says)


def _is_closed_there(connection):
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def _info(end):
    return socket.AF_INET6 if ":" in end[0] else socket.AF_INET, socket.SOCK_STREAM, 6, "", end


def answer(status, body=b"", **headers):
    """Returns the bytes of an HTTP response; `Content_Type="…"` adds a header, None omits the length."""
    lines = [f"HTTP/1.1 {status} Said", "Connection: close"]
    headers = {"Content_Length": len(body), **headers}
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def is_our_broker(asked):
    """Returns whether `asked`, a host and a port, is the broker: screens of the admin show the length of its queue."""
    broker = urlsplit(settings.CELERY_BROKER_URL), urlsplit(settings.REDIS_URL)
    return len(asked) > 1 and asked[0] in ("localhost", HERE, "::1") and asked[1] in {one.port for one in broker}


CONNECTING = {"socket.connect", "socket.sendto"}
NAMING = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}


class Sockets:
    """Socket connections and host lookups, reported by the interpreter's audit hooks (PEP 578), below every library."""

    heard: list | None = None
    refused: list | None = None
    thread: int = 0

    def hear(self, event, args):
        if self.heard is not None and event in CONNECTING:
            self.heard.append(args[1])
        if self.refused is not None and event in CONNECTING | NAMING and threading.get_ident() == self.thread:
            asked = args[1] if event in CONNECTING else args[:2]
            if is_our_broker(asked):
                return
            self.refused.append(asked)
            raise ConnectionRefusedError(f"Requests do not ask other servers: {asked}")

    @contextmanager
    def hearing(self):
        self.heard = []
        try:
            yield self.heard
        finally:
            self.heard = None

    @contextmanager
    def refusing(self):
        """Refuses connections and lookups of this thread; fails at the end if there were any, even if swallowed."""
        self.refused, self.thread = [], threading.get_ident()
        try:
            yield
            assert self.refused == [], f"requests ask other servers: {self.refused}"
        finally:
            self.refused = None


SOCKETS = Sockets()
# An audit hook cannot be removed: there is a single one.
sys.addaudithook(SOCKETS.hear)


def silence(connection, over):
    """Takes the request and never answers."""
    over.wait(30)


def drip(start, piece, every=0.02):
    """Returns a handler that sends `start`, then `piece` again and again, slowly and without end."""

    def says(connection, over):
        connection.sendall(start)
        while not over.wait(every):
            connection.sendall(piece)

    return says


def flood(start, piece):
    """Returns a handler that sends `start`, then `piece` again and again, as fast as the client reads."""

    def says(connection, over):
        connection.sendall(start)
        while not over.is_set():
            connection.sendall(piece)

    return says


@contextmanager
def servers_of_others(monkeypatch):
    """Starts the server and lets this process connect to it."""
    server = Outside()
    is_public = fetching.is_public
    monkeypatch.setattr(socket, "getaddrinfo", server.getaddrinfo)
    monkeypatch.setattr(fetching, "is_public", lambda address: address == HERE or is_public(address))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
