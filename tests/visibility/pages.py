"""Pages of every kind and state, with their rows, pictures and documents."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from cms.models import NewsIndexPage, NewsPage, StandardPage
from committee.models import (
    AgendaItem,
    CommitteePage,
    Deliverable,
    PartnerBodyPage,
    ProgrammePage,
    Referral,
    SessionAction,
    SessionDecision,
    SessionExpert,
    SessionIndexPage,
    SessionPage,
    TopicPage,
    TopicStep,
    WorkshopGroup,
)
from home.models import HomePage
from participation.models import CallIndexPage, CallPage
from tests.cms.factories import make_document, make_image, picture_file
from tests.visibility.words import Canaries
from veille.models import Theme, VeilleEntryPage, VeilleIndexPage

DAY = dt.timedelta(days=1)
ALL_NEWS = ("draft", "restricted", "login", "changed", "unpublished", "scheduled", "expired", "live")
# Page model → model of its parent, and the states to create.
KINDS: dict[type[Page], tuple[type[Page], tuple[str, ...]]] = {
    NewsPage: (NewsIndexPage, ALL_NEWS),
    StandardPage: (HomePage, ("draft", "restricted", "live")),
    TopicPage: (ProgrammePage, ("draft", "restricted", "live")),
    SessionPage: (SessionIndexPage, ("draft", "restricted", "live", "past", "past-restricted", "past-earlier")),
    CallPage: (CallIndexPage, ("draft", "restricted", "live")),
    VeilleEntryPage: (VeilleIndexPage, ("draft", "restricted", "live")),
    PartnerBodyPage: (CommitteePage, ("draft", "live")),
}


def make_pages(canaries: Canaries) -> dict[str, Page]:
    """Creates all pages; returns those needed by other objects, by state or kind."""
    nobody = Group.objects.create(name="Personne")
    closed = Collection.get_first_root_node().add_child(name="Réservé")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="groups").groups.set([nobody])
    files = _files(canaries, closed)
    themes = {state: canaries.make(Theme, state, slug=f"theme-{state}") for state in ("used", "unused")}
    made = {}
    for model, (parent, states) in KINDS.items():
        for number, state in enumerate(states):
            page = _page(canaries, model, state, number, {"theme": themes["used"], **files})
            parent.objects.get().add_child(instance=page)
            _rows(canaries, page, state, files)
            publish(canaries, page, state)
            made[f"{model._meta.model_name}.{state}"] = page
    return {
        "call": made["callpage.live"],
        "topic": made["topicpage.live"],
        "hidden_topics": [made[f"topicpage.{state}"] for state in ("draft", "restricted")],
        "session": made["sessionpage.live"],
        "past": made["sessionpage.past"],
        "past-restricted": made["sessionpage.past-restricted"],
        "past-earlier": made["sessionpage.past-earlier"],
        "restricted": made["newspage.restricted"],
        "unpublished": made["newspage.unpublished"],
    }


def _files(canaries: Canaries, closed: Collection) -> dict[str, Any]:
    """Creates a public picture and document, and those of a closed collection; each with a rendition."""
    made = {}
    for state, collection in (("shown", Collection.get_first_root_node()), ("closed", closed)):
        words = {
            name: f"Zephir {canaries.word(f'customimage.{state}.{name}', 800_001)}"
            for name in ("title", "description", "credit")
        }
        name = canaries.word(f"customimage.{state}.file", 800_001)
        image = make_image(
            pk=800_001 + (state == "closed"), collection=collection, file=picture_file(f"{name}.jpg"), **words
        )
        image.get_rendition("width-20")
        title = canaries.word(f"customdocument.{state}.title", image.pk)
        name = canaries.word(f"customdocument.{state}.file", image.pk)
        document = make_document(
            pk=image.pk, title=f"Zephir {title}", name=f"{name}.pdf", content=b"%PDF-1.4", collection=collection
        )
        made[f"{state}_image"], made[f"{state}_document"] = image, document
    return made


def _page(canaries: Canaries, model: type[Page], state: str, number: int, files: dict[str, Any]) -> Page:
    now = timezone.now()
    values: dict[str, Any] = {"slug": f"page-{model._meta.model_name}-{state}", "live": state != "draft"}
    if state != "draft":
        values |= {"first_published_at": now - 3 * DAY, "last_published_at": now - 3 * DAY}
    if model is SessionPage:
        starts = now + (number + 2) * DAY if "past" not in state else now - (number + 20) * DAY
        values |= {"starts_at": starts, "ends_at": starts + DAY / 12, "slug": starts.date().isoformat()}
    if model is TopicPage:
        values |= {"number": 90 + number}
    if model is CallPage:
        values |= {"proposals_from": now - 2 * DAY, "closes_at": now + 30 * DAY}
    if model is VeilleEntryPage:
        values |= {"theme": files["theme"], "year": 2026, "archived_on": now.date()}
    if model in (NewsPage, VeilleEntryPage):
        values["image"] = files["shown_image"]
    page = canaries.fill(model, state, **values)
    page.draft_title = page.title
    return page


def publish(canaries: Canaries, page: Page, state: str) -> None:
    """Brings the page to its state: a revision, a restriction, a date, a changed draft."""
    now = timezone.now()
    if "restricted" in state:
        nobody = Group.objects.get(name="Personne")
        PageViewRestriction.objects.create(page=page, restriction_type="groups").groups.set([nobody])
    if state == "login":
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    if state == "scheduled":
        page.live, page.go_live_at = False, now + DAY
    if state == "expired":
        page.expire_at = now - DAY
    page.save_revision(approved_go_live_at=page.go_live_at)
    if state == "unpublished":
        page.unpublish()
    if state == "expired":
        type(page).objects.filter(pk=page.pk).update(live=False, expired=True)
    if state == "scheduled":
        type(page).objects.filter(pk=page.pk).update(live=False)
    if state == "changed":
        for name in ("title", "introduction"):
            setattr(page, name, f"Zephir {canaries.word(f'newspage.changed-draft.{name}', page.pk)}")
        page.save_revision()


def _rows(canaries: Canaries, page: Page, state: str, files: dict[str, Any]) -> None:
    """Creates the rows of sessions, topics and partner bodies."""
    day = timezone.localdate()
    if isinstance(page, SessionPage):
        for model in (AgendaItem, SessionDecision, SessionAction, WorkshopGroup, SessionExpert):
            canaries.make(model, state, session=page)
        page.documents.create(document=files["shown_document"])
        page.documents.create(document=files["closed_document"])
    if isinstance(page, TopicPage):
        canaries.make(TopicStep, state, topic=page)
        late = {"due_on": day - 5 * DAY, "document": files["closed_document"]}
        canaries.make(Deliverable, state, topic=page, **late)
    if isinstance(page, PartnerBodyPage):
        canaries.make(Referral, state, page=page, brought_on=day, document=files["closed_document"])
