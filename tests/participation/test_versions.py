"""Proposals after sending: their authors correct them, readers see the changes, moderators review them again."""

import datetime as dt
import threading
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.shown import BY_PROGRAM
from participation import permissions
from participation.errors import ChangedMeanwhile, ProposalEditClosed
from participation.models import CallPage, Proposal
from participation.queries.version_diff import versions_of
from participation.services.moderation import confirm_read, moderate
from participation.services.supports import set_support
from participation.services.versions import edit_proposal, hide_versions
from tests.bulk import press
from tests.factories import (
    CallPageFactory,
    CoAuthorFactory,
    CommentFactory,
    DiscussionFactory,
    OfficialAnswerFactory,
    ProposalFactory,
    TopicPageFactory,
    UserFactory,
)
from tests.hidden_pages import each_way_to_hide

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]

State = Proposal.State
BEFORE = NOW - dt.timedelta(days=2)
HOSTILE = "<script>alert(1)</script> {{ 7*7 }} '; DROP TABLE"


def published_proposal(**kwargs):
    return ProposalFactory(created_at=BEFORE, **kwargs)


def edit(proposal, author=None, *, body="Un merle.", now=NOW, **more):
    about = {"topic": proposal.topic, "district": proposal.district}
    text = {"title": proposal.title, "problem": proposal.problem, "body": body} | about | more
    text.setdefault("seen_at", proposal.edited_at)
    edited = edit_proposal(proposal=proposal, author=author or proposal.author, now=now, **text)
    proposal.refresh_from_db()
    return edited


def edit_url(proposal):
    return reverse("participation:proposal_edit", args=[proposal.pk])


def versions_url(proposal):
    return reverse("participation:versions", args=[proposal.pk, proposal.slug])


def form_of(proposal, **text):
    seen = proposal.edited_at.isoformat() if proposal.edited_at else ""
    return {"title": proposal.title, "problem": proposal.problem, "body": proposal.body, "seen_at": seen} | text


class TestPermissions:
    @pytest.mark.parametrize("state", State.values)
    def test_only_authors_can_edit_a_proposal(self, people, state):
        proposal = published_proposal(state=state)
        joined = CoAuthorFactory(proposal=proposal).user
        expected = state in (State.RECEIVED, State.PUBLISHED, State.STUDIED)
        assert permissions.can_edit_proposal(proposal.author, proposal, NOW) is expected
        assert permissions.can_edit_proposal(joined, proposal, NOW) is expected
        for person in people.values():
            assert not permissions.can_edit_proposal(person, proposal, NOW)

    def test_editing_is_closed_by_supports_comments_and_answers_of_others(self, user):
        supported, commented, answered, over = (published_proposal() for _number in range(4))
        for proposal in (supported, commented):
            # Actions of the authors themselves do not close the editing.
            set_support(user=proposal.author, proposal=proposal, supported=True, now=NOW)
            CommentFactory(discussion=DiscussionFactory.create(proposal=published_proposal()))
        discussion = supported.discussion
        CommentFactory(discussion=discussion, author=supported.author)
        CommentFactory(discussion=discussion, state="recu", published_at=None)
        assert permissions.can_edit_proposal(supported.author, supported, NOW)
        set_support(user=user, proposal=supported, supported=True, now=NOW)
        CommentFactory(discussion=commented.discussion)
        OfficialAnswerFactory(proposal=answered, decision=State.IN_PROGRESS)
        over.call = CallPageFactory(phase=CallPage.Phase.CLOSED)
        for proposal in (supported, commented, answered, over):
            assert not permissions.can_edit_proposal(proposal.author, proposal, NOW)

    def test_edit_page_returns_404_to_other_users(self, client, user):
        proposal = published_proposal()
        url = edit_url(proposal)
        assert client.get(url).status_code == 302
        client.force_login(user)
        assert client.get(url).status_code == client.post(url, form_of(proposal, body="Volé")).status_code == 404
        with pytest.raises(PermissionDenied):
            edit(proposal, user)
        proposal.refresh_from_db()
        assert proposal.body == "Voici une idée."


