"""Data about a user and their address; completeness of the export over all apps."""

import datetime as dt
from dataclasses import replace

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.db import connection
from django.db.models import CASCADE, SET_NULL
from django.test.utils import CaptureQueriesContext
from wagtail.users.models import UserProfile

from accounts.exports.personal_data import data_sets_of, export_as_json, export_of
from accounts.models import User
from common.hooks import personal_data
from common.personal_data import Counted, ErasurePolicy, Owned
from mailing.content import MailContent
from mailing.models import Bounce, Message, Suppression
from mailing.services import ERASED_EMAIL, Draft, email_hashes, enqueue, suppress
from participation.models import Comment
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
MINE, OTHERS = "Canarimoi", "Canariautre"

WORK = "work for the institution, about something public: not about the person"
PAGES = "who manages a page of the site: work for the institution"
ADMIN = "the admin of Wagtail, which only editors use: what they do there is work for the institution"

# Foreign keys to users that no export includes, with the reason.
LEFT_OUT = {
    "accounts.AccountCode.user": "a code of ten minutes",
    "accounts.DataExport.user": "the copy itself, of 24 hours",
    "accounts.InactivityWarning.user": "that a mail was sent: the traces of mails say it",
    "committee.Attendance.recorded_by": WORK,
    "committee.Convocation.sent_by": WORK,
    "committee.ConvocationDraft.sender": WORK,
    "cms.CustomDocument.uploaded_by_user": WORK,
    "cms.CustomImage.uploaded_by_user": WORK,
    "wagtaildocs.Document.uploaded_by_user": "a table that this site does not use",
    "wagtailimages.Image.uploaded_by_user": "a table that this site does not use",
    "wagtailcore.Page.owner": PAGES,
    "wagtailcore.Page.locked_by": PAGES,
    "wagtailcore.Revision.user": ADMIN,
    "wagtailcore.UploadedFile.uploaded_by_user": ADMIN,
    "wagtailcore.WorkflowState.requested_by": ADMIN,
    "wagtailcore.TaskState.finished_by": ADMIN,
    "wagtailcore.ModelLogEntry.user": ADMIN,
    "wagtailcore.PageLogEntry.user": ADMIN,
    "wagtailcore.Comment.user": ADMIN,
    "wagtailcore.Comment.resolved_by": ADMIN,
    "wagtailcore.CommentReply.user": ADMIN,
    "wagtailcore.PageSubscription.user": ADMIN,
    "wagtailadmin.EditingSession.user": "who has a form open: gone an hour later",
    "wagtailadmin.FormState.user": ADMIN,
}


def create_all_data(word):
    """Returns a user with one row in each table of accounts and mails, each with `word` in it."""
    user = UserFactory(public_name=f"{word} nom", email=f"{word.lower()}@courriel.example", commune="67482")
    user.verify_email()
    user.user_permissions.add(Permission.objects.get(codename="moderate_comment"))
    UserProfile.objects.create(user=user, preferred_language="fr")
    draft = draft_to(user.email, subject=f"{word} sujet", text=f"{word} corps")
    (key,) = enqueue(drafts=[draft], now=NOW).values()
    suppress(email=user.email, reason=Suppression.Reason.MANUAL, now=NOW)
    Bounce.objects.create(message_id=key, email_hash=email_hashes(user.email)[0], status="5.1.1", at=NOW)
    return user


def draft_to(email, *, subject="Sujet", text="Texte", kind="account.code"):
    content = MailContent(subject=subject, text=text, html="")
    return Draft(kind=kind, to_email=email, dedupe_key=f"{kind}:{email}:{subject}", content=content)


@pytest.fixture
def user():
    create_all_data(OTHERS)
    return create_all_data(MINE)


class TestExport:
    def test_export_contains_only_own_account_addresses_and_mails(self, user):
        export = export_of(user)
        assert set(export) == {
            "account",
            "account.addresses",
            "account.rights",
            "account.admin_preferences",
            "auditlog.entries",
            "mailing.messages",
            "mailing.suppression",
            "mailing.returned",
        }
        # The audit log records the creation of the account and the permission that it got.
        assert len(export.pop("auditlog.entries")) == 2
        assert all(len(rows) == 1 for rows in export.values())
        assert export["account.addresses"] == [{"email": user.email, "verified": True, "primary": True}]
        assert export["account.rights"] == [{"codename": "participation.moderate_comment"}]
        assert export["account.rights"][0]["codename"].label == Permission.objects.get(codename="moderate_comment").name
        assert OTHERS not in export_as_json(user)
        assert OTHERS.lower() not in export_as_json(user)

    def test_exported_mails_have_metadata_but_no_text(self, user):
        mail = export_of(user)["mailing.messages"][0]
        assert (mail["kind"], mail["subject"], mail["state"]) == ("account.code", f"{MINE} sujet", "pending")
        assert mail["created_at"] == NOW
        assert f"{MINE} corps" not in export_as_json(user)

    def test_mails_to_an_unverified_address_are_not_exported(self, user):
        EmailAddress.objects.filter(user=user).update(verified=False)
        assert not [kind for kind in export_of(user) if kind.startswith("mailing.")]


