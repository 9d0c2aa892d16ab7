"""Page on the port of `make run` while the site is prepared; the web server then gets the same listening socket."""

import socketserver
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from django.template import Context, Engine
from django.utils.html import format_html
from django.utils.safestring import mark_safe

ROOT = Path(__file__).resolve().parents[1]
SITE_NAME = "Comité des usagers du numérique"
STYLES = ("tokens.css", "base.css", "layout.css", "components/header.css")
# In the order in which they are done. `scripts.prepare` does the first two, and announces the second.
STEPS = ("database", "content", "web")
# A line of the output of `scripts.prepare` that begins with this announces a step.
ANNOUNCEMENT = "Step: "
REFRESH_SECONDS = 2
REQUEST_SECONDS = 10


class Progress:
    """Steps of a start, with the times at which they began. Written by one thread, read by those of the page."""

    def __init__(self) -> None:
        self.begun: dict[str, float] = {}
        self.ended: dict[str, float] = {}

    def begin(self, name: str) -> None:
        """Ends the current step, and begins the step `name`."""
        self.end()
        self.begun[name] = time.monotonic()

    def end(self) -> None:
        """Ends the current step, if any, and prints its seconds."""
        for name in self.begun.keys() - self.ended.keys():
            self.ended[name] = time.monotonic()
            print(f"{name.capitalize()} ... {self.seconds(name)} s", flush=True)

    def hear(self, line: str) -> None:
        """Begins the step that `line` announces; prints any other line."""
        if line.startswith(ANNOUNCEMENT):
            self.begin(line.removeprefix(ANNOUNCEMENT).strip())
        else:
            print(line, end="", flush=True)

    def seconds(self, name: str) -> str:
        """Returns the whole seconds of a step that has begun."""
        return f"{self.ended.get(name, time.monotonic()) - self.begun[name]:.0f}"

    def steps(self) -> list[dict[str, object]]:
        return [
            {
                "name": name,
                "is_begun": name in self.begun,
                "is_done": name in self.ended,
                "seconds": self.seconds(name) if name in self.begun else "",
            }
            for name in STEPS
        ]


class StartingServer(socketserver.ThreadingTCPServer):
    """Server that answers every request with the page. Raises OSError if the port cannot be used."""

    allow_reuse_address = True
    daemon_threads = True
    # Connections that arrive until the web server accepts them.
    request_queue_size = 128

    def __init__(self, port: int, progress: Progress) -> None:
        super().__init__(("127.0.0.1", port), StartingHandler)
        self.progress = progress
        # The template needs no settings: neither the site nor its database is loaded here.
        engine = Engine(dirs=[str(ROOT / "templates")], builtins=["common.templatetags.typography"])
        self.template = engine.get_template("starting.html")
        css = "".join((ROOT / "static" / "css" / name).read_text(encoding="utf-8") for name in STYLES)
        self.styles = format_html("<style>{}</style>", mark_safe(css))
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def page(self) -> bytes:
        context = {"site_name": SITE_NAME, "styles": self.styles, "steps": self.progress.steps()}
        return self.template.render(Context(context)).encode()


class StartingHandler(BaseHTTPRequestHandler):
    """Answers 503 to every path, `/healthz` too: the site is not ready."""

    server: StartingServer
    timeout = REQUEST_SECONDS

    def do_GET(self) -> None:
        body = self.server.page()
        self.send_response(HTTPStatus.SERVICE_UNAVAILABLE)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Retry-After", str(REFRESH_SECONDS))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing: the page is loaded every two seconds."""
