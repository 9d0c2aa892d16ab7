"""Erasure leaves only the data that the table allows: searches the whole database for words unique to a user."""

import datetime as dt
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from wagtail.log_actions import log
from wagtail.models import ReferenceIndex, Revision

from accounts.models import AccountCode, DataExport, ErasedAccount, ProviderLink, User
from accounts.services.codes import send_code
from accounts.services.deletion import plan_deletion
from accounts.services.emails import change_email
from accounts.services.erasure import account_hashes, apply_erasures, list_erasures
from accounts.services.exports import make_exports
from committee.models import AccountInvitation, AgendaItem, Attendance, Deliverable
from common.shown import BY_PROGRAM
from digests.services.subscriptions import choose
from mailing.models import Message
from mailing.ticking import tick
from participation.models import (
    Appeal,
    Attachment,
    Comment,
    CommentVersion,
    Decision,
    Invitation,
    ProposalDraft,
    Report,
)
from participation.services.comments import withdraw_comment
from participation.services.moderation import moderate
from participation.services.supports import set_support
from polls.models import Participation
from scripts.postgres import find_programs
from tests.factories import (
    CommentFactory,
    MandateFactory,
    MemberFactory,
    ProposalFactory,
    SessionPageFactory,
    TopicPageFactory,
    UserFactory,
)
from tests.mailing.fakes import make_message
from tests.polls.factories import make_poll

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

NOW = dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)
# A unique word for each kind of data of a user.
CANARIES = (
    *("Zephirnom", "Zephiradresse", "Zephirancienne", "Zephirfaute", "Zephirbrouillon", "Zephirfichier"),
    *("Zephirretire", "Zephiravant", "Zephirappel", "Zephirsession", "Zephirmembre", "Zephirsoi"),
    *("Zephirprenom", "Zephirsignale", "Zephirlieu", "Zephirtape", "Zephirinvite"),
    *("Zephirfacteur", "Zephirfournisseur"),
)
TEXT = "Zephirpublic"


def rows_with(words):
    """Returns the places of `words` in the database, as « table: word », including blobs and the search index."""
    places = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor:
                text = " ".join(as_text(value) for value in row).lower()
                places |= {f"{table}: {word}" for word in words if word.lower() in text}
    for session in Session.objects.all():
        text = json.dumps(session.get_decoded()).lower()
        places |= {f"session: {word}" for word in words if word.lower() in text}
    return places


def as_text(value):
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def files_with(folder, words):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {word for path in files for word in words if word.lower().encode() in path.read_bytes().lower()}


@pytest.fixture
def place(settings, tmp_path, time_machine):
    time_machine.move_to(NOW, tick=False)
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def user(place, client, editor_of, django_capture_on_commit_callbacks):
    """User with data of every kind, each with a unique word."""
    with django_capture_on_commit_callbacks(execute=True):
        user = UserFactory(public_name="Zephirnom", email="zephirancienne@courriel.example", date_joined=NOW - WEEK)
        user.verify_email()
        choose(user=user, frequency="weekly", now=NOW - WEEK)
        change_email(user=user, email="zephiradresse@courriel.example", now=NOW)
        user.refresh_from_db()
        send_code(user=user, action=AccountCode.Action.EMAIL, email="zephirfaute@courriel.example", now=NOW)
        draft = ProposalDraft.objects.create(
            author=user, title="Zephirbrouillon", problem="", body="", created_at=NOW, updated_at=NOW
        )
        file = Attachment(draft=draft, type="application/pdf", description="Zephirfichier", size=3, created_at=NOW)
        file.file.save("", ContentFile(b"Zephirfichier"), save=False)
        file.save()
        withdrawn = CommentFactory(author=user, body="Zephirretire")
        CommentVersion.objects.create(comment=withdrawn, body="Zephiravant", replaced_at=NOW)
        withdraw_comment(comment=withdrawn, author=user, now=NOW)
        refused = CommentFactory(author=user, state="recu")
        moderate(
            text=refused,
            state=Comment.State.REFUSED,
            moderator=editor_of("Modération"),
            now=NOW,
            ground="respect",
            reason="Vif.",
            shown=BY_PROGRAM,
        )
        Appeal.objects.create(decision=refused.decisions.get(), body="Zephirappel", created_at=NOW)
        CommentFactory(author=user, body=f"{TEXT} reste.")
        set_support(user=user, proposal=ProposalFactory(), supported=True, now=NOW)
        Invitation.objects.create(proposal=ProposalFactory(), email=user.email, created_at=NOW)
        poll = make_poll()
        Participation.objects.create(poll=poll, user=user)
        make_former_member(user)
        create_admin_data(user)
        create_mails(user)
        client.force_login(user)
        session = client.session
        session["note"] = "Zephirsession"
        session.save()
        client.post("/compte/connexion/code/", {"email": user.email})
        Client().post("/compte/connexion/code/", {"email": user.email.upper()})
    return user


