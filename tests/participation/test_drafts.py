"""Drafts on the server: available on every device, never overwritten or lost, deleted on time."""

import datetime as dt
import re

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mailing.ticking import tick
from participation.models import Attachment, Proposal, ProposalDraft
from participation.services.drafts import MAX_DRAFTS, forget_drafts_without_account, forget_old_drafts
from tests.bulk import fill
from tests.factories import ProposalFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

START, IDEA, TOPIC, CHECK, DONE = [
    reverse(f"participation:deposit_{name}") for name in ("start", "idea", "topic", "check", "done")
]
CONTRIBUTIONS = reverse("participation:contributions")
IDEA_DATA = {"kind": "proposition", "title": "Un titre", "problem": "Un problème.", "body": "Une idée."}
HIDDEN = ("key", "seen")


def form_data(client, address=IDEA, **query):
    """Opens a screen like a browser window; returns the data that its form would send."""
    form = client.get(address, query).context["form"]
    return {name: str(form[name].value() or "") for name in form.fields if name in (*IDEA_DATA, *HIDDEN)}


def write(client, **changes):
    """Completes the first screen in a new draft."""
    answer = client.post(IDEA, form_data(client, brouillon="nouveau") | IDEA_DATA | changes)
    assert answer.status_code == 302, answer.context["form"].errors
    return ProposalDraft.objects.latest("created_at", "pk")


def finish(client, draft):
    fill(client, f"{TOPIC}?brouillon={draft.pk}", {"topic": ""})
    form = client.get(f"{CHECK}?brouillon={draft.pk}").context["form"]
    return {"key": str(draft.pk), "seen": form["seen"].value(), "rules": "on"}


def text_of(answer):
    """Returns the page on one line, with all kinds of spaces as plain ones."""
    return re.sub(r"\s+", " ", answer.content.decode())


def test_draft_is_available_on_every_device_with_its_dates(client, user, call):
    client.force_login(user)
    draft = write(client)
    ProposalDraft.objects.update(updated_at=dt.datetime(2026, 3, 1, 17, 30, tzinfo=dt.UTC))
    phone = Client()
    phone.force_login(user)
    page = text_of(phone.get(CONTRIBUTIONS))
    assert "Un titre" in page
    assert "Gardé le 1er mars 2026 à 18 h 30. Sans changement, il est effacé le 31 mars 2026." in page
    address = f"{IDEA}?brouillon={draft.pk}"
    assert address in page
    assert phone.get(address).context["form"]["body"].value() == "Une idée."


def test_anonymous_draft_is_attached_to_the_account_on_sign_in(client, user, call):
    home = Client()
    home.force_login(user)
    write(home, title="À la maison")
    write(client, title="À la médiathèque")
    assert ProposalDraft.objects.get(title="À la médiathèque").author is None
    client.force_login(user)
    assert set(ProposalDraft.objects.filter(author=user).values_list("title", flat=True)) == {
        "À la maison",
        "À la médiathèque",
    }
    assert client.get(IDEA).context["form"]["title"].value() == "À la médiathèque"


def test_sign_in_does_not_attach_drafts_of_other_accounts(client, user, call):
    draft = write(client)
    ProposalDraft.objects.update(author=UserFactory())
    client.force_login(user)
    draft.refresh_from_db()
    assert draft.author != user


def test_draft_of_another_user_returns_404(client, user, call):
    client.force_login(user)
    draft = write(client, title="Canari")
    finish(client, draft)
    signed_out, signed_in = Client(), Client()
    signed_in.force_login(UserFactory())
    for other in (signed_out, signed_in):
        for address in (IDEA, TOPIC, CHECK, reverse("participation:deposit_files")):
            answer = other.get(address, {"brouillon": draft.pk})
            assert answer.status_code == 404
            assert "Canari" not in answer.content.decode()
        other.post(reverse("participation:deposit_delete", args=[draft.pk]))
        other.post(IDEA, IDEA_DATA | {"key": draft.pk, "title": "Autre"})
    draft.refresh_from_db()
    assert draft.title == "Canari"


