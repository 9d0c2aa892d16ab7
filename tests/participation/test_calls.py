"""Calls: their phases, in Python and in SQL; audiences; moderation before publication; texts of the pages."""

import datetime as dt
import itertools
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.models import Audience
from common.shown import BY_PROGRAM
from participation import permissions
from participation.errors import (
    NotInvited,
)
from participation.models import Appeal, CallPage, Comment, Decision, Discussion, Mention, Proposal, ProposalStep
from participation.queries.call_phases import call_status
from participation.queries.moderation_register import read_register
from participation.queries.timeline import timeline
from participation.services.comments import post_comment
from participation.services.follows import discussion_for_page
from participation.services.moderation import confirm_read, moderate
from participation.services.proposals import (
    submit_proposal,
)
from participation.services.supports import (
    set_support,
)
from participation.templatetags.participation import shown_call
from tests.bulk import fill, press
from tests.factories import LONG_AGO, CallPageFactory, CommentFactory, DiscussionFactory, ProposalFactory, UserFactory
from tests.outbox import outbox

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

Phase, Reading = CallPage.Phase, CallPage.Reading
PARIS = ZoneInfo("Europe/Paris")
NOW = dt.datetime(2030, 6, 15, 12, tzinfo=PARIS)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MONTHS = {
    "proposals_from": dt.datetime(2030, 6, 1, tzinfo=PARIS),
    "discussion_from": dt.datetime(2030, 7, 1, tzinfo=PARIS),
    "support_from": dt.datetime(2030, 8, 1, tzinfo=PARIS),
    "closes_at": dt.datetime(2030, 9, 1, 20, tzinfo=PARIS),
}


class TestPhases:
    def test_phase_is_the_last_one_started(self):
        call = CallPage(**MONTHS)
        moments = {
            dt.datetime(2030, 5, 31, 23, 59, tzinfo=PARIS): Phase.COMING,
            dt.datetime(2030, 6, 1, tzinfo=PARIS): Phase.PROPOSALS,
            dt.datetime(2030, 6, 30, 23, 59, tzinfo=PARIS): Phase.PROPOSALS,
            dt.datetime(2030, 7, 1, tzinfo=PARIS): Phase.DISCUSSION,
            dt.datetime(2030, 8, 1, tzinfo=PARIS): Phase.SUPPORT,
            dt.datetime(2030, 9, 1, 19, 59, tzinfo=PARIS): Phase.SUPPORT,
            dt.datetime(2030, 9, 1, 20, tzinfo=PARIS): Phase.CLOSED,
        }
        assert {moment: call.phase_at(moment) for moment in moments} == moments

    def test_phase_in_sql_equals_phase_in_python(self):
        # Each of the four dates: none, past, now, future; in any order, as a database may contain them.
        moments = (None, NOW - HOUR, NOW, NOW + HOUR)
        names = list(CallPage.BEGINNINGS.values())
        call = CallPageFactory(phase=Phase.COMING)
        for combination in itertools.product(moments, repeat=len(names)):
            dates = dict(zip(names, combination, strict=True))
            CallPage.objects.filter(pk=call.pk).update(**dates)
            found = [phase for phase in Phase if CallPage.objects.in_phase(phase, NOW).exists()]
            assert found == [CallPage(**dates).phase_at(NOW)], dates

    @pytest.mark.parametrize(
        ("changes", "wrong"),
        [
            ({}, None),
            ({"discussion_from": None}, None),
            ({"proposals_from": None, "support_from": None}, None),
            ({"discussion_from": MONTHS["proposals_from"]}, "discussion_from"),
            ({"closes_at": MONTHS["proposals_from"]}, "closes_at"),
            ({"discussion_from": None, "support_from": LONG_AGO}, "support_from"),
        ],
    )
    def test_start_dates_of_phases_are_in_order(self, changes, wrong):
        call = CallPage(title="Un appel", slug="un-appel", **(MONTHS | changes))
        if wrong is None:
            return call.clean()
        with pytest.raises(ValidationError) as refused:
            call.clean()
        assert list(refused.value.message_dict) == [wrong]

    def test_copy_of_an_imported_call_is_not_imported(self):
        call = CallPageFactory(source_url="https://origine.example/processes/voies")
        assert call.copy(update_attrs={"slug": "copie"}).source_url is None

    def test_calls_that_accept_proposals_are_sorted_by_end(self):
        late = CallPageFactory(discussion_from=NOW + 2 * DAY)
        endless = CallPageFactory()
        soon = CallPageFactory(closes_at=NOW + DAY)
        CallPageFactory(live=False)
        assert list(CallPage.objects.accepting_proposals(NOW)) == [soon, late, endless]


