"""Files uploaded by members and residents, over HTTP, while the file store is down: each kind at its own URL."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from committee.models import MemberDocument
from common.logs import mask
from fieldwork.models import DraftPicture, Finding, Trial
from participation.models import Attachment
from tests.bulk import submit_edit
from tests.factories import UserFactory
from tests.fieldwork.trial_factories import FindingFactory, ScenarioFactory
from tests.participation.attachments import PDF, add, begun, draft_of, picture, published, upload

pytestmark = [pytest.mark.django_db, pytest.mark.stack, pytest.mark.one_database]
CANNOT_KEEP = "Le site ne peut pas garder de fichier"
CANNOT_READ = "Le site ne peut pas lire vos images"
TRIAL_DATA = {"outcome": "seul", "device": "telephone", "browser": "Firefox", "constat-1-key": "a1"}
TRIAL_DATA |= {"constat-1-what_happened": "Le samedi n’est écrit nulle part.", "constat-1-severity": "bloque"}


def words(response):
    return response.text.replace("\xa0", " ")


@pytest.fixture
def secretary(client, editor_of):
    client.force_login(editor_of("Secrétariat"))
    return client


@pytest.fixture
def trial_url():
    return f"{ScenarioFactory().get_absolute_url()}raconter/"


def member_document():
    return MemberDocument.objects.create(title="Budget", file=ContentFile(PDF, name="budget.pdf"))


def finding():
    found = FindingFactory(state=Finding.State.CONFIRMED, picture_description="La page, sans samedi")
    found.picture.save("", ContentFile(picture()))
    return found


def attachment():
    added = add(draft_of())
    published(added)
    return added


def address_of(row):
    return reverse("fieldwork:finding_picture", args=[row.pk]) if isinstance(row, Finding) else row.get_absolute_url()


@pytest.mark.parametrize("make", [member_document, attachment, finding])
def test_file_returns_503_with_one_log_line_until_the_store_is_back(secretary, object_store, caplog, make):
    address = address_of(make())
    object_store.stop()
    caplog.clear()
    answer = secretary.get(address)
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "30", "private, no-store")
    assert "Ce fichier est inaccessible" in answer.text
    assert [(one.levelname, one.exc_info) for one in caplog.records] == [("ERROR", None)]
    assert caplog.records[0].getMessage().endswith(f"at {mask(address)}")
    object_store.start_again()
    answer = secretary.get(address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) in (PDF, *map(object_store.content, object_store.names()))


def test_pages_that_mention_files_remain_available(admin_client, object_store):
    found, added, document = finding(), attachment(), member_document()
    pages = [found.get_absolute_url(), Attachment.objects.get(pk=added.pk).proposal.get_absolute_url()]
    for view, row in (("wagtailsnippets_committee_memberdocument:edit", document), ("findings:inspect", found)):
        pages.append(reverse(view, args=[row.pk]))
    object_store.stop()
    for page in pages:
        assert admin_client.get(page).status_code == 200, page


def test_document_form_shows_an_error_and_texts_can_still_be_changed(secretary, object_store):
    document = member_document()
    object_store.stop()
    data = {"title": "Le titre écrit", "description": "", "session": ""}
    response = secretary.post(
        reverse("wagtailsnippets_committee_memberdocument:add"), data | {"file": SimpleUploadedFile("a.pdf", PDF)}
    )
    assert response.status_code == 200
    assert CANNOT_KEEP in words(response)
    assert "Le titre écrit" in response.text
    assert MemberDocument.objects.get().title == "Budget"
    edit = reverse("wagtailsnippets_committee_memberdocument:edit", args=[document.pk])
    assert submit_edit(secretary, edit, data).status_code == 302
    assert MemberDocument.objects.get().title == "Le titre écrit"


def test_proposal_form_shows_an_error_and_saves_the_texts(client, object_store):
    draft, address = begun(client)
    existing = add(draft)
    object_store.stop()
    data = {f"description_{existing.pk.hex}": "La borne, éteinte", "file": upload(PDF, "horaires.pdf")}
    response = client.post(address, data)
    assert response.status_code == 200
    assert CANNOT_KEEP in words(response)
    assert "La borne, éteinte" in response.text
    assert Attachment.objects.get().description == "La borne, éteinte"
    assert client.get(address).status_code == 200


def test_trial_form_shows_an_error_and_saves_the_texts(client, object_store, trial_url):
    object_store.stop()
    response = client.post(trial_url, TRIAL_DATA | {"constat-1-picture": upload(picture()), "add": "1"})
    assert response.status_code == 200
    assert CANNOT_KEEP in words(response)
    assert "n’est écrit nulle part" in client.get(trial_url).text
    assert not DraftPicture.objects.exists()


def test_trial_with_an_unreadable_picture_is_not_sent_but_preserved(client, object_store, trial_url):
    client.force_login(UserFactory())
    client.post(trial_url, TRIAL_DATA | {"constat-1-picture": upload(picture()), "add": "1"})
    picture_data = {
        "constat-1-picture_key": str(DraftPicture.objects.get().pk),
        "constat-1-picture_description": "La page",
    }
    object_store.stop()
    response = client.post(trial_url, TRIAL_DATA | picture_data | {"send": "1"})
    assert response.status_code == 200
    assert CANNOT_READ in words(response)
    assert "n’est écrit nulle part" in response.text
    assert not Trial.objects.exists()
    object_store.start_again()
    assert client.post(trial_url, TRIAL_DATA | picture_data | {"send": "1"}).status_code == 302
    assert object_store.content(Trial.objects.get().findings.get().picture.name)