@pytest.mark.parametrize("key", ["", "nimporte", "00000000-0000-0000-0000-000000000000", "'; DROP TABLE"])
def test_forged_key_is_refused_with_a_message(client, user, call, key):
    client.force_login(user)
    answer = client.get(IDEA, {"brouillon": key or "x"})
    assert answer.status_code == 404
    assert "Ce brouillon n’est plus là" in answer.content.decode()
    assert client.post(CHECK, {"key": key or "x", "rules": "on"}).status_code in (302, 404)
    assert not Proposal.objects.exists()


def test_two_windows_create_two_drafts(client, call):
    first, second = form_data(client), form_data(client)
    assert first["key"] != second["key"]
    client.post(IDEA, first | IDEA_DATA | {"title": "Premier"})
    client.post(IDEA, second | IDEA_DATA | {"title": "Second"})
    assert set(ProposalDraft.objects.values_list("title", flat=True)) == {"Premier", "Second"}
    page = client.get(START).content.decode()
    assert "Premier" in page
    assert "Second" in page


def test_conflicting_edits_in_two_windows_are_both_displayed(client, user, call):
    client.force_login(user)
    draft = write(client)
    one, other = (form_data(client, brouillon=draft.pk) for _window in range(2))
    client.post(IDEA, one | {"body": "La fenêtre de gauche."})
    answer = client.post(IDEA, other | {"body": "La fenêtre de droite."})
    page = answer.content.decode()
    assert "Ce texte a changé dans une autre fenêtre" in page
    assert "La fenêtre de gauche." in page
    assert "La fenêtre de droite." in page
    draft.refresh_from_db()
    assert draft.body == "La fenêtre de gauche."
    again = answer.context["form"]
    assert client.post(IDEA, other | {"body": "Les deux.", "seen": again["seen"].value()}).status_code == 302
    draft.refresh_from_db()
    assert draft.body == "Les deux."


def test_double_click_on_the_first_screen_creates_one_draft(client, user, call):
    client.force_login(user)
    window = form_data(client) | IDEA_DATA
    for _click in range(2):
        assert client.post(IDEA, window).status_code == 302
    assert ProposalDraft.objects.count() == 1


def test_draft_changed_since_the_page_was_loaded_is_not_submitted(client, user, call):
    client.force_login(user)
    draft = write(client)
    window = finish(client, draft)
    client.post(IDEA, form_data(client, brouillon=draft.pk) | {"body": "Changé ailleurs."})
    answer = client.post(CHECK, window)
    assert answer.status_code == 409
    assert "Ce texte a changé dans une autre fenêtre" in answer.content.decode()
    assert "Changé ailleurs." in answer.content.decode()
    assert not Proposal.objects.exists()
    assert client.post(CHECK, window | {"seen": answer.context["form"]["seen"].value()}).headers["Location"] == DONE
    assert Proposal.objects.get().body == "Changé ailleurs."


@pytest.mark.parametrize("screen", [IDEA, CHECK])
def test_form_without_what_its_page_showed_changes_and_sends_nothing(client, user, call, screen):
    client.force_login(user)
    draft = write(client)
    answer = client.post(screen, finish(client, draft) | IDEA_DATA | {"body": "Écrit à l’aveugle.", "seen": ""})
    assert "Ce texte a changé dans une autre fenêtre" in answer.content.decode()
    assert ProposalDraft.objects.get().body == "Une idée."
    assert not Proposal.objects.exists()


def test_file_added_since_the_page_was_loaded_is_not_sent(client, user, call):
    client.force_login(user)
    draft = write(client)
    window = finish(client, draft)
    Attachment.objects.create(
        draft=draft, type="application/pdf", description="Le canari", size=3, created_at=timezone.now()
    )
    answer = client.post(CHECK, window)
    assert answer.status_code == 409
    assert "Le canari" in answer.content.decode()
    assert not Proposal.objects.exists()