class TestAudience:
    @pytest.fixture
    def for_residents(self):
        return CallPageFactory(title="Entre voisins", audience=Audience.RESIDENTS)

    def test_services_refuse_users_outside_the_audience_with_a_message(self, for_residents, user):
        proposal = ProposalFactory(call=for_residents)
        discussion = DiscussionFactory(proposal=proposal)
        now = timezone.now()
        attempts = [
            lambda: submit_proposal(
                author=user, call=for_residents, title="Un banc", problem="Rien.", body="Un banc.", topic=None,
                district="", key=uuid.uuid4(), now=now,
            ),
            lambda: post_comment(author=user, discussion=discussion, body="Oui.", key=uuid.uuid4(), now=now),
            lambda: set_support(user=user, proposal=proposal, supported=True, now=now),
        ]  # fmt: skip
        for attempt in attempts:
            with pytest.raises(NotInvited, match="indiquez votre commune"):
                attempt()
        user.commune = "67482"
        user.save()
        for attempt in attempts:
            assert attempt()

    def test_page_shows_the_audience_to_visitors(self, client, for_residents):
        page = client.get(for_residents.url).content.decode()
        assert "une commune de la métropole" in page
        assert reverse("participation:deposit_start") in page
        assert reverse("accounts:commune") not in page

    def test_refused_user_can_enter_the_commune_and_is_redirected_back(self, client, for_residents, user):
        client.force_login(user)
        discussion = DiscussionFactory(proposal=None, page=for_residents)
        write = discussion.comment_url
        page = client.post(write, {"body": "Mon texte précieux", "key": uuid.uuid4()}).content.decode()
        assert "Cet appel est pour les personnes" in page
        assert "Mon texte précieux" in page
        way = f"{reverse('accounts:commune')}?next={write}"
        assert way in page
        back = client.post(way, {"commune": "67482", "next": write})
        assert back.headers["Location"] == write
        assert "Envoyer mon commentaire" in client.get(write).content.decode()

    def test_refused_proposal_is_preserved(self, client, for_residents, user):
        client.force_login(user)
        client.post(reverse("participation:deposit_idea"), {"title": "Un banc", "problem": "Rien.", "body": "Un banc."})
        answer = {"topic": "", "district": "", "call": for_residents.pk}
        fill(client, reverse("participation:deposit_topic"), answer)
        check = reverse("participation:deposit_check")
        page = client.get(check).content.decode()
        assert f"{reverse('accounts:commune')}?next={check}" in page
        assert "Envoyer ma proposition" not in page
        client.post(check, {"key": uuid.uuid4(), "rules": "on"})
        assert not Proposal.objects.exists()
        assert "Un banc" in client.get(check).content.decode()

    def test_choice_of_a_call_shows_its_audience(self, client, for_residents):
        CallPageFactory(title="Pour tout le monde")
        client.post(reverse("participation:deposit_idea"), {"title": "Un banc", "problem": "Rien.", "body": "Un banc."})
        page = client.get(reverse("participation:deposit_topic")).content.decode()
        assert "Entre voisins (pour les habitantes et les habitants)" in page
        assert "Pour tout le monde (" not in page


