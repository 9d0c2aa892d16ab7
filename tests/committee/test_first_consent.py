"""First consent to the directory: new members are asked, and the secretariat enters paper forms."""

import datetime as dt

import pytest
from wagtail.models import ModelLogEntry

from committee.directory.queries import directory_tasks, shared_fields, shared_with
from committee.directory.services import choose
from committee.models import DirectoryConsent
from committee.queries.members import NEW_FOR
from common.templatetags.dates import CITY_ZONE
from tests.bulk import submit_edit
from tests.committee.minutes import words_of
from tests.factories import MandateFactory, UserFactory

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=CITY_ZONE)
TODAY, DAY = NOW.date(), dt.timedelta(days=1)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
OWN = "/membres/annuaire/moi/"


def new_member(*, account=True, since=TODAY):
    user = UserFactory() if account else None
    return MandateFactory(member__user=user, starts_on=since).member


def test_new_member_has_a_task_until_the_form_is_submitted(client):
    member, long_here = new_member(), new_member(since=TODAY - NEW_FOR - DAY)
    assert directory_tasks(long_here, NOW) == []
    [task] = directory_tasks(member, NOW)
    assert task.url == OWN
    client.force_login(member.user)
    assert "Choisir ce que les autres membres voient de vous" in client.get("/membres/").content.decode()
    # An unticked form is an answer too.
    assert client.post(OWN, {"naming": "yes"}).status_code == 302
    assert directory_tasks(member, NOW) == []
    assert not DirectoryConsent.objects.filter(is_given=True).exists()


def test_member_is_asked_whether_the_site_may_name_them(client):
    member = MandateFactory(member__is_named=False, member__user=UserFactory(), starts_on=TODAY - NEW_FOR - DAY).member
    client.force_login(member.user)
    title = "Dire si vous acceptez d’être nommé sur le site"
    for naming, since, is_asked in (("", None, True), ("no", None, False), ("yes", TODAY, False)):
        assert submit_edit(client, OWN, {"naming": naming}).status_code == 302
        member.refresh_from_db()
        assert (member.naming.value, member.named_since) == (naming or "not-asked", since)
        assert (title in words_of(client.get("/membres/"))) == is_asked
    assert ModelLogEntry.objects.filter(object_id=str(member.pk), user=member.user).count() == 2


class TestPaper:
    @pytest.fixture
    def enter(self, client, editor_of):
        client.force_login(editor_of("Secrétariat"))

        def post(member, **fields):
            address = f"/admin/membres/accord/{member.pk}/"
            signed_on = f"{fields.pop('signed_on', TODAY - DAY):%d/%m/%Y}"
            return client.post(address, {"signed_on": signed_on, **fields})

        return post

    def test_consent_on_paper_is_entered_with_its_day_and_shows_the_field(self, client, enter):
        member, other = new_member(account=False), new_member()
        choose(member=other, show_email=False, phone="06 39 98 00 99", now=NOW)
        edit = client.get(f"/admin/membres/edit/{member.pk}/").content.decode()
        assert f"/admin/membres/accord/{member.pk}/" in edit
        assert enter(member, show_phone="on", phone="0639980011").status_code == 302
        assert shared_with(other.user, TODAY)[member.pk] == {"phone": "06 39 98 00 11"}
        [shown_since] = shared_fields(member).values()
        assert shown_since.astimezone(CITY_ZONE).date() == TODAY - DAY
        assert set(member.directory_consents.values_list("field", "is_given", "on_paper")) == {
            ("email", False, True),
            ("phone", True, True),
        }
        entry = ModelLogEntry.objects.get(action="committee.consent_on_paper")
        assert entry.data == {"signed_on": str(TODAY - DAY)}
        # The secretariat cannot read the number afterwards.
        page = client.get(f"/admin/membres/accord/{member.pk}/").content.decode()
        assert "06 39 98 00 11" not in page.replace("\u00a0", " ")

    def test_consent_on_paper_does_not_override_a_later_choice(self, enter):
        member = new_member()
        choose(member=member, show_email=False, phone="", now=NOW)
        answer = enter(member, show_phone="on", phone="0639980011")
        assert "change rien" in str(answer.context["form"].errors["signed_on"])
        member.refresh_from_db()
        assert (member.phone, shared_fields(member)) == ("", {})

    def test_consent_on_paper_with_a_future_day_is_refused(self, enter):
        member = new_member()
        answer = enter(member, signed_on=TODAY + DAY, show_email="on")
        assert "signed_on" in answer.context["form"].errors
        assert not member.directory_consents.exists()

    def test_consent_on_paper_without_account_shows_no_address(self, enter):
        member = new_member(account=False)
        enter(member, show_email="on")
        assert shared_fields(member) == {}
