"""An expired form keeps the entered values; browser reports are logged without personal data."""

import json

import pytest
from bs4 import BeautifulSoup
from django.test import Client, RequestFactory

from common.kept_forms import is_written_here
from common.views import csrf_failure

TEXT = "Une idée.\r\nSur deux lignes, avec <b>des signes</b> & une fin."


@pytest.fixture
def post_expired_form(db):
    """Returns the values that the page of an expired form shows again, for a form sent with these headers."""

    def post(data, **headers):
        response = Client(enforce_csrf_checks=True).post("/compte/connexion/", data, **headers)
        assert response.status_code == 403
        context = response.context
        return response, {name: value for name, value, _text in context["texts"]}, dict(context["others"])

    return post


def test_expired_form_shows_texts_and_keeps_other_values(post_expired_form):
    response, texts, others = post_expired_form({"body": TEXT, "title": "Titre", "csrfmiddlewaretoken": "old"})
    assert texts == {"body": TEXT}
    assert others == {"title": "Titre"}
    page = response.content.decode()
    assert "<b>des signes" not in page
    assert "&lt;b&gt;des signes&lt;/b&gt; &amp; une fin." in page
    assert 'name="csrfmiddlewaretoken"' in page
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("name", ["password", "password1", "old_password"])
def test_passwords_are_not_returned(post_expired_form, name):
    response, texts, others = post_expired_form({name: "secret-de-la-nuit", "login": "odile"})
    assert name not in texts
    assert others == {"login": "odile"}
    assert "secret-de-la-nuit" not in response.content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "https://ailleurs.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "http://testserver.ailleurs.example"},
        {"HTTP_REFERER": "https://ailleurs.example/testserver/"},
    ],
)
def test_form_of_another_site_is_not_filled_in(post_expired_form, headers):
    """It would have a valid token and need only one click to be sent: not even an empty form is shown."""
    response, texts, others = post_expired_form({"body": TEXT, "title": "Titre"}, **headers)
    assert not texts
    assert not others
    assert b'method="post"' not in response.content


def test_confirmation_is_not_sent_again_but_read_again(post_expired_form):
    response, _texts, _others = post_expired_form({"next": "/admin/", "shown": "comment.1:ab"})
    assert b'method="post"' not in response.content
    assert b'href="/compte/connexion/"' in response.content


def test_words_of_a_rich_text_are_displayed_and_its_value_is_sent(post_expired_form):
    blocks = [{"key": "a", "text": "Une idée."}, {"key": "b", "text": "Deux lignes."}]
    rich, table = json.dumps({"blocks": blocks, "entityMap": {}}), json.dumps({"rows": [["a b", "c"]]})
    response, texts, others = post_expired_form({"body": rich, "table": table, "note": "[à lire] demain"})
    assert texts == {"body": rich, "note": "[à lire] demain"}
    assert others == {"table": table}
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one("textarea[readonly]").get_text().strip() == "Une idée.\nDeux lignes."
    assert page.select_one("input[name=body]")["value"] == rich


def test_a_form_of_this_site_keeps_its_text(post_expired_form):
    _response, texts, _others = post_expired_form({"body": TEXT}, HTTP_ORIGIN="http://testserver")
    assert texts == {"body": TEXT}


@pytest.mark.parametrize(("secure", "expected"), [(True, False), (False, True)])
def test_origin_is_required_over_https(secure, expected):
    assert is_written_here(RequestFactory().post("/", secure=secure)) is expected


def test_csrf_failure_returns_403(rf, db):
    assert csrf_failure(rf.post("/", {"title": "x"})).status_code == 403


def report(client, body, **headers):
    return client.post("/rapport-csp/", body, content_type="application/csp-report", **headers)


def test_csp_report_is_logged_without_the_query(client, caplog):
    body = {"csp-report": {"violated-directive": "script-src", "blocked-uri": "https://x.example/a?email=o@c.example"}}
    assert report(client, json.dumps(body)).status_code == 204
    assert "script-src blocked https://x.example/a" in caplog.text
    assert "o@c.example" not in caplog.text


@pytest.mark.parametrize(
    "body", ["", "[]", "null", '{"csp-report": 3}', '{"csp-report": []}', "{", "x" * 20_000, b"\xff"]
)
def test_invalid_csp_report_is_ignored(client, body, caplog):
    caplog.set_level("INFO")
    assert report(client, body).status_code == 204
    assert "blocked" not in caplog.text


def test_csp_report_requires_post(client):
    assert client.get("/rapport-csp/").status_code == 405
