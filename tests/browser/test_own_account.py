"""Deletion of an account on a small phone, and coming back: with JavaScript, by keyboard alone, without JavaScript."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from accounts.services.accounts import create_verified_user
from tests.browser.people import EMAIL, fits
from tests.factories import CommentFactory
from tests.outbox import code_for

pytestmark = [
    pytest.mark.browser,
    # `tests/accounts/test_deletion.py` takes the same steps on both.
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("outbox"),
]


def sign_in(person):
    person.fill(email=EMAIL)
    person.press("Recevoir un code")
    expect(person.page.locator("[name=code]")).to_be_visible()
    person.fill(code=code_for(EMAIL))
    person.press("Continuer")


def test_delete_the_account_and_restore_it(person):
    user = create_verified_user(email=EMAIL, public_name="Nadège P.")
    comment = CommentFactory(author=user)
    page = person.page
    page.goto("/compte/")
    sign_in(person)
    person.follow("Mes données")
    person.follow("Supprimer mon compte")
    expect(page.get_by_role("main")).to_contain_text("1 commentaire")
    assert fits(page)
    person.tick("texts", "keep")
    person.press("Recevoir un code")
    expect(page.locator("[name=code]")).to_be_visible()
    person.fill(code=code_for(EMAIL))
    person.press("Supprimer mon compte")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre compte est fermé")
    assert fits(page)
    assert User.objects.get(email=EMAIL).is_leaving

    page.goto("/compte/connexion/")
    sign_in(person)
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre compte va être effacé")
    assert fits(page)
    person.press("Revenir")
    expect(page.get_by_role("main")).to_contain_text("Bon retour")
    assert User.objects.filter(comments=comment, is_active=True, deletion_due_at=None).exists()
