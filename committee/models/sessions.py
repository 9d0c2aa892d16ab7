"""Session pages of the committee, and their querysets."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, TitleFieldPanel
from wagtail.models import PageManager, PageQuerySet
from wagtail.search import index

from accounts.models import AnyUser
from cms.blocks import BodyBlock
from cms.discovery.structured_data import publisher
from cms.fields import BodyField
from cms.hooks import CardSubject
from cms.models import BasePage, CustomDocument
from cms.models.discussions import DiscussedPage
from cms.models.files import documents_for
from cms.models.titles import WrappedPanel
from cms.models.visibility import pages_visible_to, published_pages
from committee.hooks import RelatedItem, related_to_rows
from committee.models.frozen import FrozenByApproval
from committee.models.members import Member
from committee.models.minutes import SessionMinutes
from committee.models.programme import TopicPage
from committee.models.register import RegisterEntry
from committee.models.session_lists import with_related, with_topics
from committee.models.session_panels import (
    DAY_IS_TAKEN,
    WRITTEN_WITH_MINUTES,
    FixedRowsPanel,
    MinutesPanel,
    SessionPageForm,
)
from committee.models.session_rows import AgendaItem, SessionAction, SessionDecision
from committee.models.session_titles import NamedByDay
from committee.models.votes import dissents_from
from common.holidays import holiday_on
from common.templatetags.dates import day as full_day
from common.templatetags.dates import in_city_time, isoformat
from common.urls import absolute_url

# Delay after the session in which the rules of the committee promise a draft, public once members have corrected it.
MINUTES_WITHIN = timedelta(days=14)


class SessionQuerySet(PageQuerySet):
    """Sessions, filtered by publication and by time."""

    def published(self) -> Self:
        return published_pages(self)

    def visible_to(self, user: AnyUser) -> Self:
        return pages_visible_to(self, user)

    def upcoming(self, now: datetime) -> Self:
        """Returns the sessions that are not over at `now`, the next one first."""
        return self.filter(ends_at__gte=now).order_by("starts_at")

    def past(self, now: datetime) -> Self:
        """Returns the sessions that are over at `now`, the latest one first."""
        return self.filter(ends_at__lt=now).order_by("-starts_at")

    def scheduled(self) -> Self:
        """Returns the sessions that are not cancelled."""
        return self.exclude(status=SessionPage.Status.CANCELLED)

    def held(self, now: datetime) -> Self:
        """Returns the sessions that took place: over at `now` and not cancelled, the latest one first."""
        return self.past(now).scheduled()

    def to_begin(self, now: datetime) -> Self:
        """Returns the sessions that are not cancelled and begin after `now`, the next one first."""
        return self.scheduled().filter(starts_at__gt=now).order_by("starts_at")

    def next(self, now: datetime) -> "SessionPage | None":
        """Returns the session under way at `now`, or the next one."""
        return self.upcoming(now).scheduled().first()

    def about(self, topic: TopicPage) -> Self:
        """Returns the sessions with `topic` on their agenda, the latest first."""
        items = AgendaItem.objects.filter(topic=topic)
        return self.filter(pk__in=items.values("session")).order_by("-starts_at")

    def able_to_approve(self, session: "SessionPage", now: datetime) -> Self:
        """Returns the sessions that may approve the minutes of `session`: later ones begun at `now`, in order."""
        later = self.live().scheduled().filter(starts_at__gt=session.starts_at, starts_at__lte=now)
        return later.order_by("starts_at")

    def minutes_overdue(self, today: date) -> Self:
        """Returns the sessions whose minutes were promised before `today` and are not public, even as a draft."""
        drafts = SessionMinutes.objects.public_drafts(today).values("session")
        late = self.filter(minutes_published_at=None, starts_at__date__lt=today - MINUTES_WITHIN)
        return late.exclude(pk__in=drafts)

    def with_badges(self, today: date) -> Self:
        """Adds `has_agenda` and `has_draft_minutes`, so that a list costs no query per session."""
        items = AgendaItem.objects.filter(session=models.OuterRef("pk"))
        drafts = SessionMinutes.objects.public_drafts(today).filter(session=models.OuterRef("pk"))
        return self.annotate(has_agenda=models.Exists(items), has_draft_minutes=models.Exists(drafts))


class SessionPage(FrozenByApproval, NamedByDay, DiscussedPage, BasePage):
    """Session of the committee. Its slug is its date (`2019-01-14`), which `clean` sets."""

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        CANCELLED = "cancelled", _("Cancelled")

    class Moment(models.TextChoices):
        """State of a session at a given time; the values are kinds of badge."""

        UPCOMING = "waiting", _("To come")
        ONGOING = "ongoing", _("Under way")
        OVER = "yes", _("Over")
        CANCELLED = "no", _("Cancelled (session)")

    number = models.PositiveSmallIntegerField(_("number in the season"), null=True, blank=True)
    starts_at = models.DateTimeField(_("starts at"), help_text=_("Time in Paris."))
    ends_at = models.DateTimeField(_("ends at"))
    place = models.CharField(_("place"), max_length=200, help_text=_("With the tram stop, for example."))
    access = models.CharField(_("access"), max_length=200, blank=True, help_text=_("Wheelchair, induction loop…"))
    online_link = models.URLField(
        _("link to take part from afar"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        validators=[URLValidator(["https"], message=_("Write an address that starts with https://."))],
        help_text=_("Only the members who sit see it, signed in, and in their reminder. Use a new one each time."),
    )
    open_to_public = models.BooleanField(_("open to everyone"), default=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.SCHEDULED)
    minutes = BodyField(BodyBlock(parent_level=2), verbose_name=_("minutes"), blank=True)
    # Set on the published page, never by a draft; empty while there are no minutes.
    minutes_published_at = models.DateTimeField(_("minutes published at"), null=True, blank=True, editable=False)

    content_panels = [
        # Wagtail's own title panel also sets the slug, which is not in this form.
        WrappedPanel(
            "title",
            help_text=_(
                "What the session is about. Example: Online procedures. The number is added before it. "
                "A day in it changes with that of the session."
            ),
        ),
        *(panel for panel in BasePage.content_panels if not isinstance(panel, TitleFieldPanel)),
        FieldRowPanel([FieldPanel("number"), FieldPanel("status"), FieldPanel("open_to_public")]),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        MultiFieldPanel([FieldPanel("place"), FieldPanel("access"), FieldPanel("online_link")], heading=_("Where")),
        InlinePanel("agenda_items", heading=_("Agenda"), label=_("Agenda item")),
        InlinePanel("experts", heading=_("Experts"), label=_("Expert")),
        InlinePanel("workshop_groups", heading=_("Workshop groups"), label=_("Workshop group")),
        MinutesPanel(heading=_("Minutes")),
        FixedRowsPanel(
            "decisions",
            heading=_("What was decided"),
            label=pgettext_lazy("session", "Decision"),
            help_text=WRITTEN_WITH_MINUTES,
        ),
        InlinePanel("documents", heading=_("Documents"), label=_("Document")),
        DiscussedPage.discussion_panel,
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("minutes"),
        index.FilterField("starts_at"),
        index.RelatedFields("agenda_items", [index.SearchField("title")]),
        index.RelatedFields("workshop_groups", [index.SearchField("name"), index.SearchField("produced")]),
        index.RelatedFields("experts", [index.SearchField("name"), index.SearchField("occupation")]),
        index.RelatedFields("decisions", [index.SearchField("text")]),
    ]
    # The slug is the date: editors do not enter it.
    promote_panels = [FieldPanel("seo_title"), FieldPanel("search_description")]
    parent_page_types = ["committee.SessionIndexPage"]
    subpage_types: list[str] = []
    template = "committee/session_page.html"
    base_form_class = SessionPageForm
    exclude_fields_in_copy = ["minutes_published_at", "minutes", "decisions", "actions", "online_link"]
    # There is one session a day: a copy is not published before it has another day.
    copies_are_drafts = True

    goes_stale = False

    objects = PageManager.from_queryset(SessionQuerySet)()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="committee_session_ends_after_start"
            )
        ]

    @property
    def card_subject(self) -> CardSubject:
        return CardSubject(self.heading)

    @property
    def minutes_due_on(self) -> date:
        """Day by which the minutes are promised, at first as a draft."""
        return in_city_time(self.starts_at).date() + MINUTES_WITHIN

    def begun_minutes(self, now: datetime) -> SessionMinutes | None:
        """Returns the record of the minutes; None before the session and in a preview of a new one.

        No query if `minutes_record` is selected with the page.
        """
        return getattr(self, "minutes_record", None) if self.pk and self.starts_at <= now else None

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED

    def moment(self, now: datetime) -> "SessionPage.Moment":
        """Returns the state of the session at `now`."""
        if self.is_cancelled:
            return self.Moment.CANCELLED
        if now < self.starts_at:
            return self.Moment.UPCOMING
        return self.Moment.ONGOING if now < self.ends_at else self.Moment.OVER

    def clean(self) -> None:
        """Sets the slug to the day in the city; a day in the titles follows it.

        Raises `ValidationError`, on a field visible to editors, if the session ends before it starts or if another
        session has that day.
        """
        if self.starts_at:
            self.follow_day(self.starts_at)
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("Write an end that comes after the start.")})
        try:
            super().clean()
        except ValidationError as error:
            if "slug" not in getattr(error, "error_dict", {}):
                raise
            raise ValidationError({"starts_at": DAY_IS_TAKEN}) from error

    def advice(self) -> Iterator[str]:
        """Yields a warning if a session to come is on a public holiday."""
        day = in_city_time(self.starts_at).date()
        holiday = holiday_on(day)
        if holiday and day >= timezone.localdate() and not self.is_cancelled:
            yield gettext("%(day)s is a public holiday: %(holiday)s. Choose another day if people cannot come.") % {
                "day": capfirst(full_day(day)),
                "holiday": holiday,
            }

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Sets `minutes_published_at` if the page has minutes, and clears it otherwise.

        Saving a draft updates only a few fields of the page, and is ignored.
        """
        if self.live and kwargs.get("update_fields") is None:
            since = self.minutes_published_at or self.last_published_at or timezone.now()
            self.minutes_published_at = since if self.minutes else None
        super().save(*args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> "SessionPage":
        """Takes `minutes_published_at` from the page: drafts do not have it."""
        page = super().with_content_json(content)
        page.minutes_published_at = self.minutes_published_at
        return page

    def structured_data(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Returns the session as a schema.org event, without the online link, which is for members only."""
        state = "EventCancelled" if self.is_cancelled else "EventScheduled"
        facts = {
            "@type": "Event",
            "name": self.heading,
            "description": self.introduction,
            "url": absolute_url(self.get_url(request) or ""),
            "startDate": isoformat(self.starts_at),
            "endDate": isoformat(self.ends_at),
            "eventStatus": f"https://schema.org/{state}",
            "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
            "location": {"@type": "Place", "name": self.place, "address": self.place},
            "organizer": publisher(),
            "inLanguage": "fr",
        }
        return [{name: value for name, value in facts.items() if value}]

    def agenda(self, request: HttpRequest) -> list[tuple[AgendaItem, TopicPage | None, list[RelatedItem]]]:
        """Returns the items in order, each with its topic if it is published, and its related items.

        Works in a preview, with unsaved rows.
        """
        return with_related(list(self.agenda_items.all()), request)

    def decided(
        self, request: HttpRequest
    ) -> list[tuple[SessionDecision, list[RelatedItem], RegisterEntry | None, list[tuple[str, str]]]]:
        """Returns the decisions in order, each with its related items, its entry in the register and its dissents.

        Works in a preview, with unsaved rows.
        """
        rows = list(self.decisions.all())
        entries = RegisterEntry.objects.of_session(self) if rows else {}
        dissents = dissents_from(entries.values())
        result = []
        for rank, (row, related) in enumerate(zip(rows, related_to_rows(rows, request), strict=True), 1):
            entry = entries.get(rank)
            result.append((row, related, entry, dissents.get(entry.pk, []) if entry else []))
        return result

    def to_do(self) -> list[SessionAction]:
        """Returns the actions in order, each with its member; also in a preview."""
        rows = list(self.actions.all())
        models.prefetch_related_objects(rows, "member")
        return rows

    def files(self, request: HttpRequest) -> list[tuple[CustomDocument, CustomDocument | None]]:
        """Returns the documents that `request` may open, each with its accessible version; also in a preview."""
        rows = list(self.documents.all())
        pks = {pk for row in rows for pk in (row.document_id, row.accessible_version_id) if pk}
        documents = documents_for(request, pks) if pks else {}
        return [
            (documents[row.document_id], documents.get(row.accessible_version_id))
            for row in rows
            if row.document_id in documents
        ]

    def members_link(self) -> str:
        """Returns the online link for sitting members: that of the page, or else of a convocation.

        A new session in a preview has no convocation.
        """
        if self.online_link or self.pk is None:
            return self.online_link
        links = self.convocations.exclude(online_link="").values_list("online_link", flat=True)
        return links.first() or ""

    def online_link_for(self, user: Any, now: datetime) -> str:
        """Returns the online link for a sitting member until the session is over; "" for others.

        No query for an anonymous user.
        """
        if self.moment(now) in (self.Moment.OVER, self.Moment.CANCELLED):
            return ""
        return self.members_link() if Member.objects.sitting_as(user, timezone.localdate(now)) else ""

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict[str, Any]:
        now = timezone.now()
        today = timezone.localdate(now)
        neighbours = {page.starts_at < self.starts_at: page for page in _around(self.starts_at)}
        record = self.begun_minutes(now)
        if self.pk:
            models.prefetch_related_objects([self], "workshop_groups")
        draft = record if record and record.is_public_draft(today) else None
        approval = record if record and record.is_approved else None
        return {
            **super().get_context(request, *args, **kwargs),
            "moment": self.moment(now),
            "online_link": self.online_link_for(request.user, now),
            "agenda": self.agenda(request),
            "workshops": with_related(list(self.workshop_groups.all()), request),
            "experts": with_topics(list(self.experts.all())),
            "decisions": self.decided(request),
            "actions": self.to_do(),
            "today": today,
            "documents": self.files(request),
            "draft": draft,
            "approval": approval,
            "approved_in": SessionPage.objects.published().filter(pk=approval.approved_in_id).first()
            if approval
            else None,
            "minutes_are_late": not self.minutes and draft is None and self.minutes_due_on < today,
            "previous_session": neighbours.get(True),
            "following_session": neighbours.get(False),
        }


def _around(moment: datetime) -> models.QuerySet[SessionPage]:
    """Returns the published sessions just before and just after `moment`. One query."""
    published = SessionPage.objects.published()
    before = published.filter(starts_at__lt=moment).order_by("-starts_at").values("pk")[:1]
    after = published.filter(starts_at__gt=moment).order_by("starts_at").values("pk")[:1]
    neighbours = published.filter(Q(pk=models.Subquery(before)) | Q(pk=models.Subquery(after)))
    return neighbours.only("title", "url_path", "number", "starts_at", "status")