class TestCorrecting:
    def test_edit_is_public_at_once_with_differences_and_reviewed_again(self, client, moderator):
        proposal = published_proposal(body="Ancien canari")
        client.force_login(proposal.author)
        assert edit_url(proposal) in client.get(proposal.get_absolute_url()).content.decode()
        answer = client.post(edit_url(proposal), form_of(proposal, body=HOSTILE))
        assert answer.status_code == 302
        proposal.refresh_from_db()
        assert (proposal.body, proposal.was_changed, proposal.needs_review) == (HOSTILE, True, True)

        anonymous = Client()
        page = anonymous.get(proposal.get_absolute_url()).content.decode()
        assert "<script>alert" not in page
        assert versions_url(proposal) in page
        history = anonymous.get(versions_url(proposal))
        assert not history.cookies
        page = history.content.decode()
        assert "<del>" in page
        assert "Ancien canari" in page
        assert "<script>alert" not in page

        client.force_login(moderator)
        listing = "/admin/propositions/?unread=true"
        assert f"/inspect/{proposal.pk}/" in client.get(listing).content.decode()
        read = client.get(f"/admin/propositions/inspect/{proposal.pk}/").content.decode()
        assert "Ancien canari" in read
        url = f"/admin/bulk/participation/proposal/read_again/?id={proposal.pk}&next=/admin/"
        assert url.split("?")[0] in read
        assert client.get(url).status_code == 200
        press(client, url)
        assert f"/inspect/{proposal.pk}/" not in client.get(listing).content.decode()

    def test_text_replaced_before_publication_is_not_public(self, client, moderator):
        proposal = published_proposal(state=State.RECEIVED, body="Perroquet secret")
        client.force_login(proposal.author)
        client.post(edit_url(proposal), form_of(proposal, body="Un merle."))
        proposal.refresh_from_db()
        assert not proposal.needs_review
        moderate(
            text=proposal, state=State.PUBLISHED, moderator=moderator, now=NOW + dt.timedelta(days=1), shown=BY_PROGRAM
        )
        proposal.refresh_from_db()
        assert not proposal.was_changed
        for reader in (Client(), client):
            page = reader.get(versions_url(proposal)).content.decode()
            assert "Un merle." in page
            assert "Perroquet" not in page

    def test_proposal_edited_during_moderation_needs_review(self, moderator):
        proposal = published_proposal(state=State.RECEIVED)
        edit(proposal)
        moderate(
            text=proposal,
            state=State.PUBLISHED,
            moderator=moderator,
            now=timezone.now() + dt.timedelta(seconds=9),
            shown=BY_PROGRAM,
        )
        proposal.refresh_from_db()
        assert proposal.needs_review

    def test_search_finds_words_of_the_current_text_only(self):
        proposal = published_proposal(body="Un perroquet.")
        edit(proposal, body="Un merle.")
        assert list(Proposal.objects.published().search("merle")) == [proposal]
        assert list(Proposal.objects.published().search("perroquet")) == []

    def test_unchanged_text_creates_no_version(self):
        proposal = published_proposal()
        for _time in range(2):
            edit(proposal, body="Mieux.", seen_at=None)
        assert proposal.versions.count() == 1

    def test_too_long_or_empty_text_is_refused_and_preserved(self, client):
        proposal = published_proposal()
        client.force_login(proposal.author)
        page = client.post(edit_url(proposal), form_of(proposal, title="Titre précieux", body="x" * 25_000))
        assert "25\u00a0000" in page.content.decode()
        assert "Titre précieux" in page.content.decode()
        client.post(edit_url(proposal), form_of(proposal, title=" "))
        assert not proposal.versions.exists()

    def test_new_passages_of_a_late_edit_are_offered_as_an_addendum(self, client, user):
        proposal = published_proposal(body="Première phrase.\nDeuxième phrase.")
        client.force_login(proposal.author)
        client.get(edit_url(proposal))
        set_support(user=user, proposal=proposal, supported=True, now=NOW)
        late = form_of(proposal, body="Première phrase.\nTexte précieux.\nDeuxième phrase.")
        answer = client.post(edit_url(proposal), late)
        assert answer.status_code == 200
        assert answer.context["addendum"]["body"].value() == "Texte précieux."
        page = answer.content.decode()
        assert f'action="{reverse("participation:addendum", args=[proposal.pk])}"' in page
        assert f'action="{edit_url(proposal)}"' not in page
        proposal.refresh_from_db()
        assert "précieux" not in proposal.body

    def test_conflicting_edits_of_two_authors_are_not_overwritten(self, client):
        proposal = published_proposal()
        other = CoAuthorFactory(proposal=proposal).user
        mine = form_of(proposal, body="Mon texte précieux")
        edit(proposal, other, body="Le texte de l’autre")
        with pytest.raises(ChangedMeanwhile):
            edit(proposal, body="Encore un", seen_at=None)
        client.force_login(proposal.author)
        answer = client.post(edit_url(proposal), mine)
        page = answer.content.decode()
        assert "Mon texte précieux" in page
        assert "Le texte de l’autre" in page
        proposal.refresh_from_db()
        assert proposal.body == "Le texte de l’autre"
        again = answer.context["form"]
        client.post(edit_url(proposal), mine | {"seen_at": again["seen_at"].value()})
        proposal.refresh_from_db()
        assert proposal.body == "Mon texte précieux"


