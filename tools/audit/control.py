"""Control: a small site where everything is wrong. A check that finds nothing there finds nothing anywhere."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOME = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Témoin</title><h1>Un</h1>
<a href="/deux/">Deux</a> <a href="/nulle-part/">Rien</a> <a href="/deux/#absent">Ancre</a>"""

# Not a word of what a page needs, 900 elements, a script of another site and a picture that pushes the text down.
# The address of the other site is one that can never exist.
SECOND = (
    "<html><title>Témoin</title><h1>Un</h1><h3 id=x>Trois</h3><i id=x></i><h1>Deux</h1><p>"
    + "".join(f"<img src='/picture-{number}'>" for number in range(9))
    + "<a href='/'><span style='color:#ddd'>mot </span></a>" * 500
    + "<form action='http://tiers.invalid/'></form>"
    + "<script src='http://tiers.invalid/mouchard.js'></script>"
    + "<script>setTimeout(() => { document.body.prepend(Object.assign(document.createElement('div'),"
    + " { style: 'height: 30vh' })) }, 900); undefinedFunction()</script>"
)

PAGES = {"/": HOME, "/deux/": SECOND}
WORST = "/deux/"


class Handler(BaseHTTPRequestHandler):
    """Answers with PAGES; the second one leaves a cookie; pictures weigh nothing and have no size."""

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
        """Says nothing: its requests are no news."""


@contextmanager
def control_site() -> Iterator[str]:
    """Serves the wrong site on a free port; gives its address."""
    with ThreadingHTTPServer(("localhost", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