def create_admin_data(user):
    user.first_name, user.last_name = "Zephirprenom", "Zephirnom"
    user.save()
    log(user, "wagtail.edit", data={"email": user.email})
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Zephirfacteur"})
    ProviderLink.objects.create(user=user, issuer="https://ville.example", subject="Zephirfournisseur", linked_at=NOW)
    Report.objects.create(comment=CommentFactory(), author=user, reason="Zephirsignale", created_at=NOW)
    User.objects.filter(pk=user.pk).update(commune="67482")
    ProposalDraft.objects.create(author=user, title="Zephirlieu", district="Zephirlieu", created_at=NOW, updated_at=NOW)
    AccountInvitation.objects.create(member=MemberFactory(), email="zephirancienne@courriel.example", sent_at=NOW)
    EmailAddress.objects.create(user=user, email="zephirancienne@courriel.example", verified=True)


def create_mails(user):
    """Makes a mail to the user in each state, and one to the address with other capitals."""
    for state in (*Message.FINAL_STATES, Message.State.HELD):
        mail = make_message(user.email, now=NOW)
        Message.objects.filter(pk=mail.pk).update(state=state, payload=None)
    mail = make_message(user.email.upper(), now=NOW)
    Message.objects.filter(pk=mail.pk).update(state=Message.State.SENT, payload=None)
    make_message(user.email, now=NOW, subject="Zephirinvite", text="Bonjour Zephirtape")


def make_former_member(user):
    member = MemberFactory(name="Zephirmembre Dupont", user=user, phone="Zephirsoi", presentation="Zephirsoi")
    mandate = MandateFactory(member=member, ends_on=dt.date(2026, 1, 1))
    session = SessionPageFactory()
    Attendance.objects.create(
        session=session, seat=mandate.seat, member=member, state="present", recorded_by=user, recorded_at=NOW
    )
    AgendaItem.objects.create(session=session, title="Point", presenter="Zephirmembre Dupont")
    topic = TopicPageFactory(title="Sujet", pilot=member)
    Deliverable.objects.create(topic=topic, title="Un guide", owner="Zephirmembre Dupont et la Ville")
    for page in (session, topic):
        page.save_revision()
    # Another person presents it by now: only an old revision of the page has the name.
    other = SessionPageFactory(starts_at=NOW + WEEK)
    item = AgendaItem.objects.create(session=other, title="Point", presenter="Zephirmembre Dupont")
    other.save_revision()
    item.presenter = ""
    item.save()


def erase(user, capture):
    with capture(execute=True):
        plan_deletion(user=user, removes_texts=False, now=NOW)
        assert "1 erased of accounts.leaving" in str(tick(now=NOW + WEEK))


