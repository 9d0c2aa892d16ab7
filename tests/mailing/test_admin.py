"""Admin page of a batch, its buttons, and suppressed addresses."""

import re

import pytest
from bs4 import BeautifulSoup
from wagtail.models import ModelLogEntry

from mailing import batches, identity
from mailing.models import Batch, Bounce, Message, Suppression
from mailing.services import email_hashes, suppress, suppressed_among
from tests.mailing.fakes import NOW, make_batch

State, Reason = Message.State, Suppression.Reason
pytestmark = [pytest.mark.django_db, pytest.mark.indexed]


def page_of(batch):
    return f"/admin/lots/inspect/{batch.pk}/"


def act(client, batch, name, **data):
    return client.post(f"/admin/envois-actions/lots/{batch.pk}/{name}/", data)


def test_page_of_a_batch_has_counts_and_reasons_of_failures(animation):
    batch = make_batch(5)
    rows = list(batch.messages.all())
    Message.objects.filter(pk=rows[0].pk).update(state=State.FAILED, last_error="smtp 552 5.2.2")
    Message.objects.filter(pk=rows[1].pk).update(state=State.BOUNCED, last_error="came back 5.1.1")
    response = animation.get(page_of(batch))
    counts = {one.label: one.count for one in response.context["counts"]}
    assert counts == {str(State.PENDING.label): 3, str(State.FAILED.label): 1, str(State.BOUNCED.label): 1}
    html = response.content.decode()
    assert "smtp 552 5.2.2" in html
    assert "came back 5.1.1" in html
    for one in response.context["counts"]:
        listed = animation.get(one.url)
        assert listed.status_code == 200
        assert len(re.findall(r"\bp\d+@courriel", listed.content.decode())) == one.count


def test_query_count_of_the_page_does_not_depend_on_the_number_of_mails(animation):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    small, large = make_batch(2), make_batch(60)
    animation.get(page_of(small))
    counts = []
    for batch in (small, large):
        with CaptureQueriesContext(connection) as queries:
            animation.get(page_of(batch))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_pausing_resuming_and_cancelling_are_confirmed_and_logged_once(animation):
    batch = make_batch(2)
    assert animation.get(f"/admin/envois-actions/lots/{batch.pk}/pause/").status_code == 200
    batch.refresh_from_db()
    assert batch.status == Batch.Status.ACTIVE
    assert act(animation, batch, "pause").status_code == 422  # a reason is required
    batch.refresh_from_db()
    assert batch.status == Batch.Status.ACTIVE
    for name, status in (("pause", "paused"), ("resume", "active"), ("cancel", "cancelled")):
        for _twice in range(2):
            assert act(animation, batch, name, reason="Une date est fausse").url == page_of(batch)
        batch.refresh_from_db()
        assert batch.status == status
    assert set(batch.messages.values_list("state", flat=True)) == {State.CANCELLED}
    entries = ModelLogEntry.objects.for_instance(batch).order_by("timestamp", "pk")
    assert [one.action for one in entries] == ["mailing.pause", "mailing.resume", "mailing.cancel"]
    assert {one.user for one in entries} == {animation.get("/admin/").wsgi_request.user}
    assert entries[0].data["reason"] == "Une date est fausse"


def test_cancelled_batch_is_not_said_to_go_on(animation):
    batch = make_batch(2)
    act(animation, batch, "cancel", reason="Une date est fausse")
    text = animation.post(f"/admin/envois-actions/lots/{batch.pk}/resume/", follow=True).content.decode()
    assert "Le contenu a changé depuis l’affichage de la page." in text
    assert "L’envoi continue." not in text


def test_sent_batch_can_neither_be_paused_nor_cancelled(animation):
    batch = make_batch(2)
    pause = f"/admin/envois-actions/lots/{batch.pk}/pause/"
    assert pause in animation.get(page_of(batch)).content.decode()
    batch.messages.update(state=State.SENT)
    assert pause not in animation.get(page_of(batch)).content.decode()


def test_page_of_a_batch_cancelled_after_a_long_stop_says_so_in_french(animation):
    batch = make_batch(1)
    batches.cancel_batch(batch=batch, reason="late")
    html = animation.get(page_of(batch)).content.decode()
    assert "L’envoi est annulé.</strong> Trop tard." in html