class TestErasure:
    def test_pending_mails_are_cancelled_and_cleared_of_text_and_address(self, user):
        mail = Message.objects.get(to_email=user.email)
        user.delete()
        mail.refresh_from_db()
        assert (mail.state, mail.payload) == (Message.State.CANCELLED, None)
        assert (mail.to_email, mail.context) == (ERASED_EMAIL, {})
        assert "canarimoi" not in mail.dedupe_key
        assert Message.objects.get(to_email=f"{OTHERS.lower()}@courriel.example").state == Message.State.PENDING

    def test_suppression_of_the_address_is_preserved_as_a_hash(self, user):
        user.delete()
        assert Suppression.objects.filter(email_hash__in=email_hashes(user.email)).exists()

    def test_picture_of_an_editor_is_deleted(self, user, django_capture_on_commit_callbacks):
        profile = UserProfile.objects.get(user=user)
        profile.avatar.save("moi.png", ContentFile(b"image"))
        storage, name = profile.avatar.storage, profile.avatar.name
        assert storage.exists(name)
        with django_capture_on_commit_callbacks(execute=True):
            user.delete()
        assert not storage.exists(name)


def keys_to_accounts():
    """Returns each foreign key to users as "app.Model.field", without parent links."""
    return {
        f"{model._meta.label}.{field.name}": f'"{model._meta.db_table}"."{field.column}"'
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if field.remote_field and field.remote_field.model is User
    }


def unused_keys(queries):
    """Returns the foreign keys to users that none of `queries` uses, whatever the reason."""
    statements = " ".join(queries)
    return {name for name, column in keys_to_accounts().items() if f"{column} = 987654" not in statements}


class TestCompleteness:
    def test_each_foreign_key_to_users_is_exported_or_listed_as_left_out(self):
        """If this fails for a new model: export its rows in `<app>/personal_data.py`, or add the reason above."""
        user = UserFactory(id=987654)
        with CaptureQueriesContext(connection) as captured:
            export_of(user)
        assert unused_keys(query["sql"] for query in captured) == set(LEFT_OUT)

    def test_unused_foreign_key_is_detected(self):
        """Control."""
        assert {"participation.Support.user", "committee.Member.user", *LEFT_OUT} <= unused_keys([])
        followed = 'WHERE "participation_support"."user_id" = 987654'
        assert unused_keys([]) - unused_keys([followed]) == {"participation.Support.user"}


def false_declarations(declarations):
    """Returns the words of the deletion page that the foreign key of the rows contradicts."""
    names = set()
    for declaration in declarations:
        counts = [one for one in declaration.at_erasure if isinstance(one, Counted) and isinstance(one.rows, Owned)]
        for one in counts:
            fields = [one.rows.model._meta.get_field(name) for name in one.rows.fields]
            rules = {field.remote_field.on_delete for field in fields if not field.many_to_many}
            goes = rules <= {CASCADE} or declaration.erase_with_account is not None
            if not (goes if one.fate is ErasurePolicy.GOES else rules == {SET_NULL}):
                names.add(f"{declaration.name}: {one.words % {'count': 1}}")
    return names


class TestDeclarations:
    def test_deletion_page_matches_the_on_delete_rules(self):
        counted = [one for each in personal_data() for one in each.at_erasure if isinstance(one, Counted)]
        assert len(counted) > 15
        assert false_declarations(personal_data()) == set()

    def test_false_declarations_are_found(self):
        """Control."""
        (supports,) = [one for one in personal_data() if one.name == "participation.supports"]
        stays = replace(supports.at_erasure[0], fate=ErasurePolicy.STAYS)
        goes = Counted(ErasurePolicy.GOES, stays.words, Owned(Comment, "author"))
        false = [replace(supports, at_erasure=[line], erase_with_account=None) for line in (stays, goes)]
        assert [len(false_declarations([one])) for one in false] == [1, 1]

    def test_names_of_data_sets_are_unique(self):
        """Sets of the same name would replace each other in the file for programs."""
        names = [one.name for one in data_sets_of(create_all_data(MINE))]
        assert len(names) > 50
        assert len(set(names)) == len(names)
