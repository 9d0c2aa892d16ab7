"""Queries of proposals: the filtered list, similar ones, the history of one, the median delay of answers."""

from typing import TYPE_CHECKING

from django.contrib.postgres.search import TrigramSimilarity
from django.core.cache import caches
from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from wagtail.search.query import Or, PlainText

from committee.models import TopicPage
from common.search import words
from common.search.named import named_number
from participation.models import CallPage, Proposal, ProposalStep
from participation.models.districts import within

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

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
    "commentaires": (F("comment_count").desc(), F("pk").desc()),
    "reponses": (F("answered_at").desc(nulls_last=True), F("pk").desc()),
}
# What a card shows: there are forty columns more, and Django and PostgreSQL look at each that is asked for.
SHOWN_ON_CARDS = (
    *("title", "problem", "body", "state", "kind", "category", "district", "origin"),
    *("support_count", "imported_support_count", "comment_count"),
    *("topic__title", "topic__pictogram"),
)


def list_proposals(
    user: "User | AnonymousUser",
    *,
    query: str = "",
    topic: TopicPage | None = None,
    state: str = "",
    kind: str = "",
    district: str = "",
    call: CallPage | None = None,
    sort: str = "recentes",
) -> QuerySet[Proposal]:
    """Returns the proposals that `user` may see and that pass every filter, in the order `sort` (a key of `SORTS`)."""
    proposals = Proposal.objects.visible_to(user)
    if query:
        # The index holds what anyone may read, nothing else.
        found = {proposal.pk for proposal in Proposal.objects.published().only("pk").search(query)[:SEARCH_LIMIT]}
        if number := named_number(query):
            found.add(number.value)
        proposals = proposals.filter(pk__in=found)
    if topic:
        proposals = proposals.filter(topic=topic)
    if state:
        proposals = proposals.filter(state=state)
    if kind:
        proposals = proposals.filter(kind=kind)
    if district:
        proposals = proposals.filter(district__in=within(district))
    if call:
        proposals = proposals.filter(call=call)
    if sort == "reponses":
        proposals = proposals.filter(answered_at__isnull=False)
    return as_cards(proposals).order_by(*SORTS[sort])


def as_cards(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Returns `proposals` with what a card shows, the topic included, and no other column."""
    return proposals.select_related("topic").only(*SHOWN_ON_CARDS)


def similar_proposals(title: str) -> list[Proposal]:
    """Returns a few published proposals whose title has words of `title`; small words do not count. One query.

    PostgreSQL also finds a word that is misspelt, here or there, and puts the title that is most alike first.
    """
    terms = [word for word in words(title) if len(word) >= MEANINGFUL_LENGTH]
    if not terms:
        return []
    published = Proposal.objects.published()
    # "Or" as a query of its own: the words of a query given as text are all wanted, whatever `operator` says.
    found = published.search(Or([PlainText(word) for word in terms]), fields=["title"])
    if connection.vendor != "postgresql":
        return list(found[:SIMILAR_LIMIT])
    alike = Q(pk__in=found.get_queryset().order_by().values("pk"))
    for word in terms:
        alike |= Q(title__trigram_word_similar=word)
    closest = published.filter(alike).order_by(TrigramSimilarity("title", title).desc(), "-pk")
    return list(closest.defer("problem", "body")[:SIMILAR_LIMIT])


def history_of(proposal: Proposal) -> tuple[list[ProposalStep], list[Proposal]]:
    """Returns the steps of `proposal`, oldest first, and the public proposals merged into it now.

    One query, and another one where there is a merge, for the little that is shown of other proposals.
    """
    history = list(ProposalStep.objects.filter(Q(proposal=proposal) | Q(target=proposal)))
    numbers = {number for step in history for number in (step.proposal_id, step.target_id) if number}
    others = numbers - {proposal.pk}
    known = {proposal.pk: proposal}
    if others:
        known |= Proposal.objects.only("title", "state", "state_changed_at", "merged_into").in_bulk(others)
    steps: list[ProposalStep] = []
    merged: dict[int, Proposal] = {}
    for step in history:
        step.proposal = known[step.proposal_id]
        step.target = known[step.target_id] if step.target_id else None
        if step.proposal_id == proposal.pk:
            steps.append(step)
        elif step.proposal.merged_into_id == proposal.pk and step.proposal.is_public:
            merged[step.proposal_id] = step.proposal
    return steps, [merged[number] for number in sorted(merged)]


def median_answer_delay() -> int | None:
    """Returns in how many days half of the first answers came, None while there are too few to tell. At most one query.

    The delay is counted from the publication and kept on the row. All answered proposals are looked at, so the process
    keeps the figure for a minute.
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
