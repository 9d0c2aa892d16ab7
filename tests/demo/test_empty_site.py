"""`make run EMPTY=1`: no content, one administrator, and a separate data folder."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import User
from demo.services.accounts import ADMINISTRATOR, ROLE_ACCOUNTS
from scripts import run
from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def empty_site(settings, tmp_path):
    settings.EMPTY_SITE, settings.DEMONSTRATION, settings.VAR_DIR = True, False, tmp_path


def run_command():
    out = io.StringIO()
    call_command("add_administrator", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_printed_password_belongs_to_an_administrator(client):
    address, password = run_command().split()[-2:]
    assert (address, User.objects.count()) == (ADMINISTRATOR.email, 1)
    assert User.objects.get().check_password(password)
    client.force_login(User.objects.get())
    assert client.get(reverse("wagtailadmin_home")).status_code == 200


@pytest.mark.django_db
def test_second_run_prints_the_same_password():
    first, second = run_command(), run_command()
    assert first.splitlines()[-1] == second.splitlines()[-1]
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_command_is_refused_with_demonstration_data_and_on_other_sites(settings):
    UserFactory(email=ROLE_ACCOUNTS[0].email)
    with pytest.raises(CommandError, match="démonstration"):
        run_command()
    settings.EMPTY_SITE = False
    with pytest.raises(CommandError, match="site vide"):
        run_command()
    assert User.objects.count() == 1


def test_empty_site_has_its_own_data_folder(monkeypatch, capsys):
    folders = {run.data_folder(variables) for variables in ({}, {"EMPTY": "1"}, {"EMPTY": "1", "VAR_DIR": "/srv/x"})}
    assert {str(folder) for folder in folders} == {str(run.ROOT / "var"), str(run.ROOT / "var" / "empty"), "/srv/x"}
    monkeypatch.setenv("EMPTY", "yes")
    assert run.main() == 1
    assert "EMPTY takes 1" in capsys.readouterr().err
