"""Control of the audit: a small site with every fault. A check that finds no fault here is broken."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOME = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Témoin</title><h1>Un</h1>
<a href="/deux/">Deux</a> <a href="/nulle-part/">Rien</a> <a href="/deux/#absent">Ancre</a>"""

# No required element, 900 elements, a third-party script and an image that shifts the text.
# The third-party host uses a reserved name that never resolves.
SECOND = (
    "<html><title>Témoin</title><h1>Un</h1><h3 id=x>Trois</h3><i id=x></i><h1>Deux</h1><p>"
    + "".join(f"<img src='/picture-{index}'>" for index in range(9))
    + "<a href='/'><span style='color:#ddd'>mot </span></a>" * 500
    + "<form action='http://tiers.invalid/'></form>"
    + "<script src='http://tiers.invalid/mouchard.js'></script>"
    + "<script>setTimeout(() => { document.body.prepend(Object.assign(document.createElement('div'),"
    + " { style: 'height: 30vh' })) }, 900); undefinedFunction()</script>"
)

PAGES = {"/": HOME, "/deux/": SECOND}
WORST = "/deux/"


class Handler(BaseHTTPRequestHandler):
    """Serves PAGES; the second one sets a cookie; images are empty and have no dimensions."""

    def do_GET(self) -> None:
        page = PAGES.get(self.path)
        kind = "text/html; charset=utf-8" if page else "text/plain"
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", kind)
        if self.path == WORST:
            self.send_header("Set-Cookie", "mouchard=1")
        self.end_headers()
        self.wfile.write((page or "Not here").encode())

    def log_message(self, *arguments: object) -> None:
        """Discards the request log."""


@contextmanager
def control_site() -> Iterator[str]:
    """Serves the control site on a free port; yields its URL."""
    with ThreadingHTTPServer(("localhost", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
