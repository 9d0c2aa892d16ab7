"""Reverse proxy of `docker/nginx.conf` or `systemd/nginx.conf` on the loopback interface, run by the local nginx."""

import contextlib
import os
import re
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPMessage, HTTPSConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONF = ROOT / "docker" / "nginx.conf"
DEBIAN = ROOT / "systemd" / "nginx.conf"
# Files included by both.
SITE = ROOT / "docker" / "site.conf"
START_SECONDS = 60
# Type A and class IN, in DNS questions and answers.
A_RECORD = struct.pack("!HH", 1, 1)


class NoNginx(Exception):
    """Reason why the proxy cannot run here, in one sentence."""


@dataclass
class Names:
    """DNS server on the loopback interface that knows one name, `web`, as the container engine does."""

    addresses: list[str]
    port: int = 0
    _socket: socket.socket = field(default_factory=lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))

    def start(self) -> None:
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._answer, daemon=True).start()

    def stop(self) -> None:
        self._socket.close()

    def _answer(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                query, client = self._socket.recvfrom(512)
                question = query[12 : query.index(b"\0", 12) + 5]
                known = list(self.addresses) if question.endswith(A_RECORD) else []
                head = query[:2] + struct.pack("!HHHHH", 0x8180, 1, len(known), 0, 0)
                records = [
                    b"\xc0\x0c" + A_RECORD + struct.pack("!IH", 1, 4) + socket.inet_aton(address) for address in known
                ]
                self._socket.sendto(head + question + b"".join(records), client)


@dataclass(frozen=True)
class Answer:
    """Response of the proxy."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def memory(self) -> str:
        """Cache status: HIT, MISS, EXPIRED, BYPASS; "" without a cache."""
        return self.headers.get("X-Cache", "")


@dataclass(frozen=True)
class Proxy:
    """Running proxy: its ports, its folder, and the names of the web servers behind it."""

    port: int
    folder: Path
    names: Names

    def get(self, path: str, *, host: str = "comite.example", **headers: str) -> Answer:
        """Requests `path` over TLS, with `headers` (`_` stands for `-`)."""
        return self.ask("GET", path, host=host, **headers)

    def ask(self, method: str, path: str, *, host: str = "comite.example", **headers: str) -> Answer:
        """Requests `path` with another method."""
        connection = HTTPSConnection("127.0.0.1", self.port, timeout=60, context=_trusting())
        try:
            connection.request(
                method, path, headers={"Host": host} | {k.replace("_", "-"): v for k, v in headers.items()}
            )
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    @property
    def access_log(self) -> str:
        return (self.folder / "access.log").read_text()

    @property
    def error_log(self) -> str:
        return (self.folder / "error.log").read_text()


def _trusting() -> ssl.SSLContext:
    """Returns an SSL context that accepts the self-signed certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def find_nginx() -> str:
    """Returns the path of nginx. Raises NoNginx."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if nginx is None or not shutil.which("openssl"):
        raise NoNginx("nginx or openssl is not here")
    return nginx


def _knows_http2_on(nginx: str) -> bool:
    output = subprocess.run([nginx, "-v"], capture_output=True, text=True, check=True).stderr
    return tuple(int(part) for part in re.search(r"/([\d.]+)", output)[1].split(".")) >= (1, 25, 1)  # type: ignore[index]


def free_ports(count: int) -> list[int]:
    """Returns ports that are free on every loopback address."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for sock in sockets:
            sock.bind(("", 0))
        return [sock.getsockname()[1] for sock in sockets]


def make_certificate(folder: Path) -> None:
    """Writes a new self-signed certificate and its key to `folder`, under the file names of certbot."""
    kind = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=comite.example"
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(["openssl", "req", "-x509", *kind.split(), *files], check=True, capture_output=True)


def render(folder: Path, *, names: Names, web_port: int, proxy_conf: str = "", conf: Path = CONF) -> int:
    """Writes `conf` and a certificate to `folder`, with only ports and paths replaced; returns the TLS port.

    `proxy_conf` is the operator's file in proxy.d/. With Debian's file the web servers are 127.0.0.2 and 127.0.0.3.
    """
    plain, tls, inner = free_ports(3)
    for name in ("tls", "proxy.d", "acme", "cache", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "proxy.d" / "site.conf").write_text(proxy_conf)
    make_certificate(folder / "tls")
    shared = {
        "listen 80 default_server": f"listen 127.0.0.1:{plain} default_server",
        "listen 443 ssl default_server": f"listen 127.0.0.1:{tls} ssl default_server",
        "127.0.0.1:8081": f"127.0.0.1:{inner}",
        "/etc/nginx/tls/": f"{folder}/tls/",
        "/etc/nginx/proxy.d/": f"{folder}/proxy.d/",
        "/var/cache/nginx/": f"{folder}/cache/",
        "/var/www/acme": f"{folder}/acme",
        "/var/www/error-pages": f"{folder}/error-pages",
    }
    container = {
        "resolver 127.0.0.11 valid=5s": f"resolver 127.0.0.1:{names.port} valid=1s",
        "default web:8000;": f"default web:{web_port};",
        "/dev/stdout": f"{folder}/access.log",
        "/dev/stderr": f"{folder}/error.log",
        " /tmp/nginx": f" {folder}/tmp/nginx",  # noqa: S108
    }
    debian = {
        "user www-data;": "",
        "127.0.0.1:8000 ": f"127.0.0.2:{web_port} ",
        "127.0.0.1:8001 ": f"127.0.0.3:{web_port} ",
        "/run/nginx.pid": f"{folder}/nginx.pid",
        "/var/log/nginx/": f"{folder}/",
    }
    main = {"/etc/nginx/site.conf": f"{folder}/site.conf"} | (container if conf == CONF else debian)
    _rewrite(SITE, folder / "site.conf", shared)
    _rewrite(conf, folder / "nginx.conf", main)
    if not _knows_http2_on(find_nginx()):
        (folder / "nginx.conf").write_text((folder / "nginx.conf").read_text().replace("    http2 on;\n", ""))
    return tls


def _rewrite(source: Path, target: Path, places: dict[str, str]) -> None:
    text = source.read_text()
    for old, new in places.items():
        if old not in text:
            raise LookupError(f"{source} has no {old!r}")
        text = text.replace(old, new)
    target.write_text(text)


@contextlib.contextmanager
def running_proxy(
    folder: Path, *, addresses: list[str], web_port: int, proxy_conf: str = "", conf: Path = CONF
) -> Iterator[Proxy]:
    """Runs the proxy in `folder` for the web servers at `addresses`; yields it, and stops it. Raises NoNginx."""
    nginx = find_nginx()
    names = Names(addresses)
    names.start()
    port = render(folder, names=names, web_port=web_port, proxy_conf=proxy_conf, conf=conf)
    user = "user root; " if os.getuid() == 0 else ""
    command = [nginx, "-p", str(folder), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]
    subprocess.run([*command, "-t", "-g", user.strip() or "daemon off;"], check=True, capture_output=True, text=True)
    process = subprocess.Popen([*command, "-g", f"{user}daemon off;"])
    try:
        _wait_for(process, port)
        yield Proxy(port, folder, names)
    finally:
        process.terminate()
        process.wait()
        names.stop()


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise NoNginx("nginx did not start: error.log says why")
