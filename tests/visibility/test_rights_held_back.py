"""Permissions require the second factor at every address: the list is derived from the checks of the views.

With the password alone, no permission is granted anywhere. The account is redirected to the second factor where that
changes the answer, and gets the response of a resident everywhere else.
"""

from collections import defaultdict

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tests.accounts.factors import LIST

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

# Number of addresses per view: some show public objects, others objects that need a permission.
MAX_ADDRESSES_PER_VIEW = 3


@pytest.fixture
def granted(monkeypatch):
    """Permissions granted since the list was last cleared."""
    names, has_perm = [], User.has_perm

    def recording_has_perm(user, perm, obj=None):
        if is_granted := has_perm(user, perm, obj):
            names.append(perm)
        return is_granted

    monkeypatch.setattr(User, "has_perm", recording_has_perm)
    return names


def status_or_redirect(browser, method, address):
    """Returns the status of the response, or its redirect target. Changes are rolled back."""
    with transaction.atomic():
        response = getattr(browser, method)(address)
        if response.streaming:
            response.getvalue()
        transaction.set_rollback(True)
    return response.headers.get("Location", response.status_code)


def addresses_outside_the_admin(world):
    by_view = defaultdict(list)
    for one in world.surfaces:
        if not one.address.startswith("/admin/") and "?" not in one.address:
            by_view[one.view].append(one.address)
    return {view: addresses[:MAX_ADDRESSES_PER_VIEW] for view, addresses in by_view.items()}


@pytest.mark.thorough
def test_no_permission_is_granted_without_the_second_factor(world, granted, settings, time_machine):
    # The user bar of any page checks a permission once a minute: with a stopped clock, on the first page only.
    time_machine.move_to(timezone.now(), tick=False)
    root, resident = world.browser("administrator"), world.browser("resident")
    asking = defaultdict(list)
    for view, addresses in addresses_outside_the_admin(world).items():
        for address in addresses:
            granted.clear()
            if status_or_redirect(root, "get", address) == 405:
                status_or_redirect(root, "post", address)
            if granted:
                asking[view] += [("get", address), ("post", address)]
    # Control: views that check a permission are found.
    assert {"committee:redact", "committee:write_minutes", "committee:attendance_sheet", "fieldwork:ground"} <= {
        *asking
    }
    assert len(asking) > 20
    asked = [here for addresses in asking.values() for here in addresses]
    without = {here: status_or_redirect(resident, *here) for here in asked}
    holders = {"administrator": root, "organiser": world.browser("organiser")}
    with_rights = {role: {here: status_or_redirect(one, *here) for here in asked} for role, one in holders.items()}
    coordinator, minutes = world.browser("coordinator"), asking["committee:write_minutes"]
    by_office = [status_or_redirect(coordinator, *here) for here in minutes]

    settings.ADMIN_NEEDS_SECOND_FACTOR = True
    granted.clear()
    for role, browser in holders.items():
        found = {here: status_or_redirect(browser, *here) for here in asked}
        differs = {here for here in asked if with_rights[role][here] != without[here]}
        assert {here for here in differs if found[here] != LIST} == set()
        assert {here for here in asked if found[here] not in (LIST, without[here])} == set()
        assert len(differs) > 40
    assert granted == []
    assert [status_or_redirect(coordinator, *here) for here in minutes] == by_office, (
        "rights of an office do not depend on groups"
    )
    assert 200 in by_office
