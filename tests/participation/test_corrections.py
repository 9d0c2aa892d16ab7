"""Corrections of the topic, the place and the files of a proposal: visibility and dates."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.exports.personal_data import export_of
from common.shown import BY_PROGRAM
from participation.errors import FileNotDescribed, ProposalEditClosed, TooManyFiles
from participation.models import Attachment, CallPage, Proposal
from participation.queries.version_diff import versions_of
from participation.services.attachments import FileCorrections, NewFile
from participation.services.moderation import confirm_read, moderate
from participation.services.states import change_state
from participation.services.supports import set_support
from participation.services.versions import edit_proposal
from tests.factories import CallPageFactory, CoAuthorFactory, ProposalFactory, TopicPageFactory, UserFactory
from tests.participation.attachments import PDF, add, draft_of, fetch, picture, published, upload

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.usefixtures("media")]

State = Proposal.State
BEFORE = dt.timedelta(days=2)


@pytest.fixture
def proposal():
    """Proposal published for two days, with a picture, « La borne »."""
    found = published(add(draft_of()), created_at=timezone.now() - BEFORE, district="Neuhof")
    found.refresh_from_db()
    return found


def correct(proposal, author=None, *, files=None, **values):
    kept = {name: getattr(proposal, name) for name in ("title", "problem", "body", "topic", "district")}
    seen = {"seen_at": proposal.edited_at, "now": timezone.now()}
    author = author or proposal.author
    edit_proposal(proposal=proposal, author=author, files=files or FileCorrections(), **seen, **(kept | values))
    return Proposal.objects.get(pk=proposal.pk)


def plan(description="Le plan", content=PDF, name="plan.pdf"):
    return FileCorrections(added=NewFile(uuid.uuid4(), upload(content, name), description))


def files_on(page):
    return [name for name in ("La borne", "Le plan", "La carte") if name in page.content.decode()]


def differences(proposal):
    return [(field.label, field.text) for field in versions_of(proposal)[0].fields]


class TestTopicAndPlace:
    def test_corrections_are_public_at_once_with_former_values(self, client, proposal):
        topic = TopicPageFactory(title="Mobilité")
        corrected = correct(proposal, topic=topic, district="Meinau")
        assert corrected.needs_review
        assert (corrected.topic, corrected.district) == (topic, "Meinau")
        labels, texts = zip(*differences(corrected), strict=True)
        assert labels == ("Sujet", "Lieu")
        assert "<ins>" in texts[0]
        assert "<del>" in texts[1]
        assert "Neuhof" in texts[1]
        page = client.get(reverse("participation:versions", args=[corrected.pk, corrected.slug])).content.decode()
        assert "Mobilité" in page

    def test_older_version_without_topic_and_place_is_compared_by_text_only(self, proposal):
        text = {"title": "Avant", "problem": proposal.problem, "body": proposal.body}
        proposal.versions.create(**text, replaced_at=timezone.now())
        assert [label for label, _text in differences(proposal)] == ["Titre"]

    def test_topic_and_place_that_are_no_longer_offered_are_preserved(self, client, proposal):
        gone = TopicPageFactory(title="Ancien sujet")
        Proposal.objects.filter(pk=proposal.pk).update(topic=gone, district="Ancien lieu")
        gone.unpublish()
        client.force_login(proposal.author)
        url = reverse("participation:proposal_edit", args=[proposal.pk])
        form = client.get(url).context["form"]
        sent = {name: form[name].value() or "" for name in form.fields if name != "file"} | {"body": "Un merle."}
        assert client.post(url, sent).status_code == 302
        proposal.refresh_from_db()
        assert (proposal.topic_id, proposal.district, proposal.body) == (gone.pk, "Ancien lieu", "Un merle.")


class TestFiles:
    def test_added_file_is_published_after_moderation(self, client, proposal, editor_of):
        corrected = correct(proposal, files=plan())
        added = corrected.attachments.get(type=Attachment.Type.PDF)
        assert (corrected.needs_review, corrected.was_changed) == (True, False)
        author, moderator = Client(), editor_of("Modération")
        author.force_login(proposal.author)
        assert files_on(client.get(corrected.get_absolute_url())) == ["La borne"]
        assert files_on(author.get(corrected.get_absolute_url())) == ["La borne", "Le plan"]
        assert "Ce fichier n’est pas encore public" in author.get(corrected.get_absolute_url()).content.decode()
        reader = Client()
        reader.force_login(UserFactory())
        assert [fetch(one, added).status_code for one in (client, reader, author)] == [404, 404, 200]
        reader.force_login(moderator)
        assert fetch(reader, added).status_code == 200
        assert "Le plan" in [file.description for file in corrected.attached_files]

        confirm_read(text=corrected, moderator=moderator, now=timezone.now(), shown=corrected.fingerprint)
        assert files_on(client.get(corrected.get_absolute_url())) == ["La borne", "Le plan"]
        assert fetch(client, added).status_code == 200
        [(label, text)] = differences(Proposal.objects.get(pk=proposal.pk))
        assert label == "Images et documents"
        assert "<ins>" in text
        assert "Le plan (PDF" in text

    def test_added_file_is_public_at_once_if_the_call_publishes_at_once(self, client, monkeypatch, proposal):
        call = CallPageFactory(phase=CallPage.Phase.PROPOSALS, reading=CallPage.Reading.FIRST)
        Proposal.objects.filter(pk=proposal.pk).update(call=call)
        monkeypatch.setattr("participation.permissions.FIRST_CONTRIBUTIONS", 1)
        proposal.refresh_from_db()
        assert files_on(client.get(correct(proposal, files=plan()).get_absolute_url())) == ["La borne", "Le plan"]

    def test_files_are_public_after_a_refused_proposal_is_published(self, client, proposal, editor_of):
        corrected, moderator = correct(proposal, files=plan()), editor_of("Modération")
        for state in (State.REFUSED, State.PUBLISHED):
            moderate(
                text=corrected,
                state=state,
                moderator=moderator,
                now=timezone.now(),
                reason="Un visage.",
                shown=BY_PROGRAM,
            )
            corrected.refresh_from_db()
        assert files_on(client.get(corrected.get_absolute_url())) == ["La borne", "Le plan"]

    def test_removed_file_is_visible_to_moderators_until_the_withdrawal(self, client, proposal, editor_of):
        [file] = proposal.attachments.all()
        corrected = correct(proposal, files=FileCorrections(removed=[file.pk]))
        author, moderator = Client(), Client()
        author.force_login(proposal.author)
        moderator.force_login(editor_of("Modération"))
        assert [fetch(one, file).status_code for one in (client, author, moderator)] == [404, 404, 200]
        assert files_on(client.get(corrected.get_absolute_url())) == []
        assert corrected.attached_files == []
        [(label, text)] = differences(corrected)
        assert label == "Images et documents"
        assert "<del>" in text
        [row] = export_of(proposal.author)["participation.attachments"]
        assert row["removed_at"] == timezone.now()
        [version] = export_of(proposal.author)["participation.versions"]
        assert "La borne" in version["files"]
        author_role = corrected.steps.model.Role.AUTHOR
        change_state(
            proposal=corrected,
            state=State.WITHDRAWN,
            role=author_role,
            actor=proposal.author,
            now=timezone.now(),
            shown=BY_PROGRAM,
        )
        assert not Attachment.objects.exists()

    def test_description_can_be_changed_but_not_emptied(self, client, proposal):
        [file] = proposal.attachments.all()
        corrected = correct(proposal, files=FileCorrections(descriptions={file.pk: " La  carte "}))
        assert files_on(client.get(corrected.get_absolute_url())) == ["La carte"]
        with pytest.raises(FileNotDescribed):
            correct(corrected, files=FileCorrections(descriptions={file.pk: " "}))

    def test_file_added_before_publication_is_not_moderated_separately(self):
        proposal = ProposalFactory(state=State.RECEIVED)
        correct(proposal, files=plan())
        assert not proposal.attachments.get().is_waiting

    def test_number_of_files_is_limited_and_each_is_stored_once(self, proposal):
        files = plan()
        for _time in range(2):
            files.added.file.seek(0)
            proposal = correct(proposal, files=files)
        assert proposal.attachments.count() == 2
        proposal = correct(proposal, files=plan())
        with pytest.raises(TooManyFiles):
            correct(proposal, files=plan())
        # Removing a file makes room.
        removed = [proposal.attachments.first().pk]
        correct(proposal, files=FileCorrections(removed=removed, added=plan().added))
        assert proposal.attachments.current().count() == 3


class TestPermissions:
    def test_other_users_and_late_corrections_are_refused(self, proposal, user):
        for person in (user, UserFactory(is_superuser=True)):
            with pytest.raises(PermissionDenied):
                correct(proposal, person, files=plan())
        co_author = CoAuthorFactory(proposal=proposal).user
        correct(proposal, co_author, district="Meinau")
        proposal.refresh_from_db()
        set_support(user=user, proposal=proposal, supported=True, now=timezone.now())
        [file] = proposal.attachments.all()
        late = [
            {"district": "Neuhof"},
            {"topic": TopicPageFactory()},
            {"files": plan()},
            {"files": FileCorrections(removed=[file.pk])},
            {"files": FileCorrections(descriptions={file.pk: "Autre chose"})},
        ]
        for values in late:
            with pytest.raises(ProposalEditClosed):
                correct(proposal, **values)
        assert proposal.attachments.published().get().description == "La borne"

    def test_files_of_other_proposals_cannot_be_changed(self, proposal):
        theirs = add(draft_of())
        other = published(theirs)
        correct(proposal, files=FileCorrections(removed=[theirs.pk], descriptions={theirs.pk: "Volé"}))
        stolen = FileCorrections(added=NewFile(theirs.pk, upload(picture()), "Volé"))
        with pytest.raises(PermissionDenied):
            correct(proposal, files=stolen)
        assert other.attachments.published().get().description == "La borne"
        assert not proposal.versions.exists()


def test_page_saves_text_place_and_files_together(client, proposal):
    client.force_login(proposal.author)
    [file] = proposal.attachments.all()
    url = reverse("participation:proposal_edit", args=[proposal.pk])
    form = client.get(url).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if name != "file"} | {"district": "Meinau"}
    refused = client.post(url, sent | {"file": upload(PDF, "plan.pdf")})
    assert "Écrivez ce que ce fichier montre" in refused.content.decode()
    wrong = client.post(url, sent | {"file": upload(b"rien", "plan.pdf"), "file_description": "Le plan"})
    assert wrong.context["form"].errors.keys() == {"file"}
    proposal.refresh_from_db()
    assert proposal.district == "Neuhof"
    right = {"file": upload(PDF, "plan.pdf"), "file_description": "Le plan", f"remove_{file.pk.hex}": "on"}
    assert client.post(url, sent | right).status_code == 302
    proposal.refresh_from_db()
    assert proposal.district == "Meinau"
    assert [one.description for one in proposal.attachments.current()] == ["Le plan"]