class TestHistory:
    def test_history_of_a_hidden_proposal_returns_404(self, client, user):
        for state in (State.RECEIVED, State.REFUSED, State.WITHDRAWN):
            proposal = published_proposal(state=state)
            assert client.get(versions_url(proposal)).status_code == 404

    def test_refusal_hides_former_texts_permanently(self, client, moderator):
        proposal = published_proposal(body="Le numéro de Perroquet")
        edit(proposal, body="Un merle.", now=BEFORE + dt.timedelta(hours=1))
        decide = {"text": proposal, "moderator": moderator, "now": NOW}
        moderate(**decide, state=State.REFUSED, ground="privacy", reason="Un numéro de téléphone.", shown=BY_PROGRAM)
        moderate(**decide, state=State.PUBLISHED, shown=BY_PROGRAM)
        client.force_login(proposal.author)
        for reader in (Client(), client):
            page = reader.get(versions_url(proposal)).content.decode()
            assert "Un merle." in page
            assert "Perroquet" not in page

    def test_moderators_can_hide_former_texts_without_a_refusal(self, client, moderator, people):
        proposal = published_proposal(body="Un oiseau. Le numéro de Perroquet")
        edit(proposal, body="Un oiseau.", now=NOW - dt.timedelta(hours=2))
        edit(proposal, body="Un oiseau. Un merle.", now=NOW - dt.timedelta(hours=1))
        assert "Perroquet" in client.get(versions_url(proposal)).content.decode()
        for role in ("resident", "writer", "service"):
            with pytest.raises(PermissionDenied):
                hide_versions(proposal=proposal, moderator=people[role], shown=BY_PROGRAM)
        client.force_login(moderator)
        inspect = f"/admin/propositions/inspect/{proposal.pk}/"
        url = f"/admin/bulk/participation/proposal/hide_versions/?id={proposal.pk}&next=/admin/"
        assert url.split("?")[0] in client.get(inspect).content.decode()
        assert client.get(url).status_code == 200
        press(client, url)
        assert url.split("?")[0] not in client.get(inspect).content.decode()
        page = Client().get(versions_url(proposal)).content.decode()
        assert "Un oiseau. Un merle." in page
        # No comparison with a hidden version: neither removed text nor its place is shown.
        for word in ("Perroquet", "numéro", "<del><", "<ins><"):
            assert word not in page, word
        assert page.count("n’affiche pas ce texte") == 2

    def test_versions_are_sorted_newest_first_with_dates(self):
        proposal = published_proposal(body="un")
        first, second = NOW - dt.timedelta(hours=2), NOW - dt.timedelta(hours=1)
        edit(proposal, body="deux", now=first)
        edit(proposal, body="trois", now=second)
        found = versions_of(proposal)
        assert [(one.number, one.since, one.is_current) for one in found] == [
            (3, second, True),
            (2, first, False),
            (1, BEFORE, False),
        ]
        assert [field.name for field in found[0].fields] == ["body"]
        assert [field.name for field in found[2].fields] == ["title", "problem", "body"]

    @each_way_to_hide
    def test_versions_name_no_hidden_topic(self, client, hide):
        before, after = TopicPageFactory(title="Canari"), TopicPageFactory(title="Perroquet")
        proposal = published_proposal(topic=before)
        edit(proposal, topic=after)
        shown = client.get(versions_url(proposal)).text
        assert [name in shown for name in ("Canari", "Perroquet")] == [True, True]
        hide(before, after)
        page = client.get(versions_url(proposal))
        assert page.status_code == 200
        assert [name in page.text for name in ("Canari", "Perroquet")] == [False, False]

    def test_number_of_queries_does_not_depend_on_versions(self, client):
        costs = []
        for count in (1, 30):
            proposal = published_proposal()
            for number in range(count):
                edit(proposal, body=f"Texte {number}", now=BEFORE + dt.timedelta(minutes=number + 1))
            for url in (versions_url(proposal), proposal.get_absolute_url()):
                client.get(url)
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(url).status_code == 200
                costs.append(len(queries))
                assert len(queries) <= 10
        assert costs[:2] == costs[2:]