def test_edit_of_a_draft_submitted_in_another_window_is_preserved(client, user, call):
    client.force_login(user)
    draft = write(client)
    late = form_data(client, brouillon=draft.pk)
    client.post(CHECK, finish(client, draft))
    sent = Proposal.objects.get()
    assert sent.idempotency_key == draft.pk
    assert not ProposalDraft.objects.exists()
    page = client.get(CHECK, {"brouillon": draft.pk})
    assert page.status_code == 404
    assert sent.get_absolute_url() in page.content.decode()
    answer = client.post(IDEA, late | {"body": "Écrit trop tard."})
    assert "Ce texte a été envoyé depuis une autre fenêtre" in answer.content.decode()
    assert "Écrit trop tard." in answer.content.decode()
    again = late | {"body": "Écrit trop tard.", "key": str(answer.context["form"]["key"].value()), "seen": ""}
    assert client.post(IDEA, again).status_code == 302
    assert ProposalDraft.objects.get().body == "Écrit trop tard."
    sent.refresh_from_db()
    assert sent.body == "Une idée."


def test_text_is_preserved_after_signing_out_in_another_window(client, user, call):
    client.force_login(user)
    draft = write(client)
    window = form_data(client, brouillon=draft.pk)
    client.logout()
    assert client.get(IDEA, {"brouillon": draft.pk}).status_code == 404
    assert client.post(IDEA, window | {"body": "Écrit après."}).status_code == 302
    assert set(ProposalDraft.objects.values_list("body", "author")) == {("Une idée.", user.pk), ("Écrit après.", None)}


@pytest.mark.parametrize("signed_in", [False, True], ids=["anonymous", "signed in"])
def test_number_of_drafts_is_limited_with_a_message(client, user, call, signed_in):
    if signed_in:
        client.force_login(user)
    for number in range(MAX_DRAFTS):
        write(client, title=f"Brouillon {number}")
    answer = client.post(IDEA, form_data(client, brouillon="nouveau") | IDEA_DATA | {"body": "Le sixième."})
    assert "Vous avez déjà cinq brouillons" in answer.content.decode()
    assert "Le sixième." in answer.content.decode()
    # An existing draft can still change.
    draft = ProposalDraft.objects.first()
    changed = form_data(client, brouillon=draft.pk) | {"body": "Corrigé."}
    assert client.post(IDEA, changed).status_code == 302


def test_limit_does_not_apply_to_anonymous_drafts_attached_on_sign_in(client, user, call):
    at_home = Client()
    at_home.force_login(user)
    for _number in range(MAX_DRAFTS):
        write(at_home)
    write(client)
    client.force_login(user)
    assert ProposalDraft.objects.filter(author=user).count() == MAX_DRAFTS + 1


def test_deletion_requires_a_confirmation(client, user, call):
    client.force_login(user)
    draft = write(client)
    address = reverse("participation:deposit_delete", args=[draft.pk])
    assert address in client.get(CONTRIBUTIONS).content.decode()
    assert "Vous ne pourrez pas les retrouver" in client.get(address).content.decode()
    assert ProposalDraft.objects.exists()
    for _time in range(2):
        assert client.post(address).headers["Location"] == CONTRIBUTIONS
    assert not ProposalDraft.objects.exists()
    assert client.get(address).status_code == 404


def test_old_drafts_are_deleted_by_the_tick(user):
    now = timezone.now()
    kept = []
    for author, days, stays in ((user, 29, True), (user, 31, False), (None, 13, True), (None, 15, False)):
        moment = now - dt.timedelta(days=days)
        draft = ProposalDraft.objects.create(author=author, title="T", created_at=moment, updated_at=moment)
        kept += [draft.pk] if stays else []
    tick(now=now)
    assert set(ProposalDraft.objects.values_list("pk", flat=True)) == set(kept)
    with CaptureQueriesContext(connection) as queries:
        assert forget_old_drafts(now=now) == 0
    assert len(queries) == 1