class TestModeration:
    """Moderation before or after publication."""

    @pytest.fixture
    def known(self):
        """Returns an author with enough published texts to be trusted."""
        author = UserFactory()
        ProposalFactory(author=author)
        for _number in range(permissions.FIRST_CONTRIBUTIONS - 1):
            CommentFactory(author=author)
        return author

    @pytest.fixture
    def quick(self):
        return CallPageFactory(reading=Reading.FIRST)

    def propose(self, author, call, now):
        return submit_proposal(
            author=author, call=call, title="Un banc", problem="Il manque un banc.", body="Mettre un banc.", topic=None,
            district="", key=uuid.uuid4(), now=now,
        )  # fmt: skip

    def comment(self, author, call, now, **kwargs):
        discussion = kwargs.pop("discussion", None) or discussion_for_page(page=call)
        discussion = Discussion.objects.with_subject().get(pk=discussion.pk)
        kwargs = {"body": "Très bien.", "key": uuid.uuid4(), **kwargs}
        return post_comment(author=author, discussion=discussion, now=now, **kwargs)

    def refuse(self, author, *, days_ago, overturned=False):
        at = NOW - days_ago * DAY
        comment = CommentFactory(author=author, state="refuse", published_at=None)
        decision = Decision.objects.create(
            comment=comment, outcome=Decision.Outcome.REFUSED, ground="other", waiting_since=at, decided_at=at
        )
        if overturned:
            Appeal.objects.create(
                decision=decision, created_at=at, outcome=Appeal.Outcome.OVERTURNED, decided_at=at, body="Relisez."
            )

    def test_texts_are_moderated_first_by_default(self, known, call):
        assert permissions.is_read_first(known, call, NOW)
        assert permissions.is_read_first(known, None, NOW)

    def test_first_contributions_are_moderated_first(self, known, quick):
        assert not permissions.is_read_first(known, quick, NOW)
        Comment.objects.filter(author=known).first().delete()
        CommentFactory(author=known, state="recu", published_at=None)
        assert permissions.is_read_first(known, quick, NOW)

    @pytest.mark.parametrize(
        ("days_ago", "overturned", "is_read"),
        [(1, False, True), (364, False, True), (366, False, False), (1, True, False)],
    )
    def test_refusal_counts_for_a_year_unless_overturned(self, known, quick, days_ago, overturned, is_read):
        self.refuse(known, days_ago=days_ago, overturned=overturned)
        assert permissions.is_read_first(known, quick, NOW) == is_read

    def test_proposal_published_at_once_has_state_steps_email_and_log_entry(self, known, quick):
        proposal = self.propose(known, quick, NOW)
        assert (proposal.state, proposal.published_at, proposal.needs_review) == ("publiee", NOW, True)
        assert proposal.answer_due_on > NOW.date()
        history = list(proposal.steps.all())
        assert [(step.from_state, step.to_state, step.role) for step in history] == [
            ("", "recue", ProposalStep.Role.AUTHOR),
            ("recue", "publiee", ProposalStep.Role.AUTHOR),
        ]
        assert [step.label for step in timeline(proposal, history, NOW.date())][:2] == ["Reçue", "Publiée aussitôt"]
        [sent] = outbox
        assert (sent.to, "est publiée" in sent.subject) == ([known.email], True)
        assert list(Proposal.objects.published_unread()) == [proposal]
        assert list(Proposal.objects.published().search("banc")) == [proposal]
        assert ModelLogEntry.objects.filter(action="participation.publish_unread").count() == 1
        assert not ModelLogEntry.objects.filter(action="participation.publish").exists()

    def test_comment_published_at_once_is_counted_and_notified(self, known, quick):
        answered = CommentFactory(discussion=discussion_for_page(page=quick))
        outbox.clear()
        comment = self.comment(
            known, quick, NOW, parent=answered, discussion=answered.discussion, body="Merci beaucoup."
        )
        assert (comment.state, comment.published_at, comment.needs_review) == ("publie", NOW, True)
        assert Discussion.objects.get(pk=comment.discussion_id).comment_count == 2
        assert [sent.to for sent in outbox] == [[answered.author.email]]
        assert comment in Comment.objects.public().search("merci beaucoup")
        assert not Mention.objects.exists()

    def test_comment_submitted_twice_is_published_once(self, known, quick):
        key = uuid.uuid4()
        assert self.comment(known, quick, NOW, key=key) == self.comment(known, quick, NOW, key=key)
        assert Decision.objects.filter(outcome=Decision.Outcome.UNREAD).count() == 1

    def test_register_counts_unreviewed_texts_separately(self, known, quick, moderator):
        proposal, comment = self.propose(known, quick, NOW), self.comment(known, quick, NOW)
        register = read_register(now=NOW)
        assert (register.total, register.at_once, register.unread, register.median_hours) == (0, 2, 2, None)
        for _time in range(2):
            confirm_read(text=proposal, moderator=moderator, now=NOW + 5 * HOUR, shown=BY_PROGRAM)
        register = read_register(now=NOW + DAY)
        assert (register.proposals.published, register.at_once, register.unread, register.median_hours) == (1, 2, 1, 5)
        moderate(
            text=comment,
            state=Comment.State.REFUSED,
            moderator=moderator,
            now=NOW + 9 * HOUR,
            reason="Non.",
            shown=BY_PROGRAM,
        )
        register = read_register(now=NOW + DAY)
        assert (register.comments.refused, register.unread, register.longest_hours) == (1, 0, 9)

    def test_moderators_can_list_and_review_unreviewed_proposals(self, client, known, quick, moderator):
        proposal = self.propose(known, quick, timezone.now())
        client.force_login(moderator)
        url = "/admin/propositions/?unread=true"
        assert f"/inspect/{proposal.pk}/" in client.get(url).content.decode()
        press(client, f"/admin/bulk/participation/proposal/read_again/?id={proposal.pk}&next=/admin/")
        assert f"/inspect/{proposal.pk}/" not in client.get(url).content.decode()

    def test_public_register_shows_the_number_of_unreviewed_texts(self, client, known, quick):
        self.comment(known, quick, timezone.now())
        page = client.get(reverse("participation:moderation_register")).content.decode()
        assert "1 texte a été publié aussitôt" in page

    def test_form_and_message_explain_when_the_comment_is_published(self, client, known, quick, user):
        url = discussion_for_page(page=quick).comment_url
        client.force_login(user)
        assert "publié aussitôt" not in client.get(url).content.decode()
        client.force_login(known)
        assert "publié aussitôt" in client.get(url).content.decode()
        answer = client.post(url, {"body": "Très bien.", "key": uuid.uuid4()}, follow=True)
        assert "Votre commentaire est publié" in answer.content.decode()


