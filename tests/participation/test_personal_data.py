"""Personal data of participation: export for the user, and remaining data after the account is deleted."""

import datetime as dt
import json

import pytest
from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from accounts.exports.personal_data import export_as_json, export_of
from common.origins import Origin
from common.shown import BY_PROGRAM
from participation.models import (
    Addendum,
    Appeal,
    Attachment,
    CoAuthor,
    Comment,
    CommentVersion,
    Decision,
    DeskEntry,
    Follow,
    Invitation,
    Mention,
    OfficialAnswer,
    Proposal,
    ProposalDraft,
    ProposalStep,
    ProposalVersion,
    Report,
)
from participation.services.states import change_state
from participation.services.supports import set_support
from tests.factories import (
    AddendumFactory,
    CoAuthorFactory,
    CommentFactory,
    OfficialAnswerFactory,
    ProposalFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MINE, OTHERS = "Canarimoi", "Canariautre"
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _environment(time_machine, settings, tmp_path):
    time_machine.move_to(NOW, tick=False)
    settings.MEDIA_ROOT = tmp_path


def account(word):
    user = UserFactory(public_name=f"{word} nom", email=f"{word.lower()}@courriel.example")
    user.verify_email()
    return user


def texts(word):
    return {"title": f"{word} titre", "problem": f"{word} problème", "body": f"{word} idée"}


def attachment_of(word, **owner):
    row = Attachment(**owner, type="application/pdf", description=f"{word} fichier", size=3, created_at=NOW)
    row.file.save("", ContentFile(b"pdf"), save=False)
    row.save()
    return row


def make_refusal(moderator, **about):
    """Creates a refusal of a text and the appeal of its author."""
    decision = Decision.objects.create(
        **about, outcome="refused", ground="other", moderator=moderator, waiting_since=NOW, decided_at=NOW
    )
    Appeal.objects.create(decision=decision, body="Relisez.", created_at=NOW)
    return decision


def make_account_with_data(word, shared, moderator):
    """Creates an account with one row in each table, each containing `word`; `shared` is a comment without canary."""
    user = account(word)
    proposal = ProposalFactory(author=user, **texts(word))
    ProposalStep.objects.filter(proposal=proposal).update(actor=None)
    ProposalStep.objects.filter(proposal=proposal, from_state="").update(actor=user)
    ProposalVersion.objects.create(proposal=proposal, replaced_at=NOW, **texts(f"{word} avant"))
    AddendumFactory(proposal=proposal, body=f"{word} complément")
    draft = ProposalDraft.objects.create(author=user, created_at=NOW, updated_at=NOW, **texts(f"{word} brouillon"))
    attachment_of(word, draft=draft)
    comment = CommentFactory(author=user, discussion=shared.discussion, body=f"{word} commentaire")
    CommentVersion.objects.create(comment=comment, body=f"{word} commentaire d’avant", replaced_at=NOW)
    Mention.objects.create(comment=shared, user=user)
    Report.objects.create(comment=shared, author=user, reason=f"{word} signalement", created_at=NOW)
    set_support(user=user, proposal=shared.discussion.proposal, supported=True, now=NOW)
    make_refusal(moderator, comment=comment)
    CoAuthorFactory(proposal=ProposalFactory(title=f"{word} ensemble"), user=user)
    Invitation.objects.create(proposal=shared.discussion.proposal, email=user.email, created_at=NOW)
    Invitation.objects.create(proposal=proposal, email="invitee@courriel.example", created_at=NOW)
    DeskEntry.objects.create(comment=comment, agent=moderator, entered_at=NOW, attached_at=NOW)
    unknown = CommentFactory(author=None, author_name=f"{OTHERS} guichet", body=f"{OTHERS} au guichet")
    DeskEntry.objects.create(comment=unknown, agent=moderator, entered_at=NOW, email=user.email)
    OfficialAnswerFactory(writer=user, status=OfficialAnswer.Status.DRAFT, reasons=f"{OTHERS} réponse")
    return user


@pytest.fixture
def shared():
    return CommentFactory(body="Bonjour.", author__public_name="Une personne")


@pytest.fixture
def user(shared, moderator):
    make_account_with_data(OTHERS, shared, moderator)
    return make_account_with_data(MINE, shared, moderator)


def participation_of(user):
    return {kind: rows for kind, rows in export_of(user).items() if kind.startswith("participation.")}


class TestExport:
    def test_export_contains_all_own_data_and_none_of_other_users(self, user):
        found = participation_of(user)
        names = (
            "proposals versions steps addenda co_authorships drafts attachments comments comment_versions mentions "
            "reports supports follows decisions appeals invitations invitations_sent desk_entries desk_news acts"
        )
        assert set(found) == {f"participation.{name}" for name in names.split()}
        # The second proposal is the co-authored one.
        assert {kind: len(rows) for kind, rows in found.items() if len(rows) != 1} == {"participation.proposals": 2}
        assert OTHERS not in export_as_json(user)
        assert OTHERS.lower() not in export_as_json(user)
        assert "invitee@courriel.example" not in export_as_json(user)

    def test_export_contains_each_text(self, user):
        canaries = (
            "titre", "problème", "idée", "ensemble", "avant titre", "avant idée", "complément", "brouillon titre",
            "brouillon problème", "fichier", "commentaire", "commentaire d’avant", "signalement",
        )  # fmt: skip
        exported = export_as_json(user)
        assert [canary for canary in canaries if f"{MINE} {canary}" not in exported] == []

    def test_export_contains_states_and_dates(self, user):
        found = participation_of(user)
        assert (found["participation.proposals"][0]["state"], found["participation.comments"][0]["state"]) == (
            "publiee",
            "publie",
        )
        assert found["participation.proposals"][0]["created_at"] == NOW
        assert found["participation.follows"][0]["source"] == Follow.Source.SUPPORTED
        assert found["participation.decisions"][0]["ground"] == "other"
        assert found["participation.appeals"][0]["body"] == "Relisez."

    def test_export_contains_texts_in_every_state(self):
        user = account(MINE)
        for state in Proposal.State:
            if state != Proposal.State.MERGED:
                ProposalFactory(author=user, state=state, title=state.value)
        for state in Comment.State:
            CommentFactory(author=user, state=state)
        found = participation_of(user)
        assert len(found["participation.proposals"]) == len(Proposal.State) - 1
        assert len(found["participation.comments"]) == len(Comment.State)

    def test_export_omits_moderators_and_counts_own_decisions(self, user, moderator):
        moderator.verify_email()
        assert moderator.email not in export_as_json(user)
        assert moderator.public_name not in export_as_json(user)
        found = participation_of(moderator)
        assert found == {
            "participation.acts": [
                {"act": "decisions_of_moderation", "count": 2},
                {"act": "entries_for_others", "count": 4},
            ]
        }
        assert MINE not in export_as_json(moderator)

    def test_export_of_desk_entries_with_the_address_omits_name_and_text(self, user):
        found = participation_of(user)["participation.desk_news"]
        assert [(row["email"], row["entered_at"]) for row in found] == [(user.email, NOW)]

    def test_export_omits_data_of_an_unverified_address(self):
        user = UserFactory(email="canarimoi@courriel.example")
        Invitation.objects.create(proposal=ProposalFactory(), email=user.email, created_at=NOW)
        DeskEntry.objects.create(comment=CommentFactory(), entered_at=NOW, email=user.email)
        assert participation_of(user) == {}


class TestErasure:
    def test_public_texts_remain_without_a_name(self, client, user):
        proposal = Proposal.objects.get(author=user)
        comment = Comment.objects.get(author=user)
        # For an imported text later attached to an account, the imported name would reappear.
        Proposal.objects.filter(pk=proposal.pk).update(author_name=f"{MINE} nom")
        Comment.objects.filter(pk=comment.pk).update(author_name=f"{MINE} nom")
        user.delete()
        proposal.refresh_from_db()
        comment.refresh_from_db()
        assert (proposal.author, proposal.display_name, proposal.title) == (None, "", f"{MINE} titre")
        assert (comment.author, comment.display_name, comment.body) == (None, "", f"{MINE} commentaire")
        assert Addendum.objects.get(proposal=proposal).author is None
        for url in (proposal.get_absolute_url(), comment.discussion.subject_url):
            page = client.get(url).content.decode()
            assert f"{MINE} nom" not in page
        assert "Compte supprimé" in page
        assert f"{MINE} nom" not in client.get(reverse("participation:proposal_list")).content.decode()

    def test_private_data_of_the_account_is_deleted(self, user, django_capture_on_commit_callbacks):
        row = Attachment.objects.get(draft__author=user)
        storage, name = row.file.storage, row.file.name
        assert storage.exists(name)
        with django_capture_on_commit_callbacks(execute=True):
            user.delete()
        assert not storage.exists(name)
        for model, key in ((ProposalDraft, "author"), (Follow, "user"), (CoAuthor, "user"), (Mention, "user")):
            assert not model.objects.filter(**{key: None}).exists()
        assert not ProposalDraft.objects.filter(title__contains=MINE).exists()
        assert not Report.objects.filter(reason__contains=MINE).exists()
        assert ProposalDraft.objects.filter(title__contains=OTHERS).exists()

    def test_invitations_of_the_address_are_deleted(self, user):
        Invitation.objects.filter(email=user.email).update(state=Invitation.State.ACCEPTED)
        user.delete()
        assert not Invitation.objects.filter(email=user.email).exists()
        assert Invitation.objects.filter(email=f"{OTHERS.lower()}@courriel.example").exists()

    def test_supports_of_the_account_are_no_longer_counted(self, user, shared):
        proposal = shared.discussion.proposal
        proposal.refresh_from_db()
        assert proposal.support_count == 2
        user.delete()
        proposal.refresh_from_db()
        assert proposal.support_count == proposal.supports.count() == 1

    def test_address_of_an_unattached_desk_entry_remains(self, user):
        user.delete()
        assert DeskEntry.objects.filter(email=user.email).count() == 1

    def test_attached_desk_entry_contains_no_personal_data(self, user):
        comment = Comment.objects.get(author=user)
        Comment.objects.filter(pk=comment.pk).update(origin=Origin.DESK)
        user.delete()
        entry = DeskEntry.objects.get(comment=comment)
        assert (entry.email, entry.code_hash, entry.name_shown) == ("", "", "")

    def test_decision_remains_without_the_text_of_the_appeal(self, user):
        decision = Decision.objects.get(comment__author=user)
        user.delete()
        decision.refresh_from_db()
        assert (decision.outcome, decision.ground, decision.appeal.body) == ("refused", "other", "")


class TestErasureOfWithdrawnTexts:
    def withdrawn(self, user, **fields):
        proposal = ProposalFactory(author=user, **texts(MINE), **fields)
        ProposalVersion.objects.create(proposal=proposal, replaced_at=NOW, **texts(f"{MINE} avant"))
        AddendumFactory(proposal=proposal, body=f"{MINE} complément")
        log(proposal, "participation.publish")
        return change_state(
            proposal=proposal,
            state=Proposal.State.WITHDRAWN,
            role=ProposalStep.Role.AUTHOR,
            actor=user,
            now=timezone.now(),
            reason=f"{MINE} raison",
            shown=BY_PROGRAM,
        )

    def test_withdrawn_proposal_is_emptied(self):
        user = account(MINE)
        proposal = self.withdrawn(user)
        user.delete()
        proposal.refresh_from_db()
        held = [
            list(rows.values())
            for rows in (
                Proposal.objects.filter(pk=proposal.pk),
                ProposalVersion.objects.all(),
                Addendum.objects.all(),
                ProposalStep.objects.all(),
                ModelLogEntry.objects.all(),
            )
        ]
        assert MINE not in json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False)
        assert proposal.title == "Retirée par son auteur"
        assert proposal.steps.count() == 3

    def test_withdrawn_proposal_of_coauthors_is_preserved(self):
        user = account(MINE)
        proposal = ProposalFactory(author=user)
        CoAuthorFactory(proposal=proposal)
        Proposal.objects.filter(pk=proposal.pk).update(state=Proposal.State.WITHDRAWN)
        user.delete()
        assert Proposal.objects.get(pk=proposal.pk).title == proposal.title

    def test_withdrawn_comment_is_emptied_and_its_replies_remain(self, shared):
        user = account(MINE)
        comment = CommentFactory(author=user, discussion=shared.discussion, body=MINE, state=Comment.State.WITHDRAWN)
        CommentVersion.objects.create(comment=comment, body=MINE, replaced_at=NOW)
        reply = CommentFactory(discussion=shared.discussion, parent=comment, thread=comment)
        user.delete()
        comment.refresh_from_db()
        assert comment.body == ""
        assert not comment.versions.exists()
        assert Comment.objects.filter(pk=reply.pk, parent=comment).exists()
