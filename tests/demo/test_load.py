"""Generated load: requested size, same result twice, consistent counters and steps, apart from residents' texts."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q
from modelsearch.models import IndexEntry

from accounts.models import User
from cms.models import NewsIndexPage, NewsPage
from demo import load
from participation.models import (
    Addendum,
    Attachment,
    CoAuthor,
    Comment,
    Discussion,
    Follow,
    OfficialAnswer,
    Proposal,
    Support,
)
from tests.factories import NewsPageFactory, ProposalFactory, UserFactory
from veille.models import VeilleEntryPage

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


def generate(seed: int = 1) -> None:
    load.load(load.SMALL, seed=seed, now=NOW, say=lambda text: None)


def texts() -> list[tuple]:
    """Returns the generated texts, without primary keys."""
    return [
        *User.objects.order_by("pk").values_list("email", "public_name"),
        *Proposal.objects.order_by("pk").values_list("title", "body", "state", "created_at", "support_count"),
        *Comment.objects.order_by("pk").values_list("body", "state", "depth", "created_at", "author__email"),
        *NewsPage.objects.order_by("pk").values_list("title", "introduction"),
        *OfficialAnswer.objects.order_by("pk").values_list("decision", "reasons", "published_at"),
        *Follow.objects.order_by("pk").values_list("user__email", "source"),
        *Addendum.objects.order_by("pk").values_list("body", "created_at"),
    ]


def test_it_has_the_size_that_was_asked():
    generate()
    assert User.objects.count() == load.SMALL.accounts
    assert Proposal.objects.count() == load.SMALL.proposals
    assert Comment.objects.count() == load.SMALL.comments
    assert NewsPage.objects.count() == VeilleEntryPage.objects.count() == load.SMALL.pages
    assert set(Proposal.objects.values_list("state", flat=True)) == set(Proposal.State.values)
    assert set(Comment.objects.values_list("state", flat=True)) == set(Comment.State.values)


def test_one_proposal_has_the_comments_of_many_and_one_has_none():
    generate()
    totals = dict(Proposal.objects.published().values_list("pk").annotate(Count("discussion__comments")))
    assert max(totals.values()) == load.SMALL.busiest
    assert min(totals.values()) == 0


def test_counters_say_what_counting_says():
    generate()
    counted = Proposal.objects.annotate(
        supporters=Count("supports", distinct=True),
        written=Count("discussion__comments", filter=Q(discussion__comments__state="publie"), distinct=True),
    )
    for proposal in counted:
        assert (proposal.support_count, proposal.comment_count) == (proposal.supporters, proposal.written)
    assert sum(Discussion.objects.values_list("comment_count", flat=True)) == Comment.objects.published().count()
    assert Support.objects.exists()


def test_proposals_have_the_answers_and_the_steps_that_led_to_their_state():
    generate()
    for proposal in Proposal.objects.published().prefetch_related("answers", "steps"):
        answers, steps = list(proposal.answers.all()), list(proposal.steps.all())
        assert bool(answers) == (proposal.state in Proposal.ANSWERED_STATES)
        assert steps[-1].to_state == proposal.state
        assert [step.from_state for step in steps] == ["", *[step.to_state for step in steps[:-1]]]
        if answers:
            assert (answers[0].decision, answers[0].published_at) == (proposal.state, proposal.answered_at)
            assert proposal.answered_at <= NOW
    delays = Proposal.objects.filter(answered_at__isnull=False).values_list("answer_delay", flat=True)
    assert all(delay is not None and delay >= 0 for delay in delays)


def test_people_follow_and_few_proposals_have_what_few_have(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    generate()
    assert Follow.objects.count() > load.SMALL.accounts
    public = Proposal.objects.published().count()
    for model in (Addendum, CoAuthor, Attachment):
        assert 0 < model.objects.values("proposal").distinct().count() < public / 2
    assert not CoAuthor.objects.filter(proposal__author=F("user")).exists()
    # All rows share one existing file.
    assert len(set(Attachment.objects.values_list("file", flat=True))) == len(list(tmp_path.rglob("*.jpg"))) == 1
    assert b"".join(client.get(Attachment.objects.first().get_absolute_url())).startswith(b"\xff\xd8")


def test_answers_belong_to_the_thread_of_what_they_answer():
    generate()
    answers = Comment.objects.filter(parent__isnull=False).select_related("parent")
    assert {answer.depth for answer in answers} >= {1, 2}
    for answer in answers:
        assert answer.discussion_id == answer.parent.discussion_id
        assert answer.thread_id == (answer.parent.thread_id or answer.parent.pk)
        assert answer.depth == answer.parent.depth + 1
        assert answer.parent.created_at <= answer.created_at <= NOW
    assert not Comment.objects.filter(parent=None).exclude(thread=None).exists()


def test_search_holds_what_anyone_may_read_and_nothing_else():
    generate()
    for model in (Proposal, Comment):
        indexed = IndexEntry.objects.filter(content_type__model=model._meta.model_name)
        public = model.get_indexed_objects().values_list("pk", flat=True)
        assert {int(pk) for pk in indexed.values_list("object_id", flat=True)} == set(public)
    assert NewsPage.objects.search("formulaire").get_queryset().exists()


def test_the_same_seed_writes_the_same_and_another_one_something_else():
    generate()
    first = texts()
    for model in (Proposal, User):
        model.objects.all().delete()
    NewsPage.objects.all().delete()
    VeilleEntryPage.objects.all().delete()
    generate()
    assert texts() == first
    for model in (Proposal, User):
        model.objects.all().delete()
    NewsPage.objects.all().delete()
    VeilleEntryPage.objects.all().delete()
    generate(seed=2)
    assert texts() != first


def test_pages_go_beside_those_that_are_there(client):
    before = NewsPageFactory()
    generate()
    index_page = NewsIndexPage.objects.get()
    assert index_page.numchild == index_page.get_children().count() == load.SMALL.pages + 1
    assert index_page.get_children().filter(pk=before.pk).exists()
    for page in (NewsPage.objects.last(), VeilleEntryPage.objects.last()):
        assert client.get(page.url).status_code == 200


def test_a_site_in_use_is_left_alone(settings):
    settings.DEMONSTRATION = False
    ProposalFactory(author=UserFactory())
    with pytest.raises(CommandError):
        call_command("generate_load", "--small")
    assert Proposal.objects.count() == User.objects.count() == 1


def test_an_empty_site_takes_a_load_once_and_hears_how_far_it_is(settings):
    settings.DEMONSTRATION = False
    console = io.StringIO()
    call_command("generate_load", "--small", stdout=console)
    assert str(load.SMALL.comments) in console.getvalue()
    settings.DEMONSTRATION = True
    with pytest.raises(CommandError):
        call_command("generate_load", "--small")
    assert Proposal.objects.count() == load.SMALL.proposals


def test_a_load_without_account_is_refused():
    with pytest.raises(CommandError):
        call_command("generate_load", "--accounts", "0")
