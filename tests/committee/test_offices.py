"""All offices of the committee assigned in one form: former and new holders, refusals."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import ModelLogEntry

from committee.models import Mandate
from tests.committee.minutes import words_of
from tests.factories import MandateFactory, MemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC), tick=False)]

OFFICES = reverse("offices")
TODAY = dt.date(2026, 12, 1)
LAST_DAY = dt.date(2026, 12, 31)
FIRST_DAY, END = dt.date(2027, 1, 1), dt.date(2027, 12, 31)
DAYS = {"starts_on": "01/01/2027", "ends_on": "31/12/2027"}
Role = Mandate.Role


def make_officer(role, name, **more):
    mandate = MandateFactory(member__name=name, role=role, seat=None, starts_on=dt.date(2026, 1, 1), **more)
    return mandate.member


def lines(client):
    """Returns the offices of the form: {label: name of the field}."""
    form = client.get(OFFICES).context["form"]
    return {str(field.label): name for name, field in form.fields.items() if name.startswith("office_")}


def office_holders(day):
    """Returns the holder of each office on `day`, in order."""
    offices = Mandate.objects.current(day).exclude(role__in=Mandate.SEATED)
    return sorted(offices.values_list("role", "member__name"))


def test_form_assigns_only_the_selected_offices(secretariat):
    odile = make_officer(Role.COORDINATOR, "Odile R.", ends_on=LAST_DAY)
    make_officer(Role.DEPUTY_COORDINATOR, "Paul S.")
    make_officer(Role.FACILITATOR, "Inès B.")
    nora = MandateFactory(member__name="Nora K.", starts_on=TODAY).member
    fields = lines(secretariat)
    chosen = {fields["Coordination"]: odile.pk, fields["Coordination adjointe"]: nora.pk}
    page = secretariat.post(OFFICES, {**DAYS, **chosen}, follow=True)

    assert "2 fonctions confiées. Un administrateur donne ensuite les droits de la coordination." in words_of(page)
    before = [("coordinator", "Odile R."), ("deputy-coordinator", "Paul S."), ("facilitator", "Inès B.")]
    assert office_holders(LAST_DAY) == before
    after = [("coordinator", "Odile R."), ("deputy-coordinator", "Nora K."), ("facilitator", "Inès B.")]
    assert office_holders(FIRST_DAY) == after
    assert set(Mandate.objects.filter(starts_on=FIRST_DAY).values_list("ends_on", flat=True)) == {END}
    # The former holder, and each new one.
    assert ModelLogEntry.objects.filter(action="wagtail.edit").count() == 3


def test_initial_dates_are_the_day_after_the_first_end_and_one_year(secretariat):
    make_officer(Role.COORDINATOR, "Odile R.", ends_on=LAST_DAY)
    page = secretariat.get(OFFICES)
    assert page.context["form"].initial == {"starts_on": FIRST_DAY, "ends_on": END}
    text = words_of(page)
    assert "Aujourd’hui : Odile R., du 1er janvier au 31 décembre 2026" in text
    assert text.count("Personne n’a cette fonction.") == 5


def test_conflicting_mandate_is_refused_at_its_office(secretariat):
    make_officer(Role.COORDINATOR, "Odile R.")
    nora = MemberFactory(name="Nora K.")
    MandateFactory(member=nora, role=Role.DEPUTY_COORDINATOR, seat=None, starts_on=dt.date(2027, 6, 1))
    fields = lines(secretariat)
    deputy = fields["Coordination adjointe"]
    before = list(Mandate.objects.order_by("pk").values())
    page = secretariat.post(OFFICES, {**DAYS, fields["Coordination"]: nora.pk, deputy: nora.pk})
    assert [*page.context["form"].errors] == [deputy]
    assert "a déjà cette fonction" in str(page.context["form"].errors[deputy])
    assert list(Mandate.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("days", "place", "message"),
    [
        ({"starts_on": "01/01/2026"}, "{coordinator}", "commence le 1er janvier 2026"),
        ({"ends_on": "31/12/2026"}, "ends_on", "dernier jour"),
        ({"{coordinator}": ""}, "__all__", "au moins une fonction"),
    ],
)
def test_invalid_dates_and_empty_form_are_refused_with_a_message(secretariat, days, place, message):
    odile = make_officer(Role.COORDINATOR, "Odile R.")
    named = {"coordinator": lines(secretariat)["Coordination"]}
    days = {name.format(**named): value for name, value in days.items()}
    page = secretariat.post(OFFICES, {**DAYS, named["coordinator"]: odile.pk, **days})
    assert message in " ".join(page.context["form"].errors[place.format(**named)]).replace("\xa0", " ")
    assert Mandate.objects.get().ends_on is None


def test_an_outdated_choice_is_refused(secretariat):
    odile = make_officer(Role.COORDINATOR, "Odile R.", ends_on=LAST_DAY)
    chosen = {lines(secretariat)["Coordination"]: odile.pk}
    Mandate.objects.update(ends_on=TODAY - dt.timedelta(days=1))
    make_officer(Role.COORDINATOR, "Paul S.")
    page = secretariat.post(OFFICES, DAYS | chosen)
    assert "Quelqu’un d’autre a changé une fonction" in str(page.context["form"].errors["__all__"])
    assert not Mandate.objects.filter(starts_on=FIRST_DAY).exists()


@pytest.mark.parametrize(("last_day", "end"), [("2027-12-31", "2028-12-31"), ("2028-02-29", "2029-02-28")])
def test_initial_last_day_is_one_year_later_also_in_leap_years(client, editor_of, time_machine, last_day, end):
    time_machine.move_to(dt.datetime.fromisoformat(f"{last_day}T12:00+00:00") - dt.timedelta(days=20), tick=False)
    client.force_login(editor_of("Secrétariat"))
    make_officer(Role.COORDINATOR, "Odile R.", ends_on=dt.date.fromisoformat(last_day))
    assert client.get(OFFICES).context["form"].initial["ends_on"] == dt.date.fromisoformat(end)


def test_list_of_members_links_to_the_form(secretariat):
    assert OFFICES in secretariat.get(reverse("wagtailsnippets_committee_member:list")).content.decode()


def test_dashboard_links_to_the_form_for_ending_and_vacant_offices(secretariat):
    make_officer(Role.COORDINATOR, "Odile R.", ends_on=LAST_DAY)
    make_officer(Role.RAPPORTEUR, "Paul S.", ends_on=dt.date(2026, 11, 1))
    page = BeautifulSoup(secretariat.get(reverse("wagtailadmin_home")).content, "html.parser")
    tasks = {link.get_text(strip=True) for link in page.find_all("a", href=OFFICES)}
    assert tasks == {"Odile R.", "Rapport des séances"}