def test_only_moderators_can_confirm_a_review(people):
    proposal = published_proposal(needs_review=True)
    for role in ("resident", "writer", "service"):
        with pytest.raises(PermissionDenied):
            confirm_read(text=proposal, moderator=people[role], now=NOW, shown=BY_PROGRAM)
    assert Proposal.objects.published_unread().get() == proposal
    assert not permissions.can_edit_proposal(AnonymousUser(), proposal, NOW)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time")
@pytest.mark.parametrize("time", range(5))
def test_concurrent_support_and_edit_do_not_change_a_supported_text(time):
    proposal, supporter, barrier = published_proposal(), UserFactory(), threading.Barrier(2)
    outcome = {}

    def correct():
        try:
            edit_proposal(
                proposal=proposal,
                author=proposal.author,
                title=f"Autre {uuid.uuid4()}",
                problem="",
                body="Autre",
                topic=None,
                district="",
                seen_at=None,
                now=NOW,
            )
            outcome["edited"] = True
        except ProposalEditClosed:
            outcome["edited"] = False

    def support():
        outcome["supported"] = set_support(user=supporter, proposal=proposal, supported=True, now=NOW)

    def run(job):
        try:
            barrier.wait()
            job()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in (correct, support)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    proposal.refresh_from_db()
    assert outcome["supported"]
    assert (proposal.body == "Autre") is outcome["edited"]
    with pytest.raises(ProposalEditClosed):
        edit(proposal, body="Encore autre")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time")
def test_edit_waits_for_the_lock_of_a_concurrent_support():
    """Lock: while a support holds the row, a correction waits and then sees the support."""
    from django.db import transaction

    proposal, supporter = published_proposal(), UserFactory()
    outcome, begun = {}, threading.Event()

    def correct():
        begun.set()
        try:
            edit(proposal, body="Autre")
        except ProposalEditClosed:
            outcome["closed"] = True
        finally:
            connection.close()

    thread = threading.Thread(target=correct)
    with transaction.atomic():
        set_support(user=supporter, proposal=proposal, supported=True, now=NOW)
        thread.start()
        begun.wait()
        thread.join(timeout=0.5)
        assert thread.is_alive()
    thread.join()
    assert outcome == {"closed": True}
