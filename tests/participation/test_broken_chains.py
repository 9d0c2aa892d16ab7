"""Broken chains: each kind, on its first day and on the day before, and the report that lists them."""

import datetime as dt

import pytest

from participation.models import Proposal
from participation.queries.dossier import dossier_url
from participation.queries.gaps import FOLLOW_UP_GAPS, gaps_of, proposals_with_gaps
from tests.factories import OfficialAnswerFactory, ProposalFactory, TopicPageFactory
from tests.participation.chains import at, decide, deliver, page_text, proposal_of, put_on_agenda, session, whole_chain
from tests.tables import queries_of

# A Tuesday.
NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

State = Proposal.State


class TestGaps:
    def keys(self, proposal, now=NOW):
        found = proposals_with_gaps(now).filter(pk=proposal.pk).first()
        keys = [kind.key for kind in gaps_of(found)] if found else []
        assert keys == [kind.key for kind in FOLLOW_UP_GAPS if kind.proposals(now).filter(pk=proposal.pk).exists()]
        return keys

    def test_complete_chain_has_no_gaps(self):
        assert self.keys(whole_chain()) == []

    @pytest.mark.parametrize(("day", "expected"), [(9, ["compte-rendu"]), (10, [])])
    def test_minutes_are_missing_two_weeks_after_the_session(self, day, expected):
        proposal = proposal_of(9, 1)
        put_on_agenda(session(at(11, day)), proposal)
        assert self.keys(proposal) == expected

    @pytest.mark.parametrize(("minutes_on", "expected"), [(at(10, 25, 11), ["reponse"]), (at(10, 25, 13), [])])
    def test_answer_is_missing_thirty_days_after_the_minutes(self, minutes_on, expected):
        """Thirty days before 24 November at noon is 25 October at noon."""
        proposal = proposal_of(9, 1)
        put_on_agenda(session(at(10, 12), minutes_on=minutes_on), proposal)
        assert self.keys(proposal) == expected

    def test_answer_is_missing_after_a_decision(self):
        proposal = proposal_of(9, 1)
        decide(session(at(10, 12), minutes_on=NOW), proposal)
        assert self.keys(proposal) == ["reponse"]
        OfficialAnswerFactory(proposal=proposal, decision=State.NOT_RETAINED)
        assert self.keys(proposal) == []

    @pytest.mark.parametrize("state", [State.ACCEPTED, State.PARTLY_ACCEPTED, State.IN_PROGRESS])
    def test_accepted_proposal_requires_a_public_deliverable(self, state):
        proposal = proposal_of(9, 1, state=state)
        assert self.keys(proposal) == ["livrable"]
        deliver(proposal, topic=TopicPageFactory(live=False))
        assert self.keys(proposal) == ["livrable"], "a deliverable of an unpublished topic does not count"
        deliver(proposal)
        assert self.keys(proposal) == []

    @pytest.mark.parametrize(
        ("state", "fields", "expected"),
        [
            (State.ACCEPTED, {"published_at": at(10, 25, 11)}, ["livrable"]),
            (State.ACCEPTED, {"published_at": at(10, 25, 13)}, []),
            (State.ACCEPTED, {"published_at": at(10, 1), "next_steps": "L’atelier ouvre le 1er mars."}, []),
            (State.DONE, {"published_at": at(10, 25, 11)}, ["preuve"]),
            (State.DONE, {"published_at": at(10, 25, 13)}, []),
        ],
    )
    def test_answer_has_thirty_days_of_grace_and_may_say_what_comes_next(self, state, fields, expected):
        proposal = proposal_of(9, 1)
        OfficialAnswerFactory(proposal=proposal, decision=state, **fields)
        assert self.keys(proposal) == expected

    @pytest.mark.parametrize(("day", "expected"), [(23, ["reponse-en-retard"]), (24, [])])
    def test_answer_is_late_the_day_after_its_due_date(self, day, expected):
        assert self.keys(proposal_of(9, 1, answer_due_on=dt.date(2026, 11, day))) == expected

    @pytest.mark.parametrize(("day", "expected"), [(23, ["retard"]), (24, [])])
    def test_deliverable_is_late_the_day_after_its_due_date(self, day, expected):
        proposal = proposal_of(9, 1, state=State.ACCEPTED)
        row = deliver(proposal, due_on=dt.date(2026, 11, day))
        assert self.keys(proposal) == expected
        found = proposals_with_gaps(NOW).filter(pk=proposal.pk).first()
        assert found is None or found.topic_to_fix == row.topic_id

    def test_implemented_proposal_requires_a_delivered_deliverable(self):
        proposal = proposal_of(9, 1, state=State.DONE)
        assert self.keys(proposal) == ["preuve"]
        row = deliver(proposal)
        assert self.keys(proposal) == ["preuve"]
        row.state, row.done_on = "livre", dt.date(2026, 11, 1)
        row.save()
        assert self.keys(proposal) == []

    def test_links_of_merged_proposals_count_and_hidden_ones_have_no_gaps(self):
        kept = proposal_of(9, 1, state=State.ACCEPTED)
        merged = proposal_of(9, 2, state=State.MERGED, merged_into=kept)
        deliver(merged)
        assert self.keys(kept) == []
        hidden = proposal_of(9, 3, state=State.WITHDRAWN)
        put_on_agenda(session(at(10, 12)), hidden)
        assert self.keys(hidden) == []


