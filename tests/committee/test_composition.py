"""Public composition of the committee: members named by consent, a count of the others, empty seats."""

import datetime as dt

import pytest
from django.core.cache import caches
from django.template.loader import render_to_string

from committee.models import Mandate
from committee.queries.composition import composition
from tests.cms.factories import make_image
from tests.committee.minutes import words_of
from tests.factories import MandateFactory, SeatFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 24)
PAGE = "/le-comite/membres/"
Role = Mandate.Role


@pytest.fixture(autouse=True)
def _today(time_machine, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    time_machine.move_to(dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC), tick=False)


def test_member_without_consent_is_counted_and_not_named(client):
    MandateFactory(member__name="Odile M.")
    secret = {"name": "Zacharie Q.", "college": "Secret", "presentation": "Cachée", "is_named": False}
    hidden = MandateFactory(**{f"member__{name}": value for name, value in secret.items()}).member
    MandateFactory(member=hidden, role=Role.COORDINATOR, seat=None)
    hidden.photo = make_image(title="Portrait caché")
    hidden.save()
    for address in (PAGE, "/le-comite/"):
        page = client.get(address).content.decode()
        assert not [value for value in ("Zacharie", "Secret", "Cachée", "<picture") if value in page]
    page = words_of(client.get(PAGE))
    assert "Odile M." in page
    assert "2 membres" in page
    # Nobody asked this person: the page does not report a wish.
    assert "Parmi eux, 1 membre n’a pas encore dit si le site peut montrer son nom." in page
    assert "ne souhaite" not in page
    hidden.declines_naming = True
    hidden.save()
    page = words_of(client.get(PAGE))
    assert "Parmi eux, 1 membre ne souhaite pas être nommé." in page
    assert "pas encore dit" not in page


def test_pages_say_why_nobody_sits(client):
    day = dt.timedelta(days=1)

    def reasons():
        return [words_of(client.get(address)) for address in (PAGE, "/le-comite/")]

    assert all("Les membres ne sont pas encore nommés." in page for page in reasons())
    mandate = MandateFactory(starts_on=TODAY - 9 * day, ends_on=TODAY - day)
    ended = "Les mandats sont finis. Les prochains membres ne sont pas encore nommés."
    assert all(ended in page for page in reasons())
    MandateFactory(seat=mandate.seat, starts_on=TODAY + day)
    assert all("Les prochains mandats commencent le 25 novembre 2026." in page for page in reasons())
    MandateFactory()
    assert not any("Les prochains mandats" in page for page in reasons())


def test_substitute_is_shown_with_the_holder_if_both_are_named():
    together, alone = SeatFactory(), SeatFactory()
    holder = MandateFactory(seat=together).member
    substitute = MandateFactory(seat=together, role=Role.SUBSTITUTE).member
    MandateFactory(seat=alone, member__is_named=False)
    lonely = MandateFactory(seat=alone, role=Role.SUBSTITUTE).member
    result = composition(TODAY)
    assert [(one.sitting.member, one.substitute) for one in result.members] == [(holder, substitute), (lonely, None)]
    assert (result.number, result.unanswered) == (4, 1)


def test_empty_seat_is_shown_with_a_link_to_apply(client):
    MandateFactory()
    SeatFactory(name="Siège vacant", college="Associations")
    SeatFactory(name="Siège fermé", ends_on=TODAY - dt.timedelta(days=1))
    page = client.get(PAGE).content.decode()
    assert "siège à pourvoir" in page
    assert "Siège vacant" in page
    assert "Siège fermé" not in page
    assert 'class="button" href="/le-comite/#rejoindre"' in page


def test_photo_has_its_description_as_alternative_text(client):
    MandateFactory(member__photo=make_image(description="Odile, souriante"))
    assert 'alt="Odile, souriante"' in client.get(PAGE).content.decode()


@pytest.mark.parametrize("number", [1, 10])
def test_queries_do_not_grow_with_photos(client, number, django_assert_num_queries):
    for _one in range(number):
        MandateFactory(member__photo=make_image())
    client.get(PAGE)
    caches["renditions"].clear()
    with django_assert_num_queries(4):
        for one in composition(TODAY).members:
            render_to_string("components/portrait.html", {"member": one.sitting.member})
