"""Upload of files by residents, on the pages of the form."""

import pytest
from django.test import Client
from django.utils import timezone

from participation.forms.proposals import FilesForm
from participation.models import Proposal, ProposalDraft
from tests.bulk import fill
from tests.factories import UserFactory
from tests.participation.attachments import (
    CHECK,
    DONE,
    FILES,
    IDEA,
    add,
    begun,
    draft_of,
    fetch,
    files,
    picture,
    upload,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def key_on(client, address):
    return str(client.get(address).context["form"]["key"].value())


def post(client, address, file=None, **data):
    return client.post(address, {"key": key_on(client, address), **({"file": file} if file else {}), **data})


def test_file_is_uploaded_described_submitted_and_displayed(client, user, call):
    """Added before signing in, described after a validation error, sent, published."""
    draft, address = begun(client)
    assert address in client.get(f"{CHECK}?brouillon={draft.pk}").content.decode()
    assert post(client, address, upload(picture())).headers["Location"] == address
    attachment = draft.attachments.get()
    assert fetch(client, attachment)["Content-Type"] == "image/jpeg"
    page = post(client, address, finish="1").content.decode()
    assert "Écrivez ce que montre l’image." in page
    client.force_login(user)
    assert "À décrire" in client.get(f"{CHECK}?brouillon={draft.pk}").content.decode()
    check = f"{CHECK}?brouillon={draft.pk}"
    assert "Dites ce que montre chaque fichier" in fill(client, check, {"rules": "on"}).content.decode()
    described = post(client, address, finish="1", **{FilesForm.name_of(attachment): "La borne\nde la gare <b>"})
    assert described.headers["Location"].startswith(CHECK)
    assert fill(client, check, {"rules": "on"}).headers["Location"] == DONE
    proposal = Proposal.objects.get()
    attachment.refresh_from_db()
    assert (attachment.proposal, attachment.draft) == (proposal, None)
    Proposal.objects.update(state="publiee", published_at=timezone.now())
    page = Client().get(proposal.get_absolute_url()).content.decode()
    assert 'alt="La borne de la gare &lt;b&gt;" width="60" height="40"' in page
    assert attachment.get_absolute_url() in page


def test_refused_file_preserves_descriptions_and_draft(client, user, call):
    client.force_login(user)
    draft, address = begun(client)
    first = add(draft)
    page = post(
        client, address, upload(b"MZ", "photo.jpg"), **{FilesForm.name_of(first): "Une autre description"}
    ).content.decode()
    assert "n’est pas ce que dit son nom" in page
    first.refresh_from_db()
    assert first.description == "Une autre description"
    assert draft.attachments.count() == 1
    assert "Un problème." in client.get(f"{CHECK}?brouillon={draft.pk}").content.decode()


def test_valid_file_is_saved_despite_an_error_in_another_field(client, user, call):
    client.force_login(user)
    draft, address = begun(client)
    first = add(draft)
    answer = post(client, address, upload(picture()), finish="1", **{FilesForm.name_of(first): "x" * 300})
    assert "Retirez-en 45" in answer.content.decode()
    assert draft.attachments.count() == 2
    assert str(answer.context["form"]["key"].value()) not in map(str, draft.attachments.values_list("pk", flat=True))


def test_file_can_be_removed(client, user, call, django_capture_on_commit_callbacks):
    client.force_login(user)
    draft, address = begun(client)
    gone, stays = add(draft), add(draft)
    with django_capture_on_commit_callbacks(execute=True):
        post(client, address, remove=str(gone.pk), **{FilesForm.name_of(stays): "Reste"})
    assert [one.description for one in draft.attachments.all()] == ["Reste"]
    assert len(files()) == 1


def test_file_of_another_draft_cannot_be_removed_or_described(client, user, call):
    other = add(draft_of(UserFactory()))
    client.force_login(user)
    client.post(IDEA, {"title": "Un titre", "problem": "Un problème.", "body": "Une idée."})
    address = f"{FILES}?brouillon={ProposalDraft.objects.get(author=user).pk}"
    post(client, address, remove=str(other.pk), **{FilesForm.name_of(other): "Volé"})
    other.refresh_from_db()
    assert other.description == "La borne"
