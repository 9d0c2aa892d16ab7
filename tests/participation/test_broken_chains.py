"""Broken chains: each kind, on its first day and on the day before, and the report that lists them."""

import datetime as dt

import pytest

from participation.models import Proposal
from participation.queries.dossier import dossier_url
from participation.queries.gaps import FOLLOW_UP_GAPS, gaps_of, proposals_with_gaps
from tests.factories import OfficialAnswerFactory, ProposalFactory, TopicPageFactory
from tests.participation.chains import at, decide, deliver, proposal_of, put_on_agenda, session, shown, whole_chain
from tests.tables import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]

State = Proposal.State
# A Tuesday.
NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


class TestBreaks:
    def keys(self, proposal, now=NOW):
        found = proposals_with_gaps(now).filter(pk=proposal.pk).first()
        keys = [kind.key for kind in gaps_of(found)] if found else []
        assert keys == [kind.key for kind in FOLLOW_UP_GAPS if kind.proposals(now).filter(pk=proposal.pk).exists()]
        return keys

    def test_a_whole_chain_has_none(self):
        assert self.keys(whole_chain()) == []

    @pytest.mark.parametrize(("day", "expected"), [(9, ["compte-rendu"]), (10, [])])
    def test_minutes_are_due_two_weeks_after_their_session(self, day, expected):
        proposal = proposal_of(9, 1)
        put_on_agenda(session(at(11, day)), proposal)
        assert self.keys(proposal) == expected

    @pytest.mark.parametrize(("minutes_on", "expected"), [(at(10, 25, 11), ["reponse"]), (at(10, 25, 13), [])])
    def test_what_was_dealt_with_is_answered_within_thirty_days(self, minutes_on, expected):
        """Thirty days before 24 November at noon is 25 October at noon."""
        proposal = proposal_of(9, 1)
        put_on_agenda(session(at(10, 12), minutes_on=minutes_on), proposal)
        assert self.keys(proposal) == expected

    def test_a_decision_asks_for_an_answer_too_until_there_is_one(self):
        proposal = proposal_of(9, 1)
        decide(session(at(10, 12), minutes_on=NOW), proposal)
        assert self.keys(proposal) == ["reponse"]
        OfficialAnswerFactory(proposal=proposal, decision=State.NOT_RETAINED)
        assert self.keys(proposal) == []

    @pytest.mark.parametrize("state", [State.ACCEPTED, State.PARTLY_ACCEPTED, State.IN_PROGRESS])
    def test_a_yes_without_a_deliverable_is_broken(self, state):
        proposal = proposal_of(9, 1, state=state)
        assert self.keys(proposal) == ["livrable"]
        deliver(proposal, topic=TopicPageFactory(live=False))
        assert self.keys(proposal) == ["livrable"], "readers do not see it"
        deliver(proposal)
        assert self.keys(proposal) == []

    @pytest.mark.parametrize(("day", "expected"), [(23, ["retard"]), (24, [])])
    def test_a_deliverable_is_late_on_the_day_after(self, day, expected):
        proposal = proposal_of(9, 1, state=State.ACCEPTED)
        row = deliver(proposal, due_on=dt.date(2026, 11, day))
        assert self.keys(proposal) == expected
        found = proposals_with_gaps(NOW).filter(pk=proposal.pk).first()
        assert found is None or found.topic_to_fix == row.topic_id

    def test_what_is_done_is_shown_by_what_was_delivered(self):
        proposal = proposal_of(9, 1, state=State.DONE)
        assert self.keys(proposal) == ["preuve"]
        row = deliver(proposal)
        assert self.keys(proposal) == ["preuve"]
        row.state, row.done_on = "livre", dt.date(2026, 11, 1)
        row.save()
        assert self.keys(proposal) == []

    def test_a_link_of_a_merged_proposal_counts_and_what_is_hidden_is_nobody_s_business(self):
        kept = proposal_of(9, 1, state=State.ACCEPTED)
        merged = proposal_of(9, 2, state=State.MERGED, merged_into=kept)
        deliver(merged)
        assert self.keys(kept) == []
        hidden = proposal_of(9, 3, state=State.WITHDRAWN)
        put_on_agenda(session(at(10, 12)), hidden)
        assert self.keys(hidden) == []


class TestTheReport:
    ADDRESS = "/admin/chaines-interrompues/"

    def broken(self):
        proposal = proposal_of(9, 1)
        page = session(at(10, 12))
        session(at(11, 9))
        put_on_agenda(page, proposal)
        accepted = ProposalFactory(title="Acceptée sans suite", created_at=at(9, 2), state=State.ACCEPTED)
        return proposal, page, accepted

    @pytest.mark.parametrize(
        ("group", "session_link", "topic_link"),
        [("Animation", True, True), ("Secrétariat", True, True), ("Modération", False, False)],
    )
    def test_it_leads_to_the_form_that_mends_for_who_may_fill_it_in(
        self, client, editor_of, group, session_link, topic_link
    ):
        proposal, page, _accepted = self.broken()
        client.force_login(editor_of(group))
        text = shown(client, self.ADDRESS)
        assert dossier_url(proposal) in text
        assert "Il manque le compte rendu" in text
        assert (f"/admin/pages/{page.pk}/edit/" in text) == session_link
        assert ("Choisir un sujet" in text) == topic_link
        panel = shown(client, "/admin/").split('id="chaines-interrompues"')[1].split("</section>")[0]
        assert ("Acceptée sans suite" in panel) == topic_link
        assert ("2 pour une autre équipe" in panel) != topic_link

    def test_it_can_be_filtered_and_downloaded(self, client, editor_of):
        proposal, _page, accepted = self.broken()
        client.force_login(editor_of("Animation"))
        text = shown(client, f"{self.ADDRESS}?rupture=livrable")
        assert dossier_url(accepted) in text
        assert dossier_url(proposal) not in text
        rows = client.get(f"{self.ADDRESS}?export=csv").getvalue().decode().splitlines()
        assert len(rows) == 3
        assert "Il manque le compte rendu" in rows[1]

    def test_it_is_closed_to_who_has_nothing_to_mend(self, client, editor_of):
        client.force_login(editor_of("Rédaction"))
        assert client.get(self.ADDRESS).status_code == 302
        client.logout()
        assert client.get(self.ADDRESS).status_code == 302


class TestPublicPage:
    PAGE = "/propositions/chaines-interrompues/"

    def test_anyone_reads_what_is_missing_and_nothing_that_is_not_public(self, client):
        broken = proposal_of(9, 1, state=State.ACCEPTED)
        put_on_agenda(session(at(10, 12), minutes_on=None), broken)
        session(at(11, 16))
        refused = proposal_of(9, 2, state=State.REFUSED)
        whole = whole_chain()
        page = shown(client, self.PAGE)
        assert dossier_url(broken) in page
        assert "Il manque le compte rendu · Acceptée, sans rien de prévu" in page
        assert dossier_url(whole) not in page
        assert dossier_url(refused) not in page
        assert "/admin/" not in page

    def test_it_is_found_from_the_figures_the_dossiers_and_the_site_map(self, client):
        assert "Aucune chaîne n’est interrompue" in shown(client, self.PAGE)
        for url in ("/indicateurs/", dossier_url(whole_chain()), "/plan-du-site/", "/sitemap.xml"):
            assert self.PAGE in client.get(url).text

    def test_the_cost_does_not_grow(self, client):
        costs = []
        for _size in (3, 6):
            for _number in range(3):
                proposal_of(9, 1, state=State.ACCEPTED, topic=TopicPageFactory())
            costs.append(queries_of(client, self.PAGE))
        assert costs[0] == costs[1]
