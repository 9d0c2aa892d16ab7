"""Electorate of a poll, and the explanation if it is smaller than the number of members."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from committee.models import Mandate
from common.templatetags.dates import CITY_ZONE
from polls.models import Poll
from polls.queries.results import turnout
from tests.factories import MandateFactory
from tests.polls.factories import DAY, NOW, make_poll, people

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


class TestElectorate:
    """Results explain why fewer members can answer than sit, wherever they show the electorate."""

    def results(self, client, poll, now=NOW + 2 * DAY):
        with time_machine.travel(now, tick=False):
            response = client.get(reverse("polls:results", args=[poll.slug]))
        assert response.status_code == 200
        return " ".join(response.text.replace("\xa0", " ").split())

    @pytest.mark.parametrize("quorum", [None, 30])
    def test_members_without_an_account_are_mentioned_once(self, client, quorum):
        poll = make_poll(audience=Poll.Audience.MEMBERS, quorum=quorum)
        for account in (*people(2), None, None, None):
            MandateFactory(member__user=account)
        text = self.results(client, poll)
        assert "0 des 2 membres du comité qui peuvent répondre" in text
        said = "5 personnes siégeaient au comité le 25 novembre 2026 : 3 n’avaient pas de compte sur ce site"
        assert text.count(said) == 1

    def test_no_explanation_if_all_members_can_answer(self, client):
        poll = make_poll(audience=Poll.Audience.MEMBERS)
        MandateFactory(member__user=people(1)[0])
        assert "siégeaient" not in self.results(client, poll)

    def test_sitting_members_are_counted_at_the_end_of_the_poll(self, client):
        poll = make_poll(audience=Poll.Audience.MEMBERS)
        for _ in range(2):
            MandateFactory(member__user=None, ends_on=(NOW + 2 * DAY).date())
        MandateFactory(member__user=None, starts_on=(NOW + 5 * DAY).date())
        assert "2 personnes siégeaient au comité le 25 novembre" in self.results(client, poll, NOW + 9 * DAY)

    def test_poll_that_ends_at_midnight_counts_the_members_of_its_last_day(self, client):
        midnight = dt.datetime(2026, 11, 25, tzinfo=CITY_ZONE)
        poll = make_poll(audience=Poll.Audience.MEMBERS, closes_at=midnight)
        by_seat = make_poll("sieges", audience=Poll.Audience.SEATS, closes_at=midnight)
        for account in (*people(1), None):
            MandateFactory(member__user=account, ends_on=dt.date(2026, 11, 24))
        assert [turnout(one, now=midnight).invited for one in (poll, by_seat)] == [1, 2]
        assert "2 personnes siégeaient au comité le 24 novembre 2026" in self.results(client, poll)

    def test_quorum_of_a_poll_by_seat_is_expressed_in_seats(self, client):
        for audience, whose in ((Poll.Audience.SEATS, "des sièges occupés"), (Poll.Audience.MEMBERS, "des personnes")):
            poll = make_poll(f"sondage-{audience}", audience=audience, quorum=50)
            page = client.get(reverse("polls:poll", args=[poll.slug])).text.replace("\xa0", " ")
            assert f"si 50 % {whose}" in page

    def test_explanation_mentions_substitutes_that_share_a_seat(self, client):
        poll = make_poll(audience=Poll.Audience.SEATS, quorum=50)
        mandate = MandateFactory()
        MandateFactory(seat=mandate.seat, role=Mandate.Role.SUBSTITUTE)
        text = self.results(client, poll)
        assert (
            "2 personnes siégeaient au comité le 25 novembre 2026 : titulaire et suppléant partagent un siège" in text
        )

    def test_no_explanation_in_polls_of_residents(self, client):
        MandateFactory(member__user=None)
        assert "siégeaient" not in self.results(client, make_poll())
