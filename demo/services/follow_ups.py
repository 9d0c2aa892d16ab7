"""Follow-up of proposals: sessions, decisions, deliverables.

One chain is complete and two are in progress; three are broken, as examples for the coordinator to repair.
"""

from committee.models import Deliverable, SessionPage, TopicPage
from common.markdown import french
from demo.clock import Clock
from demo.content import read
from demo.services.minutes import LATEST
from home.services.publishing import publish_revision
from participation.models import (
    Proposal,
    ProposalFromWorkshop,
    ProposalInDecision,
    ProposalInDeliverable,
    ProposalOnAgenda,
)


def load(clock: Clock, topics: dict[str, TopicPage], proposals: dict[str, Proposal]) -> None:
    """Links proposals to agenda items, decisions and deliverables, in a further revision of each page."""
    texts = read("follow_ups")
    for when, ranks in texts["dealt_with"].items():
        day = clock.monday_before(int(when)).isoformat() if when.isdecimal() else when
        page = SessionPage.objects.get(slug=day)
        items, decisions = list(page.agenda_items.all()), list(page.decisions.all())
        for key, rank in ranks.items():
            ProposalOnAgenda.objects.create(row=items[rank], proposal=proposals[key])
            ProposalInDecision.objects.create(row=decisions[rank], proposal=proposals[key])
        for key, rank in texts["from_workshops"].get(when, {}).items():
            ProposalFromWorkshop.objects.create(row=page.workshop_groups.all()[rank], proposal=proposals[key])
        publish_again(page)
    for day, ranks in (
        (clock.coming_monday(), texts["on_next_agenda"]),
        (clock.monday_before(LATEST), texts["on_latest_agenda"]),
    ):
        page = SessionPage.objects.get(slug=day.isoformat())
        items = list(page.agenda_items.all())
        for key, rank in ranks.items():
            ProposalOnAgenda.objects.create(row=items[rank], proposal=proposals[key])
        publish_again(page)
    for text in texts["deliverables"]:
        row = Deliverable.objects.create(
            topic=topics[text["topic"]],
            title=french(text["title"]),
            owner=text["owner"],
            state=text["state"],
            due_on=clock.day(text["due"]),
            done_on=clock.day(text["done"]) if "done" in text else None,
            workshop_session=SessionPage.objects.get(slug=text["workshop"]) if "workshop" in text else None,
        )
        if "proposal" in text:
            ProposalInDeliverable.objects.create(row=row, proposal=proposals[text["proposal"]])
        publish_again(TopicPage.objects.get(pk=row.topic_id))


def publish_again(page: SessionPage | TopicPage) -> None:
    """Publishes a further revision with the rows, which the edit form of the page opens."""
    publish_revision(page, page.last_published_at)
