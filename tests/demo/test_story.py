"""Consistency of the demonstration: no page contradicts another."""

import datetime as dt
import itertools
import re
import tempfile
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db.models import F, Q
from django.test import TestCase, override_settings

from accounts.models import User
from cms.models import NewsPage
from committee.attendance.queries.figures import attendance_of
from committee.models import (
    Deliverable,
    Mandate,
    Member,
    MinutesDecision,
    Priority,
    SessionDecision,
    SessionMinutes,
    SessionPage,
    TopicPage,
    TopicStep,
    WorkProgramme,
)
from common.holidays import holiday_on
from common.reading_ease import plain
from common.templatetags.dates import day, short_day
from demo.clock import Clock
from demo.content import read
from demo.services import demonstration
from demo.services.members import term_of
from demo.services.minutes import LATEST
from demo.services.sessions import days_ahead, programme_day
from fieldwork.models import CampaignPage, Finding, Outing, SurveyPage
from inclusion.models import Place, Workshop
from indicators.models import Indicator, Restitution, Survey, SurveyTally
from participation.models import OfficialAnswer, Proposal, Support
from participation.models.links import ProposalInDeliverable, ProposalOnAgenda
from participation.permissions import own_services
from polls.models import Poll, SecretTally
from polls.models.ballots import read as read_ballot
from veille.models import VeilleEntryPage

PARIS = ZoneInfo("Europe/Paris")
# A Wednesday.
NOW = dt.datetime(2026, 10, 28, 9, 30, tzinfo=PARIS)
TWO_YEARS, ONE_YEAR = 2, 1


def after(start, years):
    """Returns the last day of a term of `years` years that begins on `start`."""
    return start.replace(year=start.year + years) - dt.timedelta(days=1)


