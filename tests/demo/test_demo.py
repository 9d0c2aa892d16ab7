"""The demonstration: loaded once, complete, dated as promised, and easy to read."""

import datetime as dt
import io
import itertools
import json
import re
import stat
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import TestCase, override_settings
from wagtail.models import Page, Revision

from accounts.models import User
from cms.models import AccessibilityPage, CustomImage, CustomRendition, NewsPage, StandardPage
from cms.renditions import make_renditions
from committee.area.queries import member_tasks
from committee.attendance.queries.figures import absence_runs, attendance_by_session, attendee_count
from committee.attendance.services.alerts import alert_absences
from committee.models import CommitteePage, Mandate, Member, PartnerBodyPage, SessionMinutes, SessionPage, TopicPage
from committee.register.exports import export
from committee.verify_register import verify
from common.origins import Origin
from common.reading_ease import lix, longest_sentence, plain
from demo.clock import Clock
from demo.management.commands import load_demo
from demo.services import accounts as people
from demo.services import demonstration
from demo.services.receivers import paused
from home.queries.starter_pages import PARTNER_BODIES, STANDARD_PAGES
from home.services.starter_texts import load_texts
from participation.models import CallPage, CoAuthor, Comment, Follow, Proposal, Support
from participation.queries.gaps import gaps_of, proposals_with_gaps
from polls.models import Choice, Poll
from polls.services.opening import missing_in
from tests.cms.factories import make_image
from veille.models import VeilleEntryPage

PARIS = ZoneInfo("Europe/Paris")
# A Wednesday. Summer time ended three days before: the UTC offset differs before and after.
NOW = dt.datetime(2026, 10, 28, 9, 30, tzinfo=PARIS)
SEASON_2019 = ["2019-01-14", "2019-02-25", "2019-03-18", "2019-04-24"]
SEASON_2019 += ["2019-05-20", "2019-06-17", "2019-09-16", "2019-10-14"]
MAX_LIX, MAX_WORDS = 40, 25


@pytest.fixture
def own_folder(settings, tmp_path):
    """Writes the passwords to a temporary folder, not beside the developer's database."""
    settings.VAR_DIR = tmp_path
    settings.DEMONSTRATION = True
    return tmp_path


def run_command() -> str:
    """Runs `load_demo` and returns its console output."""
    console = io.StringIO()
    call_command("load_demo", stdout=console)
    return console.getvalue()


def count_rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


