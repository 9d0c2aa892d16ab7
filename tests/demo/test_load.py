"""Generated load: requested size, reproducible by seed, consistent counters and steps, refused on a site in use."""

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


def test_generated_rows_match_the_requested_size():
    generate()
    assert User.objects.count() == load.SMALL.accounts
    assert Proposal.objects.count() == load.SMALL.proposals
    assert Comment.objects.count() == load.SMALL.comments
    assert NewsPage.objects.count() == VeilleEntryPage.objects.count() == load.SMALL.pages
    assert set(Proposal.objects.values_list("state", flat=True)) == set(Proposal.State.values)
    assert set(Comment.objects.values_list("state", flat=True)) == set(Comment.State.values)


def test_comments_are_distributed_unevenly_over_proposals():
    generate()
    totals = dict(Proposal.objects.published().values_list("pk").annotate(Count("discussion__comments")))
    assert max(totals.values()) == load.SMALL.busiest
    assert min(totals.values()) == 0


def test_counters_equal_the_number_of_rows():
    generate()
    counted = Proposal.objects.annotate(
        supporters=Count("supports", distinct=True),
        written=Count("discussion__comments", filter=Q(discussion__comments__state="publie"), distinct=True),
    )
    for proposal in counted:
        assert (proposal.support_count, proposal.comment_count) == (proposal.supporters, proposal.written)
    assert sum(Discussion.objects.values_list("comment_count", flat=True)) == Comment.objects.published().count()
    assert Support.objects.exists()


def test_answers_and_steps_of_proposals_match_their_state():
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


def test_follows_are_frequent_and_attachments_and_coauthors_are_rare(client, settings, tmp_path):
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


def test_replies_belong_to_the_thread_of_their_parent():
    generate()
    answers = Comment.objects.filter(parent__isnull=False).select_related("parent")
    assert {answer.depth for answer in answers} >= {1, 2}
    for answer in answers:
        assert answer.discussion_id == answer.parent.discussion_id
        assert answer.thread_id == (answer.parent.thread_id or answer.parent.pk)
        assert answer.depth == answer.parent.depth + 1
        assert answer.parent.created_at <= answer.created_at <= NOW
    assert not Comment.objects.filter(parent=None).exclude(thread=None).exists()


def test_search_index_has_exactly_the_public_texts():
    generate()
    for model in (Proposal, Comment):
        indexed = IndexEntry.objects.filter(content_type__model=model._meta.model_name)
        public = model.get_indexed_objects().values_list("pk", flat=True)
        assert {int(pk) for pk in indexed.values_list("object_id", flat=True)} == set(public)
    assert NewsPage.objects.search("formulaire").get_queryset().exists()


def test_generated_texts_depend_only_on_the_seed():
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


def test_generated_pages_are_added_to_existing_ones(client):
    before = NewsPageFactory()
    generate()
    index_page = NewsIndexPage.objects.get()
    assert index_page.numchild == index_page.get_children().count() == load.SMALL.pages + 1
    assert index_page.get_children().filter(pk=before.pk).exists()
    for page in (NewsPage.objects.last(), VeilleEntryPage.objects.last()):
        assert client.get(page.url).status_code == 200


def test_command_is_refused_on_a_site_with_proposals(settings):
    settings.DEMONSTRATION = False
    ProposalFactory(author=UserFactory())
    with pytest.raises(CommandError):
        call_command("generate_load", "--small")
    assert Proposal.objects.count() == User.objects.count() == 1


def test_command_shows_progress_and_is_refused_a_second_time(settings):
    settings.DEMONSTRATION = False
    console = io.StringIO()
    call_command("generate_load", "--small", stdout=console)
    assert str(load.SMALL.comments) in console.getvalue()
    settings.DEMONSTRATION = True
    with pytest.raises(CommandError):
        call_command("generate_load", "--small")
    assert Proposal.objects.count() == load.SMALL.proposals


def test_load_without_accounts_is_refused():
    with pytest.raises(CommandError):
        call_command("generate_load", "--accounts", "0")
