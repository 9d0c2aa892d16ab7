"""Steps from an empty site to its first session and call, in order, with remaining tasks and permissions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.admin.dashboard import snippet_url
from cms.models import PageCheck, SiteConfiguration
from cms.permissions import can_configure_site
from committee.models import (
    AccountInvitation,
    Mandate,
    Member,
    ProgrammePage,
    Seat,
    SessionPage,
    TopicPage,
)
from committee.permissions import (
    OFFICES,
    can_edit_members,
    can_edit_sessions,
    can_edit_topics,
    can_invite_members,
)
from common.waiting import Link, Task
from home.queries.starter_pages import starter_pages
from mailing.models import Heartbeat
from mailing.ticking import MAIL_DNS
from operations.checks import has_sender
from participation.models import CallIndexPage, CallPage

# Number of missing parts of a step named on the dashboard.
NAMED = 3


@dataclass(frozen=True)
class OpeningStep:
    """Step: remaining tasks, links, responsible team, and whether the user may do it."""

    name: str
    heading: str
    purpose: str
    team: str
    is_allowed: bool
    tasks: list[Task]
    links: list[Link]
    # True if a button of the page fills the empty pages.
    fills_texts: bool = False

    @property
    def is_done(self) -> bool:
        return not self.tasks

    @property
    def missing(self) -> str:
        """First remaining tasks, in a few words."""
        titles = [task.title for task in self.tasks]
        return ", ".join(titles[:NAMED]) + ("…" if len(titles) > NAMED else "")


def can_open_site(user: Any) -> bool:
    """Returns whether `user` may do at least one step."""
    return can_configure_site(user) or can_edit_members(user) or can_edit_sessions(user) or can_edit_topics(user)


def opening_steps(user: Any) -> list[OpeningStep]:
    """Returns all steps in order, each in a fixed number of queries."""
    return [*_steps_of_the_site(user), *_steps_of_the_members(user), *_steps_of_the_work(user)]


def _steps_of_the_site(user: Any) -> list[OpeningStep]:
    team, configures = _("Facilitation"), can_configure_site(user)
    return [
        _texts(team, configures),
        OpeningStep(
            "reglages",
            _("Settings and contact"),
            _("Readers find whom to call and to write to at the foot of each page and of each mail."),
            team,
            configures,
            [*_contact(), *_mail()],
            [Link(_("Open the settings"), _settings_url())],
        ),
    ]


def _steps_of_the_members(user: Any) -> list[OpeningStep]:
    """Returns the steps for seats, members, and offices, which members hold."""
    team, edits = _("Secretariat"), can_edit_members(user)
    all_members = Link(_("See all members"), snippet_url(Member, "list"))
    return [
        OpeningStep(
            "sieges",
            _("Seats"),
            _("Votes and the quorum count seats. Each has a name and the day from which it exists."),
            team,
            edits,
            [] if Seat.objects.exists() else [Task(_("Create the seats"), reverse("several_seats"))],
            [Link(_("See all seats"), snippet_url(Seat, "list"))],
        ),
        OpeningStep(
            "membres",
            _("Members"),
            _("Each member has a mandate on a seat, which may begin on the day of the first session."),
            team,
            edits,
            [] if Mandate.objects.exists() else [Task(_("Write who the members are"), reverse("member_file"))],
            [all_members],
        ),
        OpeningStep(
            "fonctions",
            _("Offices"),
            _("The coordination prepares the sessions; the rapporteur writes the minutes."),
            team,
            edits,
            list(_offices()),
            [all_members],
        ),
        OpeningStep(
            "invitations",
            _("Invitations"),
            _("With an account, a member reads the convocation, says who comes, votes and corrects the minutes."),
            team,
            can_invite_members(user),
            list(_invitations()),
            [Link(_("Invite to create an account…"), reverse("account_invitations:index"))],
        ),
    ]


def _steps_of_the_work(user: Any) -> list[OpeningStep]:
    """Returns the steps for topics, dates, the first session and the first call."""
    team, sessions = _("Secretariat"), can_edit_sessions(user)
    dates = Task(_("Write the dates of the sessions"), reverse("session_dates"))
    return [
        OpeningStep(
            "sujets",
            _("Topics"),
            _("Proposals, sessions and the programme of the year point to the topics."),
            team,
            can_edit_topics(user),
            [] if TopicPage.objects.exists() else [Task(_("Create the topics"), reverse("starter_topics"))],
            [Link(_("See all topics"), _explore(ProgrammePage))],
        ),
        OpeningStep(
            "dates",
            _("Dates of the sessions"),
            _("A calendar that is known in advance lets people keep their evenings free."),
            team,
            sessions,
            [] if SessionPage.objects.exists() else [dates],
            [Link(_("See all sessions"), reverse("committee_sessions:list"))],
        ),
        OpeningStep(
            "premiere-seance",
            _("First session"),
            _("Once published, it is on the site, and the members can be called to it."),
            team,
            sessions,
            list(_first_session()),
            [Link(_("See the convocations"), reverse("convocations:index"))],
        ),
        OpeningStep(
            "premier-appel",
            _("First call"),
            _("The question that the committee asks first: people answer it with proposals."),
            _("Facilitation"),
            can_configure_site(user),
            list(_first_call()),
            [Link(_("See all calls"), _explore(CallIndexPage))],
        ),
    ]


def _texts(team: str, is_allowed: bool) -> OpeningStep:
    """Returns the step for legal and help pages: empty ones first, then those with placeholders."""
    empty = [page for page, fields in starter_pages() if fields and page.live]
    unfinished = PageCheck.objects.filter(placeholders__gt=0, page__live=True).select_related("page")
    tasks = [
        *(
            Task(page.title, _edit(page.pk), note=_("This page is published, and a part of it is empty."))
            for page in empty
        ),
        *(
            Task(check.page.title, _edit(check.page_id), note=check.placeholders_label())
            for check in unfinished.order_by("page__title", "pk")
        ),
    ]
    return OpeningStep(
        "textes",
        _("Legal and other texts"),
        _("The law asks for the legal notice and for what the site keeps of people."),
        team,
        is_allowed,
        tasks,
        [Link(_("Open the pages"), reverse("wagtailadmin_explore_root"))],
        fills_texts=bool(empty),
    )


def _contact() -> Iterator[Task]:
    configuration = SiteConfiguration.load()
    if not configuration.has_contact_email:
        note = _("“%(address)s” is an example: nobody reads it.") % {"address": configuration.contact_email}
        yield Task(_("Write the contact address of the site"), _settings_url(), note=note)
    if not configuration.has_phone:
        note = _("“%(phone)s” is an example: nobody answers.") % {"phone": configuration.phone}
        yield Task(_("Write the phone number of the site"), _settings_url(), note=note)
    if not configuration.desk_address:
        yield Task(_("Say where paper forms are brought"), _settings_url())


def _mail() -> Iterator[Task]:
    """Yields the mail settings to complete, which require access to the server."""
    url = reverse("guide_chapter", args=["animation"])
    if not has_sender():
        note = _("Ask the person who runs the server. Now: %(sender)s") % {"sender": settings.DEFAULT_FROM_EMAIL}
        yield Task(_("Give the mails a sender that exists"), url, note=note)
    if not Heartbeat.objects.filter(name=MAIL_DNS).exists():
        note = _("Ask the person who runs the server: the check of the domain has not found everything yet.")
        yield Task(_("Prepare the domain of the mails (DNS)"), url, note=note)


def _offices() -> Iterator[Task]:
    """Yields the offices that never had a holder: later vacancies are on the dashboard."""
    held = set(Mandate.objects.filter(role__in=OFFICES).values_list("role", flat=True))
    for role in OFFICES:
        if role not in held:
            yield Task(str(role.label), snippet_url(Member, "list"), note=_("Nobody holds this office."))


def _invitations() -> Iterator[Task]:
    """Yields a task until there is one invitation or account; then the dashboard lists members without an account."""
    if not AccountInvitation.objects.exists() and not Member.objects.exclude(user=None).exists():
        note = "" if Mandate.objects.exists() else _("Write the members first.")
        yield Task(_("Invite the members"), reverse("account_invitations:index"), note=note)


def _first_session() -> Iterator[Task]:
    if not SessionPage.objects.live().exists():
        draft = SessionPage.objects.order_by("starts_at").first()
        url = _edit(draft.pk) if draft else reverse("session_dates")
        yield Task(_("Publish the first session"), url)


def _first_call() -> Iterator[Task]:
    if not CallPage.objects.live().exists():
        draft = CallPage.objects.order_by("pk").first()
        new = ["participation", "callpage", CallIndexPage.objects.get().pk]
        url = _edit(draft.pk) if draft else reverse("wagtailadmin_pages:add", args=new)
        yield Task(_("Open a call for proposals"), url)


def _settings_url() -> str:
    return reverse("wagtailsettings:edit", args=["cms", "siteconfiguration"])


def _edit(pk: int) -> str:
    return reverse("wagtailadmin_pages:edit", args=[pk])


def _explore(parent: Any) -> str:
    return reverse("wagtailadmin_explore", args=[parent.objects.get().pk])