def test_erasing_an_account_erases_its_drafts(client, user, call):
    client.force_login(user)
    write(client)
    get_user_model().objects.get(pk=user.pk).delete()
    assert not ProposalDraft.objects.exists()


def test_pages_show_the_retention_of_drafts(client, user, call):
    assert "14 jours" in text_of(client.get(IDEA))
    client.force_login(user)
    assert "30 jours" in text_of(client.get(IDEA))


@pytest.mark.parametrize(("days", "said"), [(13, "Un titre"), (15, "")])
def test_anonymous_draft_is_deleted_after_14_days(client, call, days, said):
    write(client)
    ProposalDraft.objects.update(updated_at=timezone.now() - dt.timedelta(days=days))
    forget_drafts_without_account(now=timezone.now())
    assert form_data(client)["title"] == said


# --- Kinds ------------------------------------------------------------------------------------------------------------


def test_need_does_not_require_a_solution(client, user, call):
    client.force_login(user)
    draft = write(client, kind="besoin", body="")
    page = text_of(client.get(f"{IDEA}?brouillon={draft.pk}"))
    assert "Que proposez-vous ? (facultatif)" in page
    window = finish(client, draft)
    assert "Envoyer mon besoin" in client.get(f"{CHECK}?brouillon={draft.pk}").content.decode()
    assert "Votre besoin est envoyé" in client.post(CHECK, window, follow=True).content.decode()
    need = Proposal.objects.get()
    assert (need.kind, need.body) == ("besoin", "")
    page = client.get(need.get_absolute_url()).content.decode()
    assert "Besoin n°" in page
    assert "Une piste de solution" not in page


def test_proposal_requires_a_body(client, call):
    answer = client.post(IDEA, IDEA_DATA | {"body": ""})
    assert "Écrivez ce que vous proposez, ou choisissez « Un besoin »" in text_of(answer)


def test_start_page_links_to_the_form_for_a_need(client, call):
    assert f"{IDEA}?type=besoin" in client.get(START).content.decode()
    assert form_data(client, type="besoin")["kind"] == "besoin"
    assert form_data(client, type="autre")["kind"] == "proposition"


def test_list_can_be_filtered_by_kind(client):
    ProposalFactory(title="Une idée claire")
    ProposalFactory(title="Un manque criant", kind="besoin", body="")
    page = client.get("/propositions/?type=besoin").content.decode()
    assert "Un manque criant" in page
    assert "Une idée claire" not in page
    assert "Type\u00a0: Besoin" in page
    assert "Il y a un problème." in page
    assert len(client.get("/propositions/?type=autre").context["page_obj"]) == 2


# --- Places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["Schiltigheim", "Neudorf", "Hœnheim"])
def test_district_or_commune_can_be_selected_and_filtered(client, user, call, place):
    client.force_login(user)
    draft = write(client)
    fill(client, f"{TOPIC}?brouillon={draft.pk}", {"district": place})
    draft.refresh_from_db()
    assert draft.district == place
    ProposalFactory(title="Ici", district=place)
    ProposalFactory(title="Ailleurs", district="Gare")
    found = client.get("/propositions/", {"quartier": place}).context["page_obj"]
    assert [proposal.title for proposal in found] == ["Ici"]


def test_commune_of_the_user_is_not_filled_in(client, user, call):
    get_user_model().objects.filter(pk=user.pk).update(commune="67447")
    client.force_login(user)
    draft = write(client)
    page = client.get(f"{TOPIC}?brouillon={draft.pk}")
    assert page.context["form"]["district"].value() == ""
    assert page.content.decode().count("<optgroup") == 2


def test_former_choice_can_be_filtered_but_not_selected(client, call):
    former = "Une autre commune de l’Eurométropole"
    ProposalFactory(title="Ancienne", district=former)
    assert len(client.get("/propositions/", {"quartier": former}).context["page_obj"]) == 1
    write(client)
    assert "Choisissez un lieu" in client.post(TOPIC, {"topic": "", "district": former}).content.decode()


# --- Similar proposals ------------------------------------------------------------------------------------------------
