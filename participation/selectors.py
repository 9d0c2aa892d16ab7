"""Reads that several callers share: the filtered list of proposals, and proposals that look like a text."""

from typing import TYPE_CHECKING

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from wagtail.search.query import Or, PlainText

from participation.models import CallPage, Proposal, ProposalStep

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from committee.models import TopicPage

# A search shows at most so many proposals: nobody reads further, and the list of numbers stays a small query.
SEARCH_LIMIT = 500
SIMILAR_LIMIT = 3
MEANINGFUL_LENGTH = 4
# With fewer answers, a median says nothing yet.
MEANINGFUL_ANSWERS = 5

# Sort keys are an enumeration: what comes from an address never reaches the database by itself.
SORTS = {
    "recentes": (F("published_at").desc(nulls_first=True), F("pk").desc()),
    "soutiens": ((F("support_count") + F("imported_support_count")).desc(), F("pk").desc()),
    "reponses": (F("answered_at").desc(nulls_last=True), F("pk").desc()),
}


def list_proposals(
    user: "User | AnonymousUser",
    *,
    query: str = "",
    topic: "TopicPage | None" = None,
    state: str = "",
    district: str = "",
    call: CallPage | None = None,
    sort: str = "recentes",
) -> QuerySet[Proposal]:
    """Returns the proposals that `user` may see and that pass every filter, in the order `sort` (a key of `SORTS`)."""
    proposals = Proposal.objects.visible_to(user)
    if query:
        # The index holds what anyone may read, nothing else.
        found = Proposal.objects.published().search(query)[:SEARCH_LIMIT]
        proposals = proposals.filter(pk__in=[proposal.pk for proposal in found])
    if topic:
        proposals = proposals.filter(topic=topic)
    if state:
        proposals = proposals.filter(state=state)
    if district:
        proposals = proposals.filter(district=district)
    if call:
        proposals = proposals.filter(call=call)
    if sort == "reponses":
        proposals = proposals.filter(answered_at__isnull=False)
    return proposals.with_authors().select_related("topic").order_by(*SORTS[sort])


def similar_proposals(title: str) -> list[Proposal]:
    """Returns a few published proposals whose words are those of `title`; small words do not count."""
    words = [word for word in title.split() if len(word) >= MEANINGFUL_LENGTH]
    if not words:
        return []
    # "Or" as a query of its own: the words of a query given as text are all wanted, whatever `operator` says.
    any_word = Or([PlainText(word) for word in words])
    return list(Proposal.objects.published().search(any_word, fields=["title"])[:SIMILAR_LIMIT])


def history_of(proposal: Proposal) -> tuple[list[ProposalStep], list[Proposal]]:
    """Returns the steps of `proposal`, oldest first, and the public proposals merged into it now. One query."""
    related = (
        ProposalStep.objects.filter(Q(proposal=proposal) | Q(target=proposal))
        .select_related("proposal", "target")
        .defer("proposal__problem", "proposal__body", "target__problem", "target__body")
    )
    steps: list[ProposalStep] = []
    merged: dict[int, Proposal] = {}
    for step in related:
        if step.proposal_id == proposal.pk:
            steps.append(step)
        elif step.proposal.merged_into_id == proposal.pk and step.proposal.is_public:
            merged[step.proposal_id] = step.proposal
    return steps, [merged[number] for number in sorted(merged)]


def median_answer_delay() -> int | None:
    """Returns in how many days half of the first answers came, None while there are too few to tell. One query.

    The delay is counted from the publication and kept on the row; an index holds the answered ones, in order.
    """
    answered = (
        Proposal.objects.published()
        .filter(answer_delay__isnull=False)
        .annotate(rank=Window(RowNumber(), order_by="answer_delay"), total=Window(Count("pk")))
    )
    middle = answered.filter(total__gte=MEANINGFUL_ANSWERS, rank=(F("total") + 1) / 2)
    return middle.values_list("answer_delay", flat=True).first()
