"""What became of proposals of the demonstration: sessions that dealt with them, decisions, deliverables.

One chain is whole and two go on; three are broken, so that the coordinator has something to mend.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from committee.models import Deliverable, SessionPage, TopicPage
from common.markdown import french
from demo.clock import Clock
from home.services.publishing import publish_revision
from participation.models import Proposal, ProposalInDecision, ProposalInDeliverable, ProposalOnAgenda

State = Deliverable.State


@dataclass(frozen=True)
class Delivered:
    """A deliverable of the topic `topic`, due so many days after the loading (before it: negative), for a proposal."""

    topic: str
    title: str
    owner: str
    due: int
    state: State
    proposal: str
    done: int | None = None


# The point of the agenda and the decision of a session, by their ranks, for the key of a proposal.
DEALT_WITH = {
    100: {"duree": 0, "prevenir": 1, "carte-aide": 2},
    54: {"reprendre": 0, "recherche": 1},
}
ON_NEXT_AGENDA = {"mots": 1}

DELIVERABLES = (
    Delivered(
        "monstrasbourg-eu",
        "La durée et les papiers sont écrits sur chaque démarche",
        "Direction du numérique",
        -20,
        State.DONE,
        "duree",
        done=-25,
    ),
    Delivered(
        "participer-strasbourg-eu",
        "Un message part à chaque étape d’une idée",
        "Direction du numérique",
        60,
        State.ONGOING,
        "prevenir",
    ),
    Delivered(
        "inclusion-numerique",
        "La carte des lieux d’aide, relue par deux associations",
        "Rachid O.",
        -8,
        State.ONGOING,
        "carte-aide",
    ),
)


def load(clock: Clock, topics: dict[str, TopicPage], proposals: dict[str, Proposal]) -> None:
    """Ties proposals to points, decisions and deliverables, in a further revision of each page."""
    for days, dealt_with in DEALT_WITH.items():
        page = SessionPage.objects.get(slug=clock.monday_before(days).isoformat())
        items, decisions = list(page.agenda_items.all()), list(page.decisions.all())
        for key, rank in dealt_with.items():
            ProposalOnAgenda.objects.create(row=items[rank], proposal=proposals[key])
            ProposalInDecision.objects.create(row=decisions[rank], proposal=proposals[key])
        publish_again(page)
    coming = SessionPage.objects.get(slug=clock.coming_monday().isoformat())
    items = list(coming.agenda_items.all())
    for key, rank in ON_NEXT_AGENDA.items():
        ProposalOnAgenda.objects.create(row=items[rank], proposal=proposals[key])
    publish_again(coming)
    for text in DELIVERABLES:
        row = Deliverable.objects.create(
            topic=topics[text.topic],
            title=french(text.title),
            owner=text.owner,
            state=text.state,
            due_on=day_of(clock, text.due),
            done_on=None if text.done is None else day_of(clock, text.done),
        )
        ProposalInDeliverable.objects.create(row=row, proposal=proposals[text.proposal])
        publish_again(TopicPage.objects.get(pk=row.topic_id))


def publish_again(page: SessionPage | TopicPage) -> None:
    """Lets the form of the page know its rows: it opens on the latest revision."""
    publish_revision(page, page.last_published_at)


def day_of(clock: Clock, days: int) -> date:
    return clock.today + timedelta(days=days)
