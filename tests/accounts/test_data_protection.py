"""Page of the data-protection officer: access, current figures of each line, pending decisions."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission

from accounts.models import DataExport, InactivityWarning, User
from common.hooks import personal_data
from common.models import RetentionRun
from mailing.ticking import tick
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/admin/donnees-personnelles/"
NOW = dt.datetime(2026, 11, 25, 22, 45, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def officer(time_machine, client, editor_of):
    time_machine.move_to(NOW, tick=False)
    user = editor_of("Modération")
    user.user_permissions.add(Permission.objects.get(codename="view_retentionrun"))
    client.force_login(user)
    return client


def text_of(client):
    return " ".join(client.get(PAGE).content.decode().replace("\xa0", " ").split())


def test_page_requires_the_permission(client, editor_of, officer):
    assert officer.get(PAGE).status_code == 200
    assert PAGE in officer.get("/admin/").content.decode()
    client.force_login(editor_of("Animation"))
    assert client.get(PAGE).status_code == 302
    assert PAGE not in client.get("/admin/").content.decode()


def test_lines_show_their_figures_and_the_last_erasure(officer):
    lines = {line.rule.name: line for line in officer.get(PAGE).context["lines"]}
    assert set(lines) == {rule.name for rule in personal_data()}
    assert lines["accounts.exports"].count == 0
    DataExport.objects.create(user=UserFactory(), asked_at=NOW - 2 * DAY, ready_at=NOW - 2 * DAY, archive=b"zip")
    line = next(line for line in officer.get(PAGE).context["lines"] if line.rule.name == "accounts.exports")
    assert (line.count, line.oldest, line.over_at) == (1, NOW - 2 * DAY, NOW - DAY)
    tick(now=NOW)
    assert "dernier effacement : 1" in text_of(officer)


def test_failed_job_is_shown(officer):
    RetentionRun.objects.create(name="accounts.codes", failed_at=NOW)
    assert "En échec depuis le" in text_of(officer)


def test_pending_deletions_warnings_and_exports_are_shown(officer):
    leaving = UserFactory(public_name="Louise L.", is_active=False, deletion_due_at=NOW + DAY)
    warned = UserFactory(public_name="Karim K.")
    InactivityWarning.objects.create(user=warned, number=1, sent_at=NOW)
    DataExport.objects.create(user=UserFactory(public_name="Odile O."), asked_at=NOW)
    page = text_of(officer)
    for name in (leaving.public_name, warned.public_name, "Odile O."):
        assert name in page


def test_an_unused_account_with_permissions_is_listed_and_not_erased(officer, editor_of):
    user = editor_of("Rédaction")
    past = NOW - dt.timedelta(days=800)
    User.objects.filter(pk=user.pk).update(public_name="Ancienne R.", last_login=past, date_joined=past)
    assert "Ancienne R." in text_of(officer)
    tick(now=NOW)
    assert User.objects.filter(pk=user.pk).exists()


def test_number_of_unused_accounts_beyond_the_list_is_shown(officer, editor_of, monkeypatch):
    monkeypatch.setattr("accounts.admin.accounts.DataProtectionView.max_rows", 1)
    past = NOW - dt.timedelta(days=800)
    names = ("Ancienne R.", "Ancien S.", "Ancien T.")
    for name in names:
        user = editor_of("Rédaction")
        User.objects.filter(pk=user.pk).update(public_name=name, last_login=past, date_joined=past)
    page = text_of(officer)
    assert [name for name in names if name in page] == ["Ancienne R."]
    assert "Et 2 autres." in page
