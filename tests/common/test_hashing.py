"""Keys of the hashes of personal data: HASH_KEY, formerly SECRET_KEY, and the rotation of both."""

import datetime as dt

import pytest
from django.core.management import call_command

from accounts.models import User
from accounts.services.erasure import list_erasures
from common.hashing import keyed_hashes
from mailing.models import Suppression
from mailing.services import suppress, suppressed_among
from tests.factories import UserFactory

NOW = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)
EMAIL = "odile@courriel.example"
BEFORE = "tests-only-" + "0" * 54


def refuse_mail():
    suppress(email=EMAIL, reason=Suppression.Reason.HARD_BOUNCE, now=NOW)


@pytest.mark.django_db
def test_hashes_depend_on_the_secret_key_without_a_hash_key(settings):
    refuse_mail()
    settings.SECRET_KEY = "another" * 9
    assert suppressed_among([EMAIL]) == set()
    settings.SECRET_KEY_FALLBACKS = [BEFORE]
    assert suppressed_among([EMAIL]) == {EMAIL}


@pytest.mark.django_db
def test_hashes_do_not_depend_on_the_secret_key_with_a_hash_key(settings):
    settings.HASH_KEY = "kept" * 12
    refuse_mail()
    settings.SECRET_KEY = "another" * 9
    assert suppressed_among([EMAIL, "paul@courriel.example"]) == {EMAIL}


@pytest.mark.django_db
def test_former_secret_key_can_become_the_hash_key(settings):
    """As in docs/operations.md: `HASH_KEY` gets the value of `SECRET_KEY`, then `SECRET_KEY` changes."""
    refuse_mail()
    settings.HASH_KEY, settings.SECRET_KEY = BEFORE, "another" * 9
    assert suppressed_among([EMAIL]) == {EMAIL}


@pytest.mark.django_db
def test_hashes_of_fallback_keys_are_recognised(settings):
    settings.HASH_KEY = "first" * 10
    refuse_mail()
    settings.HASH_KEY, settings.HASH_KEY_FALLBACKS = "second" * 10, ["first" * 10]
    assert suppressed_among([EMAIL]) == {EMAIL}
    settings.HASH_KEY_FALLBACKS = []
    assert suppressed_among([EMAIL]) == set()


@pytest.mark.django_db
def test_erased_accounts_are_recognised_by_the_hash_key(settings, tmp_path):
    settings.HASH_KEY = "kept" * 12
    user = UserFactory()
    values = {field.attname: getattr(user, field.attname) for field in User._meta.concrete_fields}
    user.delete()
    erased = "\n".join(list_erasures())
    settings.SECRET_KEY = "another" * 9
    User.objects.create(**values)
    (tmp_path / "erasures.txt").write_text(erased, encoding="utf-8")
    call_command("apply_erasures", str(tmp_path / "erasures.txt"), verbosity=0)
    assert not User.objects.filter(pk=values["id"]).exists()


def test_hashes_differ_by_salt_and_value():
    found = [keyed_hashes(salt, value)[0] for salt in ("a", "b") for value in ("x", "y")]
    assert len(set(found)) == 4
