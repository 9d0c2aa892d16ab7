"""Contents of entries; entries for refusals, floods and deleted accounts."""

import json

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import GroupPagePermission

from accounts.exports.personal_data import data_sets_of
from accounts.models import User
from auditlog.models import Entry, EntryKind
from auditlog.services import as_json
from common.audit import Act, record_act
from common.limits import allow
from tests.auditlog.conftest import CANARY
from tests.auditlog.journeys import ASK, SIGN_IN
from tests.factories import UserFactory
from tests.hostile import TEXTS

pytestmark = pytest.mark.django_db

FIELDS = ("action", "model", "object_id", "details", "network")


def entry(**fields):
    return Entry(**{"kind": EntryKind.SIGN_IN, "action": "sign_in.done", "at": timezone.now()} | fields)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("text", [*TEXTS.values(), "odile@courriel.example", "Odile M.", "une idée"])
def test_fields_reject_free_text(field, text):
    if text.isascii() and text.isalnum():
        text += "!"
    with pytest.raises(ValidationError):
        entry(**{field: text}).clean()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_log_line_is_one_line_of_ascii_for_any_text(text):
    """Hostile text in an entry can neither end nor begin a line of the log."""
    line = as_json(entry(details=text, object_id=f'"}}\n{{"log": "audit", "action": "{text}'))
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["details"] == text


@pytest.mark.parametrize("typed", [f"{CANARY}@nulle-part.example", f'{CANARY}\n{{"log": "audit"}}', f"{CANARY} O'Neil"])
def test_login_typed_on_the_sign_in_form_is_not_stored_or_logged(typed, lines, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        Client().post(SIGN_IN, {"login": typed, "password": "cigogne sur un toit rouge"})
    assert CANARY not in json.dumps([list(Entry.objects.values()), lines()], default=str)


def test_unknown_and_known_addresses_create_the_same_number_of_entries(user):
    for email in ("personne@nulle-part.example", user.email):
        Client().post(SIGN_IN, {"login": email, "password": "cigogne sur un toit rouge"})
    unknown, existing = Entry.objects.filter(action=Act.WRONG_PASSWORD).order_by("pk")
    assert (unknown.object_id, existing.object_id) == ("", str(user.pk))


def test_exceeded_rate_limit_creates_one_entry_per_network_and_hour(user, time_machine):
    time_machine.move_to("2026-11-24 12:00:00+00:00", tick=False)
    reached = Entry.objects.filter(action=Act.LIMIT_REACHED)
    for _number in range(20):
        Client().post(ASK, {"email": user.email})
    assert reached.get().details == "code.both.3600"
    for _number in range(3):
        Client(REMOTE_ADDR="203.0.113.77").post(ASK, {"email": user.email})
    assert reached.count() == 1
    time_machine.shift(3601)
    for _number in range(20):
        Client().post(ASK, {"email": user.email})
    assert reached.count() == 2


def test_rate_limit_reached_outside_of_a_request_creates_no_entry():
    assert not allow("code", "odile", limit=0, seconds=60, now=timezone.now())
    assert not Entry.objects.exists()


def test_repeated_wrong_passwords_create_one_rate_limit_entry(user):
    for _number in range(7):
        Client().post(SIGN_IN, {"login": user.email, "password": "cigogne sur un toit rouge"})
    assert [one.details for one in Entry.objects.filter(action=Act.LIMIT_REACHED)] == ["password.both.300"]
    assert Entry.objects.filter(action=Act.WRONG_PASSWORD).count() == 5


def test_entries_of_a_deleted_account_keep_only_its_primary_key():
    user = UserFactory(email=f"{CANARY}@courriel.example", public_name=CANARY.title())
    pk = user.pk
    user.delete()
    assert [one.action for one in Entry.objects.filter(object_id=str(pk))] == [Act.ERASED, Act.CREATED]
    assert CANARY not in json.dumps(list(Entry.objects.values()), default=str)


class TestRights:
    """Permissions given or removed, on the site or by a command, from either side of the relation."""

    def recorded(self, user):
        rows = Entry.objects.filter(kind=EntryKind.RIGHTS, model="accounts.user", object_id=str(user.pk)).order_by("pk")
        return [(one.action, one.details) for one in rows]

    def test_new_superuser_is_recorded(self):
        user = User.objects.create_superuser("racine@comite.example", "cigogne sur un toit", public_name="Racine")
        assert self.recorded(user) == [(Act.SUPERUSER, "given")]

    @pytest.mark.parametrize(
        ("change", "details"),
        [
            (lambda user, group: user.groups.add(group), ["given"]),
            (lambda user, group: group.user_set.add(user), ["given"]),
            (lambda user, group: (user.groups.add(group), user.groups.set([])), ["given", "taken"]),
            (lambda user, group: (user.groups.add(group), user.groups.clear()), ["given", "taken"]),
            (lambda user, group: (user.groups.add(group), group.user_set.clear()), ["given", "taken"]),
            (lambda user, group: (user.groups.add(group), user.groups.add(group)), ["given"]),
        ],
    )
    def test_group_changes_are_recorded_from_both_sides(self, user, change, details):
        group = Group.objects.get(name="Animation")
        change(user, group)
        assert self.recorded(user) == [(Act.GROUPS, f"{verb} {group.pk}") for verb in details]

    def test_other_fields_of_an_account_create_no_entry(self, user):
        before = Entry.objects.count()
        user.first_name = "Odile"
        user.save()
        user.last_login = timezone.now()
        user.save(update_fields=["last_login"])
        assert Entry.objects.count() == before

    def test_upgraded_password_hash_creates_no_entry(self, user, settings):
        user.set_password("cigogne sur un toit rouge")
        user.save()
        assert Entry.objects.filter(action=Act.PASSWORD).count() == 1
        settings.PASSWORD_HASHERS = [
            "django.contrib.auth.hashers.PBKDF2PasswordHasher",
            "django.contrib.auth.hashers.MD5PasswordHasher",
        ]
        before = User.objects.get(pk=user.pk).password
        assert User.objects.get(pk=user.pk).check_password("cigogne sur un toit rouge")
        assert User.objects.get(pk=user.pk).password != before
        assert Entry.objects.filter(action=Act.PASSWORD).count() == 1

    def test_removed_page_permission_of_a_group_is_recorded(self):
        permission = GroupPagePermission.objects.first()
        group_pk, page = permission.group_id, permission.page_id
        permission.delete()
        [entry] = Entry.objects.filter(action=Act.PERMISSIONS)
        assert (entry.model, entry.object_id) == ("auth.group", str(group_pk))
        assert entry.details == f"taken {permission.permission_id} page {page}"


def test_rolled_back_act_leaves_no_entry(user):
    with transaction.atomic():
        record_act(Act.EXPORT_ASKED, about=user)
        transaction.set_rollback(True)
    assert not Entry.objects.filter(action=Act.EXPORT_ASKED).exists()


def test_personal_data_export_has_own_entries_without_other_accounts(client, user):
    other = UserFactory()
    record_act(Act.ACTIVE, actor=other, about=user)
    record_act(Act.EXPORT_ASKED, actor=other, about=other)
    [data_set] = [one for one in data_sets_of(user) if one.name == "auditlog.entries"]
    assert [row["action"] for row in data_set.rows] == [Act.CREATED, Act.ACTIVE]
    assert data_set.rows[1]["action"].label == "Compte rouvert ou rendu inactif"
    assert not {"actor", "object_id", "details"} & set(data_set.rows[1])
    client.force_login(user)
    assert "3 lignes du journal de sécurité" in client.get("/compte/supprimer/", follow=True).text.replace("\xa0", " ")