class TestReport:
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
    def test_report_links_to_forms_that_the_group_can_edit(self, client, editor_of, group, session_link, topic_link):
        proposal, page, _accepted = self.broken()
        client.force_login(editor_of(group))
        text = page_text(client, self.ADDRESS)
        assert dossier_url(proposal) in text
        assert "Il manque le compte rendu" in text
        assert (f"/admin/pages/{page.pk}/edit/" in text) == session_link
        assert ("Choisir un sujet" in text) == topic_link
        panel = page_text(client, "/admin/").split('id="chaines-interrompues"')[1].split("</section>")[0]
        assert ("Acceptée sans suite" in panel) == topic_link
        assert ("2 pour une autre équipe" in panel) != topic_link

    def test_report_can_be_filtered_and_exported(self, client, editor_of):
        proposal, _page, accepted = self.broken()
        client.force_login(editor_of("Animation"))
        text = page_text(client, f"{self.ADDRESS}?rupture=livrable")
        assert dossier_url(accepted) in text
        assert dossier_url(proposal) not in text
        rows = client.get(f"{self.ADDRESS}?export=csv").getvalue().decode().splitlines()
        assert len(rows) == 3
        assert "Il manque le compte rendu" in rows[1]

    def test_report_is_not_accessible_to_other_groups_and_visitors(self, client, editor_of):
        client.force_login(editor_of("Rédaction"))
        assert client.get(self.ADDRESS).status_code == 302
        client.logout()
        assert client.get(self.ADDRESS).status_code == 302


class TestPublicPage:
    PAGE = "/propositions/chaines-interrompues/"

    def test_page_lists_gaps_of_public_proposals_only(self, client):
        broken = proposal_of(9, 1, state=State.ACCEPTED)
        put_on_agenda(session(at(10, 12), minutes_on=None), broken)
        session(at(11, 16))
        refused = proposal_of(9, 2, state=State.REFUSED)
        whole = whole_chain()
        page = page_text(client, self.PAGE)
        assert dossier_url(broken) in page
        assert "Il manque le compte rendu · Acceptée, sans que rien dise la suite" in page
        assert dossier_url(whole) not in page
        assert dossier_url(refused) not in page
        assert "/admin/" not in page

    def test_page_is_linked_from_indicators_dossiers_and_site_maps(self, client):
        assert "Aucune chaîne n’est interrompue" in page_text(client, self.PAGE)
        for url in ("/indicateurs/", dossier_url(whole_chain()), "/plan-du-site/", "/sitemap.xml"):
            assert self.PAGE in client.get(url).text

    def test_number_of_queries_is_constant(self, client):
        costs = []
        for _size in (3, 6):
            for _number in range(3):
                proposal_of(9, 1, state=State.ACCEPTED, topic=TopicPageFactory())
            costs.append(queries_of(client, self.PAGE))
        assert costs[0] == costs[1]