class TestPages:
    def test_timeline_shows_dates_actions_and_current_phase(self, user):
        lines = call_status(CallPage(**MONTHS), user, NOW).lines
        nbsp = "\u00a0"
        assert [(line.kind, line.when) for line in lines] == [
            ("current", f"du 1er au 30{nbsp}juin 2030"),
            ("future", f"du 1er au 31{nbsp}juillet 2030"),
            ("future", f"du 1er{nbsp}août au 1er{nbsp}septembre 2030"),
            ("future", f"à partir du 1er{nbsp}septembre 2030, 20{nbsp}h"),
        ]
        assert [line.what for line in lines] == [
            "Vous pouvez proposer et commenter.",
            "Vous pouvez commenter les propositions.",
            "Vous pouvez commenter les propositions et les soutenir.",
            "Vous pouvez tout lire.",
        ]

    @pytest.mark.parametrize("mode", [Phase.COMING, Phase.PROPOSALS, Phase.SUPPORT, Phase.CLOSED])
    def test_each_phase_can_be_previewed(self, rf, user, mode):
        call = CallPageFactory(**MONTHS)
        assert mode in dict(call.preview_modes)
        request = rf.get("/")
        request.user = user
        call.serve_preview(request, mode)
        assert shown_call({"request": request}, call)["status"].phase == mode

    def test_phases_without_a_date_cannot_be_previewed(self):
        assert Phase.SUPPORT not in dict(CallPage(proposals_from=NOW).preview_modes)

    @pytest.mark.parametrize(
        ("phase", "button"),
        [
            (Phase.COMING, None),
            (Phase.PROPOSALS, "Faire une proposition"),
            (Phase.DISCUSSION, "Participer à la discussion"),
            (Phase.SUPPORT, "Choisir des propositions à soutenir"),
            (Phase.CLOSED, None),
        ],
    )
    def test_button_depends_on_the_phase(self, client, phase, button):
        page = client.get(CallPageFactory(phase=phase).url).content.decode()
        call = page.partition("<main")[2].partition("</aside>")[0]
        assert ('class="button"' in call) == (button is not None)
        assert button is None or button in call

    def test_page_shows_when_discussion_and_supports_open(self, client):
        # Far in the future, because the page uses the real clock.
        coming = CallPageFactory(phase=Phase.COMING, proposals_from=dt.datetime(2099, 6, 1, tzinfo=PARIS))
        assert "La discussion ouvre le 1er\u00a0juin 2099" in client.get(coming.url).content.decode()
        call = CallPageFactory(support_from=dt.datetime(2099, 8, 1, tzinfo=PARIS))
        page = client.get(ProposalFactory(call=call).get_absolute_url()).content.decode()
        assert "Les soutiens ouvrent le 1er\u00a0août 2099" in page


def test_list_of_calls_has_pages(client):
    CallPageFactory(title="Appel ouvert")
    for number in range(10):
        CallPageFactory(title=f"Appel fini {number}", phase=CallPage.Phase.CLOSED)
    first, second = (client.get(f"/propositions/appels/?page={number}").content.decode() for number in (1, 2))
    assert [page.count("<h3>") for page in (first, second)] == [10, 1]
    assert "Appel ouvert" in first
    assert "Appel fini 0" in second
    assert 'rel="next"' in first
