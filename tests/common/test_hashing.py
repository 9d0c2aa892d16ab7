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
def test_without_a_key_of_their_own_a_lost_secret_key_forgets_them(settings):
    refuse_mail()
    settings.SECRET_KEY = "another" * 9
    assert suppressed_among([EMAIL]) == set()
    settings.SECRET_KEY_FALLBACKS = [BEFORE]
    assert suppressed_among([EMAIL]) == {EMAIL}


@pytest.mark.django_db
def test_with_a_key_of_their_own_the_secret_key_may_be_lost(settings):
    settings.HASH_KEY = "kept" * 12
    refuse_mail()
    settings.SECRET_KEY = "another" * 9
    assert suppressed_among([EMAIL, "paul@courriel.example"]) == {EMAIL}


@pytest.mark.django_db
def test_the_key_of_today_becomes_their_own_and_all_is_known_again(settings):
    """As in docs/operations.md: `HASH_KEY` gets the value of `SECRET_KEY`, then `SECRET_KEY` changes."""
    refuse_mail()
    settings.HASH_KEY, settings.SECRET_KEY = BEFORE, "another" * 9
    assert suppressed_among([EMAIL]) == {EMAIL}


@pytest.mark.django_db
def test_a_rotated_key_knows_what_former_ones_hashed(settings):
    settings.HASH_KEY = "first" * 10
    refuse_mail()
    settings.HASH_KEY, settings.HASH_KEY_FALLBACKS = "second" * 10, ["first" * 10]
    assert suppressed_among([EMAIL]) == {EMAIL}
    settings.HASH_KEY_FALLBACKS = []
    assert suppressed_among([EMAIL]) == set()


@pytest.mark.django_db
def test_erased_accounts_are_known_by_the_same_key(settings, tmp_path):
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


def test_two_purposes_and_two_people_never_have_the_same_hash():
    found = [keyed_hashes(salt, told)[0] for salt in ("a", "b") for told in ("x", "y")]
    assert len(set(found)) == 4
