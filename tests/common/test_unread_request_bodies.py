"""Request bodies that no view reads are read anyway: closing the connection early makes the proxy answer 502."""

from io import BytesIO

import pytest

from common import middleware

BODY = b"a=" + b"x" * 400_000
FORM = "application/x-www-form-urlencoded"


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), [("POST", "/nulle-part/"), ("GET", "/"), ("POST", "/rapport-csp/")])
def test_body_that_no_view_reads_is_consumed(client, method, path):
    sent = BytesIO(BODY)
    client.generic(method, path, content_type=FORM, **{"wsgi.input": sent, "CONTENT_LENGTH": str(len(BODY))})
    assert sent.tell() == len(BODY)


def test_view_gets_the_whole_body_and_consumption_is_limited(rf, monkeypatch):
    request = rf.post("/", BODY, content_type=FORM)
    seen = middleware.UnreadBodyMiddleware(lambda request: len(request.POST["a"]))
    assert seen(request) == len(BODY) - 2
    monkeypatch.setattr(middleware, "UNREAD_BODY_MAX", 2 * middleware.UNREAD_BODY_CHUNK)
    sent = BytesIO(BODY)
    request = rf.generic("POST", "/", content_type=FORM, **{"wsgi.input": sent, "CONTENT_LENGTH": str(len(BODY))})
    middleware.UnreadBodyMiddleware(lambda request: None)(request)
    assert sent.tell() == 2 * middleware.UNREAD_BODY_CHUNK
