"""Queries of proposals: filtered list, similar proposals, history, median delay of answers."""

from django.contrib.postgres.search import TrigramSimilarity
from django.core.cache import caches
from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from wagtail.search.query import Or, PlainText

from accounts.models import AnyUser
from committee.models import public_topics
from common.search import words
from participation.forms.lists import ProposalFilters
from participation.models import Proposal, ProposalStep

SIMILAR_LIMIT = 3
MEANINGFUL_LENGTH = 4
# Minimum number of answers for a meaningful median.
MEANINGFUL_ANSWERS = 5

# Sort keys are an enumeration: a URL parameter never reaches the database.
SORTS = {
    "recentes": (F("published_at").desc(nulls_first=True), F("pk").desc()),
    "soutiens": ((F("support_count") + F("imported_support_count")).desc(), F("pk").desc()),
    "commentaires": (F("comment_count").desc(), F("pk").desc()),
    "reponses": (F("answered_at").desc(nulls_last=True), F("pk").desc()),
}
# Columns of a card. The other forty columns would cost time in PostgreSQL and in Django.
SHOWN_ON_CARDS = (
    *("title", "problem", "body", "state", "kind", "category", "district", "origin"),
    *("support_count", "imported_support_count", "comment_count"),
    *("answer_due_on", "topic"),
)


def list_proposals(user: AnyUser, filters: ProposalFilters) -> QuerySet[Proposal]:
    """Returns the proposals visible to `user` that pass all `filters`, in their order."""
    visible = Proposal.objects.visible_to(user)
    return as_cards(filters.filtered(visible)).order_by(*SORTS[filters.order])


def as_cards(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Returns `proposals` with only the columns of a card, and the topic if it is public."""
    return proposals.only(*SHOWN_ON_CARDS).prefetch_related(public_topics())


def similar_proposals(title: str) -> list[Proposal]:
    """Returns a few published proposals whose title shares words with `title`, except short words.

    One query. PostgreSQL also matches misspelt words, and puts the most similar title first.
    """
    terms = [word for word in words(title) if len(word) >= MEANINGFUL_LENGTH]
    if not terms:
        return []
    published = Proposal.objects.published()
    # An explicit "or" query: in a text query all words are required, whatever `operator` is.
    matches = published.search(Or([PlainText(word) for word in terms]), fields=["title"])
    if connection.vendor != "postgresql":
        return list(matches[:SIMILAR_LIMIT])
    alike = Q(pk__in=matches.get_queryset().order_by().values("pk"))
    for word in terms:
        alike |= Q(title__trigram_word_similar=word)
    closest = published.filter(alike).order_by(TrigramSimilarity("title", title).desc(), "-pk")
    return list(closest.defer("problem", "body")[:SIMILAR_LIMIT])


def history_of(proposal: Proposal) -> tuple[list[ProposalStep], list[Proposal]]:
    """Returns the steps of `proposal`, oldest first, and the public proposals merged into it now.

    One query; a second one for the displayed columns of merged proposals, if any.
    """
    history = list(ProposalStep.objects.filter(Q(proposal=proposal) | Q(target=proposal)))
    pks = {pk for step in history for pk in (step.proposal_id, step.target_id) if pk}
    other_pks = pks - {proposal.pk}
    proposals = {proposal.pk: proposal}
    if other_pks:
        proposals |= Proposal.objects.only("title", "state", "state_changed_at", "merged_into").in_bulk(other_pks)
    steps: list[ProposalStep] = []
    merged: dict[int, Proposal] = {}
    for step in history:
        step.proposal = proposals[step.proposal_id]
        step.target = proposals[step.target_id] if step.target_id else None
        if step.proposal_id == proposal.pk:
            steps.append(step)
        elif step.proposal.merged_into_id == proposal.pk and step.proposal.is_public:
            merged[step.proposal_id] = step.proposal
    return steps, [merged[pk] for pk in sorted(merged)]


def median_answer_delay() -> int | None:
    """Returns the median delay of first answers in days, None if there are too few.

    At most one query. The delay is counted from the publication and stored on the row. All answered proposals are
    read, so the result is cached in the process for one minute.
    """
    return caches["local"].get_or_set("median_answer_delay", _median_answer_delay)


def _median_answer_delay() -> int | None:
    answered = (
        Proposal.objects.published()
        .filter(answer_delay__isnull=False)
        .annotate(rank=Window(RowNumber(), order_by="answer_delay"), total=Window(Count("pk")))
    )
    middle = answered.filter(total__gte=MEANINGFUL_ANSWERS, rank=(F("total") + 1) / 2)
    return middle.values_list("answer_delay", flat=True).first()