class TestCanaries:
    def test_every_word_is_found_before_the_erasure(self, user, place):
        """Control: the search finds every word before the erasure."""
        everywhere = " ".join(rows_with(CANARIES))
        assert [word for word in CANARIES if word not in everywhere] == []
        assert files_with(place, CANARIES) == {"Zephirfichier"}

    def test_no_word_is_left_in_any_table_session_index_or_file(self, user, place, django_capture_on_commit_callbacks):
        DataExport.objects.create(user=user, asked_at=NOW)
        make_exports(now=NOW)
        erase(user, django_capture_on_commit_callbacks)
        assert rows_with(CANARIES) == set()
        assert files_with(place, CANARIES) == set()
        assert not DataExport.objects.exists()
        assert cache.get("zephir") is None

    def test_public_texts_and_counts_are_preserved(self, user, django_capture_on_commit_callbacks):
        before = (Participation.objects.count(), Decision.objects.count(), Attendance.objects.count())
        erase(user, django_capture_on_commit_callbacks)
        assert Comment.objects.get(body=f"{TEXT} reste.").author is None
        assert (Participation.objects.count(), Decision.objects.count(), Attendance.objects.count()) == before
        assert Revision.objects.exists()
        assert ReferenceIndex.objects.exists()


class TestRestoredCopy:
    def test_account_restored_from_a_backup_is_erased_again(self, user, django_capture_on_commit_callbacks):
        copy = {field.attname: getattr(user, field.attname) for field in User._meta.concrete_fields}
        erase(user, django_capture_on_commit_callbacks)
        lines = list(list_erasures())
        # The copy has the account, and no record of its erasure.
        ErasedAccount.objects.all().delete()
        User(**copy).save(force_insert=True)
        other = UserFactory()
        assert apply_erasures(lines=lines, now=NOW) == 1
        assert list(User.objects.filter(pk__in=[copy["id"], other.pk])) == [other]
        assert list(list_erasures()) == lines
        assert apply_erasures(lines=lines, now=NOW) == 0

    def test_new_account_with_the_pk_of_an_erased_one_is_not_erased(self, user, django_capture_on_commit_callbacks):
        pk = user.pk
        erase(user, django_capture_on_commit_callbacks)
        UserFactory(id=pk, date_joined=NOW + WEEK)
        assert apply_erasures(now=NOW) == 0
        assert User.objects.filter(pk=pk).exists()

    def test_hash_of_a_former_secret_key_is_recognised(self, user, settings):
        hashed = account_hashes(user)[0]
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another-" + "1" * 50
        assert apply_erasures(lines=[f"{hashed} account"], now=NOW) == 1

    def test_apply_erasures_reads_list_erasures_and_refuses_other_files(self, user, tmp_path, capsys):
        hashed = account_hashes(user)[0]
        user.delete()
        call_command("list_erasures")
        written = capsys.readouterr().out
        assert re.fullmatch(rf"{hashed} account\n", written)
        file = tmp_path / "erasures.txt"
        file.write_text(written)
        call_command("apply_erasures", str(file))
        assert capsys.readouterr().out == "0 accounts erased again\n"
        file.write_text("Odile M.\n")
        with pytest.raises(CommandError, match="Nothing was erased"):
            call_command("apply_erasures", str(file))


def dump():
    """Returns all bytes of the database: SQLite's files with their free pages, or a backup of PostgreSQL."""
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])
        return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    to = connection.settings_dict
    command = [find_programs() / "pg_dump", "--dbname", to["NAME"], "--host", to["HOST"], "--username", to["USER"]]
    port = ["--port", str(to["PORT"])] if to["PORT"] else []
    env = {**os.environ, "PGPASSWORD": to["PASSWORD"]}
    return subprocess.run([*command, *port], check=True, capture_output=True, env=env).stdout


def words_in(found):
    return {word for word in (*CANARIES, TEXT) if word.lower().encode() in found.lower()}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_no_word_is_left_in_a_dump(user, place, django_capture_on_commit_callbacks):
    # Sessions are compressed: `rows_with` decodes them.
    assert {"Zephirnom", "Zephiradresse", "Zephirbrouillon", "Zephirmembre", TEXT} <= words_in(dump())
    erase(user, django_capture_on_commit_callbacks)
    assert words_in(dump()) == {TEXT}
    assert rows_with(CANARIES) == set()