@pytest.mark.parametrize("group", ["Rédaction", "Modération", "Secrétariat"])
def test_other_groups_have_no_access(client, editor_of, group):
    batch = make_batch(1)
    suppress(email="odile@courriel.example", reason=Reason.HARD_BOUNCE, now=NOW)
    client.force_login(editor_of(group))
    for address in ("/admin/lots/", page_of(batch), "/admin/adresses-ecartees/"):
        assert client.get(address).status_code in (302, 403)
    assert act(client, batch, "cancel", reason="x").status_code in (302, 403)
    lift = f"/admin/envois-actions/adresses-ecartees/{Suppression.objects.get().pk}/lever/"
    assert client.post(lift, {"reason": "x"}).status_code in (302, 403)
    batch.refresh_from_db()
    assert (batch.status, Suppression.objects.count()) == (Batch.Status.ACTIVE, 1)


def test_dashboard_shows_paused_batches_and_a_wrong_identity(animation, settings):
    assert "La lettre" not in animation.get("/admin/").content.decode()
    batches.pause(batch=make_batch(1), now=NOW)
    identity.adopt(now=NOW)
    settings.MAIL_IDENTITY = "https://essai.example"
    html = animation.get("/admin/").content.decode()
    assert "La lettre" in html
    assert "http://localhost:8000" in html


def test_suppressed_address_is_searched_by_its_hash_and_never_displayed(animation):
    suppress(email="odile@courriel.example", reason=Reason.HARD_BOUNCE, now=NOW)
    suppress(email="paul@courriel.example", reason=Reason.COMPLAINT, now=NOW)
    digest = email_hashes("odile@courriel.example")[0]
    everything = animation.get("/admin/adresses-ecartees/").content.decode()
    assert digest in everything
    assert "odile" not in everything
    content = animation.get("/admin/adresses-ecartees/", {"q": " Odile@courriel.example"}).content.decode()
    assert digest in content
    assert email_hashes("paul@courriel.example")[0] not in content


def test_lifting_a_suppression_needs_a_reason_and_deletes_bounces(animation):
    (message,) = make_batch(1).messages.all()
    suppress(email=message.to_email, reason=Reason.BOUNCES, now=NOW)
    row = Suppression.objects.get()
    Bounce.objects.create(message=message, email_hash=row.email_hash, at=NOW)
    address = f"/admin/envois-actions/adresses-ecartees/{row.pk}/lever/"
    animation.get(address), animation.post(address, {"reason": " "})
    assert Suppression.objects.exists()
    assert animation.post(address, {"reason": "La boîte est vidée."}).status_code == 302
    assert (suppressed_among([message.to_email]), Bounce.objects.count()) == (set(), 0)
    assert ModelLogEntry.objects.get(action="mailing.lift").data["reason"] == "La boîte est vidée."


def test_filters_of_a_list_are_collapsed_with_the_number_of_active_ones(animation):
    make_batch(2)
    for query, summary in (("", "Filtres"), ("?status__exact=active", "Filtres (1 actif)")):
        tree = BeautifulSoup(animation.get(f"/admin/lots/{query}").content, "html.parser")
        assert " ".join(tree.select_one("details.list-filters > summary").get_text().split()) == summary
        assert [cell["data-label"] for cell in tree.select("tbody td[data-label]")][:2] == ["Nom", "État"]


def test_empty_cell_of_a_list_has_no_text_and_no_label(animation):
    """On a phone, where rows are cards, a label without a value looks like an error."""
    make_batch(1)
    for reason, named in (("", False), (Batch.PauseReason.POLICY, True)):
        Batch.objects.update(pause_reason=reason)
        cell = BeautifulSoup(animation.get("/admin/lots/").content, "html.parser").select_one("td.field-pause_reason")
        assert bool(cell.get_text(strip=True)) == named
        assert cell.has_attr("data-label") == named


def test_list_of_batches_has_the_header_of_other_lists(animation):
    batch = make_batch(1)
    page = BeautifulSoup(animation.get("/admin/lots/").content, "html.parser")
    assert page.select_one(".w-slim-header h1").get_text(strip=True)
    assert page.select_one(".w-breadcrumbs")
    assert not page.select_one(".w-header")
    assert [link.get_text(strip=True) for link in page.select(".listing .actions a")] == ["Lire"]
    row = BeautifulSoup(animation.get(page_of(batch)).content, "html.parser")
    assert "/admin/lots/" in [link["href"] for link in row.select(".w-breadcrumbs a")]
    empty = BeautifulSoup(animation.get("/admin/adresses-ecartees/").content, "html.parser")
    assert "Il n’y a rien ici pour l’instant." in empty.get_text()