@pytest.mark.thorough
def test_failed_load_is_rolled_back(db, own_folder, monkeypatch):
    before = count_rows()
    monkeypatch.setattr(demonstration.polls, "load", lambda clock: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        demonstration.load(NOW)

    assert count_rows() == before
    assert not demonstration.is_loaded()


def test_command_is_refused_if_the_demonstration_is_disabled(db, settings):
    settings.DEMONSTRATION = False

    with pytest.raises(CommandError):
        call_command("load_demo")

    assert not User.objects.exists()


def test_command_creates_all_renditions(db, own_folder, settings, tmp_path, monkeypatch):
    """The command makes the renditions that loading (mocked here by one picture) leaves to the tick."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(load_demo.demonstration, "load", lambda now: bool(make_image()))
    monkeypatch.setattr(load_demo, "describe_accounts", list)
    with paused():
        run_command()
    drawn = CustomRendition.objects.count()
    make_renditions(CustomImage.objects.get())
    assert CustomRendition.objects.count() == drawn > 0


@pytest.mark.parametrize("day", [NOW + dt.timedelta(days=days) for days in range(7)])
def test_next_session_is_a_monday_about_two_weeks_ahead(day):
    monday = Clock(day).coming_monday()

    assert monday.weekday() == 0
    assert 11 <= (monday - day.date()).days <= 17


def test_starter_texts_fill_only_empty_fields(db):
    page = StandardPage.objects.get(slug="aide")
    page.body = [("text", "<p>Notre propre texte.</p>")]
    page.save_revision().publish()
    # All standard pages except the one that has a text, two bodies, the committee and the accessibility statement.
    assert len(load_texts(NOW).filled) == len(STANDARD_PAGES) - 1 + len(PARTNER_BODIES) + 2
    assert load_texts(NOW).filled == []

    page.refresh_from_db()
    assert "Notre propre texte" in str(page.body)
    assert all(standard.body for standard in StandardPage.objects.filter(slug__in=STANDARD_PAGES))
    assert CommitteePage.objects.get().missions
    assert AccessibilityPage.objects.get().scheme


def inner_links(html_text: str) -> set[str]:
    return set(re.findall(r'href="(/(?!static/)[^"]*)"', html_text))


def demo_texts() -> dict[str, str]:
    """Returns the editors' and residents' texts of the demonstration, by the object they belong to."""
    texts = {}
    for page in [*NewsPage.objects.all(), *TopicPage.objects.all(), *CallPage.objects.all()]:
        texts[page.url] = f"{page.introduction}\n{plain(str(page.body))}"
    for page in SessionPage.objects.all():
        points = "\n".join(item.title for item in page.agenda_items.all())
        decided = "\n".join(f"{decision.text}\n" for decision in page.decisions.all())
        people = "\n".join(one.biography for one in page.experts.all())
        groups = "\n".join(f"{one.name}\n{one.produced}" for one in page.workshop_groups.all())
        texts[page.url] = f"{page.introduction}\n{points}\n{decided}\n{people}\n{groups}\n{plain(str(page.minutes))}"
    for page in VeilleEntryPage.objects.all():
        texts[page.url] = f"{page.introduction}\n{plain(str(page.body))}\n{page.lesson}\n{page.limits}"
    for proposal in Proposal.objects.all():
        comments = "\n".join(comment.body for comment in proposal.discussion.comments.all())
        answers = "\n".join(f"{answer.reasons}\n{answer.next_steps}" for answer in proposal.answers.all())
        texts[str(proposal)] = f"{proposal.problem}\n{proposal.body}\n{proposal.state_reason}\n{comments}\n{answers}"
    for poll in Poll.objects.all():
        # The choices of a ballot are the titles of topics, which are measured on their own pages.
        choices = Choice.objects.filter(question__poll=poll, ballot_topic=None)
        lines = [
            poll.introduction,
            *poll.questions.values_list("text", flat=True),
            *(choice.text for choice in choices),
        ]
        texts[str(poll)] = "\n".join(lines)
    for page in PartnerBodyPage.objects.all():
        rows = "\n".join(f"{row.text}.\n{row.answer}" for row in page.referrals.all())
        texts[page.url] = f"{page.introduction}\n{rows}"
    texts["members"] = "\n".join(member.presentation for member in Member.objects.all())
    return texts


@pytest.mark.thorough
@pytest.mark.xdist_group("demonstration")
class TestTheLoadedSite(TestCase):
    """Content of the demonstration; it is loaded once for the whole class."""

    @classmethod
    def setUpTestData(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.enterClassContext(override_settings(VAR_DIR=Path(folder.name), DEMONSTRATION=True))
        assert demonstration.load(NOW)

    def test_users_follow_texts_that_they_wrote_joined_or_support(self):
        for user, discussion in Support.objects.values_list("user", "proposal__discussion"):
            assert Follow.objects.standing().filter(user=user, discussion=discussion).count() == 1
        own = Follow.objects.filter(source=Follow.Source.OWN).values_list("user", "discussion__proposal")
        wrote = Proposal.objects.filter(author__isnull=False).values_list("author", "pk")
        joined = CoAuthor.objects.values_list("user", "proposal")
        assert sorted(own) == sorted([*wrote, *joined])

    @pytest.mark.thorough
    def test_second_load_changes_nothing_and_shows_a_message(self):
        before = count_rows()
        passwords = people.passwords_file().read_text()

        output = run_command()

        assert count_rows() == before
        assert people.passwords_file().read_text() == passwords
        assert "Rien n’a changé" in output

    def test_2019_season_has_eight_sessions_with_minutes(self):
        season = SessionPage.objects.published().filter(starts_at__year=2019).order_by("starts_at")

        assert [session.slug for session in season] == SEASON_2019
        assert [session.number for session in season] == list(range(1, 9))
        for session in season:
            starts_at, ends_at = session.starts_at.astimezone(PARIS), session.ends_at.astimezone(PARIS)
            assert starts_at.isoformat()[:16] == f"{session.slug}T18:00"
            assert ends_at.isoformat()[:16] == f"{session.slug}T20:00"
            assert 3 <= session.agenda_items.count() <= 4
            assert session.minutes

    def test_attendance_of_2019_matches_expected_figures(self):
        """Ten seats at each session; the figures are those of `demo.services.attendance`."""
        figures = attendance_by_session(2019)

        assert [one.session.slug for one in figures] == SEASON_2019
        assert {one.seats for one in figures} == {10}
        assert [one.represented for one in figures] == [9, 9, 9, 8, 9, 9, 8, 8]
        assert attendee_count(2019) == 10
        [run] = absence_runs(NOW, at_least=3)
        assert (run.seat.name, run.names, run.missed, run.excused) == ("Siège 7", "Bernard F.", 4, 1)
        assert alert_absences(now=NOW) == 0, "the alert was already sent to the coordinator"

    def test_partner_bodies_have_representatives_referrals_and_answers(self):
        for page in PartnerBodyPage.objects.live():
            text = self.client.get(page.url).content.decode()
            assert page.representatives(NOW.date()), page
            assert page.referrals.exists(), page
            assert "Réponse du" in text, page
            assert "Registre des décisions, n" in text, page

    def test_topics_link_to_the_three_sites_of_the_city(self):
        for slug in ("strasbourg-eu", "monstrasbourg-eu", "participer-strasbourg-eu"):
            topic = TopicPage.objects.get(slug=slug)
            assert f"Aller sur {topic.title}" in self.client.get(topic.url).content.decode()

    def test_sessions_are_announced_for_a_year_on_mondays_at_6_pm(self):
        session, *ahead = SessionPage.objects.published().upcoming(NOW)

        assert session.starts_at.astimezone(PARIS) == dt.datetime(2026, 11, 9, 18, tzinfo=PARIS)
        assert session.ends_at - session.starts_at == dt.timedelta(hours=2)
        assert any(item.topic and item.topic.number == 4 for item in session.agenda_items.all())
        assert len(ahead) >= 8
        assert all(one.starts_at.astimezone(PARIS).strftime("%a %H") == "Mon 18" for one in ahead)
        assert [one.number for one in ahead] == list(range(session.number + 1, session.number + 1 + len(ahead)))
        assert ahead[-1].starts_at > NOW + dt.timedelta(days=300)

    def test_minutes_of_2019_are_approved_and_the_latest_take_corrections(self):
        approved = SessionMinutes.objects.approved().filter(session__starts_at__year=2019)
        assert approved.count() == 8
        following = dict(itertools.pairwise(SEASON_2019))
        assert {one.session.slug: one.approved_in.slug for one in approved.exclude(approved_in=None)} == following
        entries = verify(export())
        assert sum(entry["session_day"].startswith("2019") for entry in entries) >= 8
        latest = SessionPage.objects.published().past(NOW).first()
        record = latest.minutes_record
        assert record.takes_corrections(NOW.date())
        assert {one.state for one in record.corrections.all()} == {"recue", "acceptee"}
        assert not latest.minutes
        [waiting] = record.corrections.filter(state="recue")
        assert record.text.count(waiting.passage) == 1

    def test_two_proposals_have_gaps_and_revisions_have_all_proposals(self):
        broken = {proposal.title: [one.key for one in gaps_of(proposal)] for proposal in proposals_with_gaps(NOW)}

        assert broken == {
            "Une carte de tous les lieux qui aident": ["retard"],
            "Un moteur de recherche qui comprend les fautes": ["reponse", "reponse-en-retard"],
        }
        for page in [*SessionPage.objects.all(), *TopicPage.objects.all()]:
            latest = page.get_latest_revision_as_object()
            for name in ("agenda_items", "decisions") if isinstance(page, SessionPage) else ("deliverables",):
                tied = [row.proposals.count() for row in getattr(page, name).all()]
                assert [row.proposals.count() for row in getattr(latest, name).all()] == tied

    def test_ten_complete_topics_cover_all_progress_states(self):
        topics = TopicPage.objects.live().order_by("number")

        assert [topic.number for topic in topics] == list(range(1, 11))
        assert {topic.progress for topic in topics} == set(TopicPage.Progress)
        assert all(topic.question and topic.introduction and topic.body for topic in topics)

    def test_proposals_cover_all_states_and_decisions_have_a_reason(self):
        states = set(Proposal.objects.values_list("state", flat=True))

        assert states == set(Proposal.State)
        silent = {Proposal.State.RECEIVED, Proposal.State.PUBLISHED}
        assert not Proposal.objects.exclude(state__in=silent).filter(state_reason="").exists()

    def test_counters_equal_the_number_of_rows(self):
        for proposal in Proposal.objects.all():
            assert proposal.support_count == proposal.supports.count()
            assert proposal.comment_count == proposal.discussion.comments.published().count()
            assert proposal.discussion.comment_count == proposal.comment_count

    def test_dates_are_consistent_and_primary_keys_follow_them(self):
        assert not Proposal.objects.filter(created_at__gt=NOW).exists()
        assert not Proposal.objects.filter(state_changed_at__gt=NOW).exists()
        assert not Proposal.objects.filter(published_at__lt=F("created_at")).exists()
        assert not Comment.objects.filter(created_at__gt=NOW).exists()
        assert not Comment.objects.filter(created_at__lt=F("parent__created_at")).exists()
        written = Page.objects.exact_type(NewsPage, VeilleEntryPage, TopicPage, SessionPage, CallPage)
        assert not written.filter(first_published_at__gt=NOW).exists()
        # A proposal from the desk is numbered when it is entered, not when it was received.
        written = Proposal.objects.filter(origin=Origin.ONLINE)
        numbers = list(written.order_by("created_at", "pk").values_list("pk", flat=True))
        assert numbers == sorted(numbers)

    def test_comments_are_later_than_the_publication_of_their_proposal(self):
        early = Comment.objects.filter(created_at__lt=F("discussion__proposal__published_at"))

        assert not early.exists()

    def test_texts_await_moderation_and_recent_pages_exist(self):
        month_ago = NOW - dt.timedelta(days=30)

        assert Proposal.objects.awaiting_moderation().count() == 2
        assert Comment.objects.awaiting_moderation().count() == 3
        assert NewsPage.objects.filter(first_published_at__gte=month_ago).count() == 3
        assert VeilleEntryPage.objects.filter(first_published_at__gte=month_ago).count() == 3
        assert (NewsPage.objects.count(), VeilleEntryPage.objects.count()) == (12, 12)

    def test_calls_and_polls_are_open_and_closed(self):
        assert {call.phase_at(NOW) for call in CallPage.objects.all()} == set(CallPage.Phase)
        call = CallPage.objects.accepting_proposals(NOW).get()
        assert (call.discussion_from - NOW).days in (41, 42)
        assert [poll.audience for poll in Poll.objects.open(NOW)] == ["accounts", "members"]
        assert Poll.objects.published(NOW).for_everyone().count() == 2
        assert not list(missing_in(Poll.objects.get(is_draft=True), NOW)), "a draft that is ready to be opened"
        asked = [one.title for one in member_tasks(Member.objects.get(name="Aïcha N."), NOW)]
        assert any("À quelle heure commencer nos séances" in text for text in asked)

    def test_members_cover_all_roles_and_half_have_an_account(self):
        sitting = Member.objects.sitting(NOW.date())

        assert sitting.count() == 12
        assert set(Mandate.objects.filter(member__in=sitting).values_list("role", flat=True)) == set(Mandate.Role)
        assert sitting.exclude(user=None).count() == 6

    def test_each_role_has_one_account_with_a_valid_password(self):
        passwords = json.loads(people.passwords_file().read_text())

        assert set(passwords) == {account.email for account in people.ROLE_ACCOUNTS}
        for account in people.ROLE_ACCOUNTS:
            user = User.objects.get(email=account.email)
            assert user.check_password(passwords[account.email])
            assert set(user.groups.values_list("name", flat=True)) == set(account.groups)
            assert EmailAddress.objects.filter(user=user, verified=True, primary=True).exists()
            validate_password(passwords[account.email], user)
        assert list(User.objects.filter(is_superuser=True)) == [User.objects.get(email="admin@comite.example")]
        assert stat.S_IMODE(people.passwords_file().stat().st_mode) == 0o600

    def test_command_prints_each_account_with_its_password(self):
        output = run_command()

        for email, password in json.loads(people.passwords_file().read_text()).items():
            assert re.search(rf"{email} +{password}", output)

    def test_user_names_and_addresses_are_fictitious(self):
        assert all(user.email.endswith(".example") for user in User.objects.all())
        assert all(re.fullmatch(r"\w[\w-]* \w\.", user.public_name) for user in User.objects.all())

    def test_page_revisions_have_the_date_of_publication(self):
        news = NewsPage.objects.get(slug="duree-des-demarches-affichee")

        assert news.first_published_at.astimezone(PARIS).date() == dt.date(2026, 10, 4)
        assert news.last_published_at == news.first_published_at
        assert Revision.objects.get(object_id=str(news.pk)).created_at == news.first_published_at

    def test_content_is_indexed_for_search(self):
        assert "ateliers-du-samedi-premiere-date" in [page.slug for page in NewsPage.objects.search("samedi")]
        assert "2019-09-16" in [page.slug for page in SessionPage.objects.search("titres sécurisés")]

    def test_all_public_pages_return_200_to_visitors(self):
        paths = [page.url for page in Page.objects.live().filter(depth__gt=1)]
        paths += [proposal.get_absolute_url() for proposal in Proposal.objects.published()]
        paths += [poll.get_absolute_url() for poll in Poll.objects.published(NOW)]

        answers = {path: self.client.get(path).status_code for path in paths}

        assert {path: status for path, status in answers.items() if status != 200} == {}

    def test_demo_texts_are_easy_to_read(self):
        texts = demo_texts()

        assert {name: round(lix(text)) for name, text in texts.items() if lix(text) > MAX_LIX} == {}
        longest = {name: longest_sentence(text) for name, text in texts.items()}
        assert {name: " ".join(words) for name, words in longest.items() if len(words) > MAX_WORDS} == {}

    def test_internal_links_of_texts_return_200(self):
        bodies = [
            page.body for page in [*NewsPage.objects.all(), *TopicPage.objects.all(), *StandardPage.objects.all()]
        ]
        committee = CommitteePage.objects.get()
        bodies += [committee.missions, committee.how_we_decide, committee.how_to_join]

        links = set().union(*(inner_links(str(text)) for text in bodies))

        assert len(links) > 10
        assert {path for path in links if self.client.get(path).status_code != 200} == set()
