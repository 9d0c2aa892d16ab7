"""Rights of the groups: a table in code, applied by what it changed, and shown in docs/accounts.md."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission

from auditlog.models import Entry
from home.models import AppliedRights
from home.services import group_rights
from home.services.group_rights import DESK, SERVICES, TABLE, apply_rights, named, rights

pytestmark = pytest.mark.django_db
DOCUMENT = Path(settings.BASE_DIR) / "docs" / "accounts.md"


def current_rights():
    """Returns the rights of each group of the table in the database."""
    return {
        group.name: sorted(f"{one.content_type.app_label}.{one.codename}" for one in group.permissions.all())
        for group in Group.objects.filter(name__in=rights()).prefetch_related("permissions__content_type")
    }


def migrate():
    apply_rights(plan=[])


def change(monkeypatch, *added, without=()):
    monkeypatch.setattr(group_rights, "TABLE", [row for row in [*TABLE, *added] if row[0] not in without])
    migrate()


def test_a_new_site_has_the_rights_of_the_table():
    assert current_rights() == rights()
    assert AppliedRights.objects.get().rights == rights()


def test_each_name_of_the_table_is_one_permission():
    for codenames in rights().values():
        assert len(named({*codenames})) == len(codenames)


def test_manual_changes_of_rights_are_preserved(monkeypatch):
    desk = Group.objects.get(name=DESK)
    before = current_rights()
    taken, given = Permission.objects.get(codename="enter_sheet"), Permission.objects.get(codename="view_poll")
    desk.permissions.remove(taken)
    desk.permissions.add(given)
    by_hand = current_rights()
    assert by_hand != before
    migrate()
    migrate()
    assert current_rights() == by_hand
    change(monkeypatch, ("mailing.message", "view", [DESK]))
    migrate()
    assert current_rights() == {**by_hand, DESK: sorted([*by_hand[DESK], "mailing.view_message"])}


def test_change_of_the_table_is_applied_once(monkeypatch):
    change(monkeypatch, ("polls.poll", "view", [SERVICES]), without={"participation.deskentry"})
    assert current_rights() == rights()
    assert "polls.view_poll" in current_rights()[SERVICES]
    assert "participation.enter_for_others" not in current_rights()[DESK]
    # An administrator may take it again.
    Group.objects.get(name=SERVICES).permissions.clear()
    migrate()
    assert current_rights()[SERVICES] == []


def test_only_changes_are_written_to_the_audit_log(monkeypatch):
    before = Entry.objects.count()
    migrate()
    assert Entry.objects.count() == before
    change(monkeypatch, ("polls.poll", "view", [SERVICES]))
    assert Entry.objects.count() == before + 1


def test_renamed_group_is_not_changed(monkeypatch):
    Group.objects.filter(name=SERVICES).update(name="Directions")
    change(monkeypatch, ("polls.poll", "view", [SERVICES]))
    assert not Group.objects.get(name="Directions").permissions.filter(codename="view_poll").exists()
    assert not Group.objects.filter(name=SERVICES).exists()


def test_a_partial_migration_and_a_flush_apply_nothing(monkeypatch):
    monkeypatch.setattr(group_rights, "TABLE", [*TABLE, ("polls.poll", "view", [SERVICES])])
    apply_rights(plan=None)
    monkeypatch.setattr(group_rights, "missing_migrations", lambda using: 1)
    migrate()
    assert "polls.view_poll" not in current_rights()[SERVICES]


def test_documentation_contains_the_table():
    rows = [f"| `{model}` | `{verbs}` | {', '.join(groups)} |" for model, verbs, groups in TABLE]
    assert "\n".join(rows) in DOCUMENT.read_text(encoding="utf-8"), "\n".join(rows)