@pytest.mark.thorough
@pytest.mark.xdist_group("the story")
class TestTheStory(TestCase):
    @classmethod
    def setUpTestData(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.enterClassContext(override_settings(VAR_DIR=Path(folder.name), DEMONSTRATION=True))
        assert demonstration.load(NOW)

    def text_of(self, path):
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return re.sub(r"\s+", " ", plain(answer.content.decode()).replace("\xa0", " "))

    def test_priorities_match_the_scores_of_the_ballot(self):
        for programme in WorkProgramme.objects.all():
            [tally] = SecretTally.objects.filter(question__poll=programme.poll)
            points = Counter()
            for answer, seats in tally.counts.items():
                for choice, given in read_ballot(answer).items():
                    points[programme.ballot_topics.get(choice=choice).topic_id] += given * seats
            priorities = list(programme.priorities.order_by("sort_order"))
            assert [(one.topic_id, one.score) for one in priorities] == points.most_common(len(priorities))

    def test_minutes_name_the_priorities_of_the_ballot(self):
        session = SessionPage.objects.get(slug="2019-01-14")
        decided = session.decisions.first().text
        priorities = Priority.objects.filter(programme__year=2019).order_by("sort_order").select_related("topic")
        # « Définir des indicateurs » reads « la définition d’indicateurs »: compare the last word of each title.
        places = [decided.casefold().index(one.topic.title.split()[-1].casefold()) for one in priorities]
        assert places == sorted(places)
        assert len(places) == 3
        others = TopicPage.objects.exclude(pk__in=[one.topic_id for one in priorities])
        assert not [
            topic.title for topic in others if re.search(rf"\b{re.escape(topic.title)}", decided, re.IGNORECASE)
        ]
        assert f"avec {priorities[0].score} points" in plain(str(session.minutes)).replace("\xa0", " ")

    def test_programmes_are_adopted_at_a_session_that_names_the_priorities(self):
        for programme in WorkProgramme.objects.adopted():
            at = programme.adopted_at
            session = SessionPage.objects.get(starts_at__lt=at, ends_at__gte=at)
            decided = session.decisions.first().text.casefold()
            priorities = programme.priorities.order_by("sort_order").select_related("topic")
            places = [decided.index(one.topic.title.split()[-1].casefold()) for one in priorities]
            assert places == sorted(places), programme
            assert f"avec {priorities[0].score} points" in plain(str(session.minutes)).replace("\xa0", " ")

    @time_machine.travel(NOW, tick=False)
    def test_dates_cause_no_warnings_for_editors(self):
        """No session on a holiday, no priority whose work begins after its year, no future step marked as past."""
        pages = [*SessionPage.objects.all(), *TopicPage.objects.all()]
        assert {str(page): advice for page in pages if (advice := list(page.advice()))} == {}
        assert not [
            page.slug for page in SessionPage.objects.all() if holiday_on(page.starts_at.astimezone(PARIS).date())
        ]

    def test_progress_of_a_topic_matches_its_steps(self):
        for topic in TopicPage.objects.all():
            done = list(topic.steps.values_list("is_done", flat=True))
            campaigns = CampaignPage.objects.filter(topic=topic, starts_on__lte=NOW.date())
            is_about = SurveyPage.objects.filter(topic=topic).exists() or campaigns.exists()
            begun = any(done) or is_about or topic.priorities.filter(programme__year=NOW.year).exists()
            expected = "termine" if all(done) else "en-cours" if begun else "a-venir"
            assert topic.progress == expected, topic

    def test_workshops_and_places_named_in_news_exist(self):
        workshops = {day(one.starts_at).replace("\xa0", " ") for one in Workshop.objects.all()}
        news_texts = [plain(str(page.body)).replace("\xa0", " ") for page in NewsPage.objects.all()]
        dates = [match[0] for text in news_texts for match in re.finditer(r"\b\w+di \d+(?:er)? \w+ 20\d\d", text)]
        assert len(dates) == 1
        assert set(dates) <= workshops
        assert not Workshop.objects.filter(place=None).exists()
        # Places of digital help named in news are on the list too.
        news_texts += NewsPage.objects.values_list("title", flat=True)
        named = {
            match[0].casefold()
            for text in news_texts
            for match in re.finditer(r"(?:médiathèque|permanence) d\S+ (?:la )?[A-Z]\w+", text)
        }
        assert named == {"médiathèque des cigognes", "permanence de la meinau"}
        assert named <= {name.casefold() for name in Place.objects.values_list("name", flat=True)}

    def test_minutes_are_due_after_the_correction_period(self):
        [record] = SessionMinutes.objects.filter(state=SessionMinutes.State.OPEN)
        promised = record.session.minutes_due_on
        assert record.session.starts_at.date() < NOW.date() <= record.corrections_until < record.public_from <= promised
        with time_machine.travel(NOW, tick=False):
            assert f"est publié ici au plus tard le {day(promised)}".replace("\xa0", " ") in self.text_of(
                record.session.url
            )
            later = SessionPage.objects.published().upcoming(NOW)[1]
            assert "publié avant la séance" in self.text_of(later.url)
            assert "quelques jours avant" not in self.text_of(later.url)

    def test_votes_do_not_exceed_the_seats_represented(self):
        voted = [*SessionDecision.objects.exclude(majority=""), *MinutesDecision.objects.exclude(majority="")]
        assert len(voted) == 2
        for decision in voted:
            session = decision.session if isinstance(decision, SessionDecision) else decision.record.session
            [attendance] = attendance_of([session])
            assert decision.vote_refusal(attendance.represented) == ""

    def test_fixed_version_of_a_finding_has_the_date_of_its_fix(self):
        fixed = Finding.objects.exclude(fixed_in="")
        assert fixed.count() > 5
        for finding in fixed:
            step = finding.steps.filter(to_state=Finding.State.SAID_FIXED).latest("at")
            assert finding.fixed_in.replace("\xa0", " ") == f"version du {short_day(step.at)}".replace("\xa0", " ")
            assert not re.search(r"version d(?:e |’)", step.reason)

    def test_proposals_await_answers_of_own_and_other_services(self):
        """Without a link between agents and services, « Pour mes services » is not offered."""
        waiting = Proposal.objects.filter(state__in=Proposal.WAITING_STATES)
        own = own_services(User.objects.get(email="services@comite.example"))
        assert own
        assert waiting.filter(asked_service__in=own).exists()
        assert waiting.exclude(asked_service__in=own).exists()

    def test_users_support_at_most_half_of_proposals_and_staff_none(self):
        supports = Counter(Support.objects.values_list("user", flat=True))
        assert max(supports.values()) <= Proposal.objects.published().count() / 2
        team = User.objects.filter(Q(groups__isnull=False) | Q(is_superuser=True))
        assert not Support.objects.filter(user__in=team).exists()

    @time_machine.travel(NOW, tick=False)
    def test_median_answer_delay_is_the_same_on_all_pages(self):
        delays = {
            path: re.search(pattern, self.text_of(path))[1]
            for path, pattern in (
                ("/propositions/", r"La moitié des réponses arrivent en (\d+) jours"),
                ("/restitution/2026/", r"Délai médian avant la première réponse\D*(\d+) jours"),
                ("/indicateurs/", r"Attente avant la première réponse\D*(\d+) jours"),
            )
        }
        assert set(delays.values()) == {"56"}
        assert "pas de chiffre" not in self.text_of("/indicateurs/")
        assert re.search(r"Actions faites : [1-9]", self.text_of("/restitution/2026/"))

    def test_participation_survey_has_an_answer_of_each_sitting_member(self):
        survey = Survey.objects.closed(NOW.date()).first()
        members = SurveyTally.objects.filter(survey=survey, who=SurveyTally.Who.MEMBERS)
        sitting = Member.objects.sitting(survey.opens_on).count()
        assert {sum(tally.counts.values()) for tally in members} == {sitting}
        opened = NewsPage.objects.earliest("first_published_at").first_published_at
        assert survey.opens_on > opened.date()

    def test_numbers_in_texts_match_the_lists(self):
        assert Indicator.objects.adopted().count() == 6
        assert "six chiffres" in TopicPage.objects.get(slug="definir-des-indicateurs").introduction
        places = [one.place for one in Outing.objects.filter(survey__slug="les-bornes-en-mairie")]
        assert len(places) == len([place for place in places if place.startswith("Mairie de quartier")]) == 3
        assert "trois mairies de quartier" in SurveyPage.objects.get(slug="les-bornes-en-mairie").introduction
        text = self.text_of("/enquetes/les-bornes-en-mairie/")
        assert "20 personnes" in text
        assert [place for place in places if place not in text] == [], "with the outing that is over"
        # The home page names the current members.
        assert "agents" not in self.text_of("/").partition("Prochaine séance")[0]

    def test_poll_of_members_closes_before_the_next_session(self):
        poll = Poll.objects.get(slug="heure-de-nos-seances")
        assert poll.closes_at < SessionPage.objects.published().next(NOW).starts_at

    def test_steps_are_done_only_after_their_session(self):
        at_sessions = {
            (topic["slug"], step["title"]): step.get("session") or Clock(NOW).monday_before(step["season"])
            for topic in read("topics")["topics"]
            for step in topic["steps"]
            if "session" in step or "season" in step
        }
        assert len(at_sessions) >= 10
        for (slug, title), held_on in at_sessions.items():
            step = TopicStep.objects.get(topic__slug=slug, day=held_on, title__startswith=title[:12])
            assert step.is_done
            about = SessionPage.objects.get(slug=held_on.isoformat()).agenda_items.filter(topic__slug=slug)
            assert about.exists(), f"{held_on}: {slug} is not on the agenda"
        first = min(SessionPage.objects.values_list("starts_at", flat=True)).date()
        assert not TopicStep.objects.filter(is_done=True, day__lt=first).exists()
        assert not TopicStep.objects.filter(is_done=True, day__gte=NOW.date()).exists()
        coming = SessionPage.objects.published().next(NOW).starts_at.date()
        waits = TopicStep.objects.filter(
            title__in=["Étudier les propositions reçues", "Ouvrir un premier atelier le samedi"]
        )
        assert [(step.is_done, step.day >= coming) for step in waits] == [(False, True)] * 2

    def test_supports_are_dated_between_publication_and_answer(self):
        assert Support.objects.count() > 100
        assert not Support.objects.filter(created_at__lte=F("proposal__published_at")).exists()
        assert not Support.objects.filter(proposal__published_at=None).exists()
        assert not Support.objects.filter(created_at__gt=NOW).exists()
        assert not Support.objects.filter(created_at__lt=F("proposal__call__support_from")).exists()
        assert not Support.objects.filter(created_at__gt=F("proposal__call__closes_at")).exists()
        assert not Support.objects.filter(created_at__gt=F("proposal__answers__published_at")).exists()

    def test_mandates_follow_the_rules_of_procedure(self):
        """Mandates last two years and are renewable once; officers are elected for a year and must hold a seat."""
        for member in Member.objects.all():
            mandates = list(member.mandates.order_by("starts_on"))
            seated = [one for one in mandates if one.role in Mandate.SEATED]
            offices = [one for one in mandates if one.role not in Mandate.SEATED]
            assert 1 <= len(seated) <= 2, member
            for held, years in ((seated, TWO_YEARS), (offices, ONE_YEAR)):
                assert all(one.ends_on and one.ends_on <= after(one.starts_on, years) for one in held), member
                assert all(before.ends_on < one.starts_on for before, one in itertools.pairwise(held)), member
            for office in offices:
                assert [one for one in seated if one.starts_on <= office.starts_on and office.ends_on <= one.ends_on]
        assert Mandate.objects.filter(role=Mandate.Role.COORDINATOR).current(NOW.date()).count() == 1
        for session in SessionPage.objects.published():
            assert Mandate.objects.current(session.starts_at.date()).exists(), session.slug

    def test_terms_cover_past_and_next_sessions_for_any_loading_day(self):
        """The members sat at the past sessions of the season and sit at the next one; every office is held today."""
        for days in range(0, 800, 5):
            clock = Clock(NOW + dt.timedelta(days=days))
            term = term_of(clock)
            assert term.begins <= clock.monday_before(100) < clock.coming_monday() <= term.ends
            assert [year for year in term.years() if year.begins <= clock.today <= year.ends]

    def test_event_dates_are_working_days_for_any_loading_day(self):
        for days in range(0, 800, 3):
            clock = Clock(NOW + dt.timedelta(days=days))
            past = [clock.monday_before(text["days_ago"]) for text in read("sessions")["this_season"]]
            past += [clock.monday_before(LATEST), programme_day(clock)]
            coming = [clock.coming_monday(), *days_ahead(clock)]
            assert len({*past, *coming}) == len(past) + len(coming)
            assert max(past) < clock.today < min(coming)
            assert not [one for one in (*past, *coming, clock.first_workshop()) if holiday_on(one)]
            assert {one.weekday() for one in (*past, *coming)} == {0}
            assert clock.opening_day(-5) < clock.today < clock.opening_day(6)
            assert not [
                one for one in (clock.opening_day(-5), clock.opening_day(6)) if one.weekday() > 4 or holiday_on(one)
            ]

    def test_first_workshop_has_the_same_date_on_all_pages(self):
        news = NewsPage.objects.get(slug="ateliers-du-samedi-premiere-date")
        workshop = Clock(NOW).first_workshop()
        assert workshop.weekday() == 5
        assert workshop > NOW.date()
        text = self.text_of(news.url)
        assert day(workshop).replace("\xa0", " ") in text
        assert "lieu inventé" in text
        with time_machine.travel(NOW, tick=False):
            workshop_page = self.text_of("/aide-numerique/ateliers/")
        assert f"{day(workshop)}".replace("\xa0", " ") in workshop_page
        assert "Médiathèque des Cigognes" in workshop_page
        proposal = Proposal.objects.get(title="Des ateliers le samedi matin dans les médiathèques")
        assert proposal.state == Proposal.State.ACCEPTED
        assert ProposalInDeliverable.objects.get(proposal=proposal).row.due_on == workshop
        [step] = TopicStep.objects.filter(title="Ouvrir un premier atelier le samedi")
        assert step.day == workshop

    def test_each_year_with_a_programme_has_a_report(self):
        years = set(WorkProgramme.objects.adopted().values_list("year", flat=True))
        assert years == set(Restitution.objects.published().values_list("year", flat=True)) == {2019, 2026}
        index = self.text_of("/restitution/")
        for year in years:
            assert str(year) in index
            self.text_of(f"/restitution/{year}/")

    def test_2019_has_proposals_answers_and_deliverables(self):
        proposals = Proposal.objects.published().filter(published_at__year=2019)
        assert proposals.count() == 3
        assert OfficialAnswer.objects.public().filter(published_at__year=2019).count() == 5
        delivered = Deliverable.objects.of_year(2019)
        assert delivered.count() == 4
        assert set(ProposalInDeliverable.objects.filter(row__in=delivered).values_list("proposal", flat=True)) == {
            proposal.pk for proposal in proposals
        }
        # The topics of a session are published before it and answered after it.
        for link in ProposalOnAgenda.objects.select_related("row__session", "proposal"):
            at = link.row.session.starts_at
            assert link.proposal.published_at < at
            assert not link.proposal.answers.filter(published_at__lt=at).exists()
        programme, report = self.text_of("/le-comite/programme/2019/"), self.text_of("/restitution/2019/")
        for deliverable in delivered:
            assert deliverable.title.replace("\xa0", " ") in programme
        assert re.search(r"Livrables rendus : 4\D", report)
        assert re.search(r"Livrables rendus\D*4 sur 4|4 sur 4\D*Livrables rendus", programme)

    def test_twelve_news_and_twelve_watch_entries_are_published(self):
        assert NewsPage.objects.live().count() >= 12
        entries = VeilleEntryPage.objects.live()
        assert entries.count() >= 12
        [step] = TopicStep.objects.filter(title="Publier douze exemples")
        by_then = entries.filter(first_published_at__date__lte=step.day).count()
        assert (step.is_done, by_then) == (True, 12)

    def test_news_about_the_poll_has_the_figures_of_its_results(self):
        poll = Poll.objects.get(slug="comment-faites-vous-vos-demarches")
        news = NewsPage.objects.get(slug="vos-demarches-les-reponses")
        assert poll.closes_at < news.first_published_at
        text = f"{news.introduction} {plain(str(news.body))}"
        [tally] = SecretTally.objects.filter(question__poll=poll)
        assert f"{sum(tally.counts.values())} personnes ont répondu" in text.replace("\xa0", " ")
        for answers in sorted(tally.counts.values())[1:]:
            assert re.search(rf"\b{answers}\b", text), answers

    def test_sessions_are_announced_for_a_year_without_agenda(self):
        coming, *ahead = SessionPage.objects.published().upcoming(NOW)
        assert coming.agenda_items.exists()
        assert len(ahead) >= 8
        assert not [one for one in ahead if one.agenda_items.exists()]
        assert all("sera publié avant la séance" in one.introduction.replace("\xa0", " ") for one in ahead)
        gaps = [after.starts_at - before.starts_at for before, after in itertools.pairwise([coming, *ahead])]
        assert max(gaps) < dt.timedelta(days=110), "only the summer is longer"

    def test_pages_have_the_banner_about_invented_content(self):
        banner = "personnes, lieux et vie du comité sont inventés"
        for path in ("/", "/le-comite/membres/", "/actualites/un-mardi-a-la-permanence/"):
            assert banner in self.text_of(path)

    def test_external_figures_have_a_source(self):
        """Figures that do not come from the committee's own work: the text of the topic links to their source."""
        for slug, figure, source in (
            ("inclusion-numerique", "15,4 %", "insee.fr"),
            ("produire-et-utiliser-les-donnees", "2013", "rue89strasbourg.com"),
        ):
            page = TopicPage.objects.get(slug=slug)
            assert figure in plain(str(page.body)).replace("\xa0", " ")
            assert source in str(page.body)
        assert not VeilleEntryPage.objects.filter(source_url="").exists()

    def test_archive_has_the_digests_of_three_months(self):
        found = re.findall(r"/lettre/archives/([\d-]+)/", self.client.get("/lettre/archives/").content.decode())
        assert found == ["2026-09-01", "2026-08-01", "2026-07-01"]
        for edition_day in found:
            page = self.client.get(f"/lettre/archives/{edition_day}/").content.decode()
            assert 'id="lettre-' in page, edition_day
