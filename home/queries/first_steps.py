"""First steps of each role: one-time tasks in the admin, and those that an account has done.

Nobody ticks a step. It is done if the log has the action of the account or, for a step about the whole site, if the
configuration shows it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.images import get_image_model
from wagtail.models import ModelLogEntry, PageLogEntry

from cms.admin.articles import ArticlesPanel
from cms.admin.dashboard import DashboardPanel, snippet_url
from cms.models import SiteConfiguration
from committee.admin.dashboard import NextSessionPanel
from committee.attendance.admin import AttendancePanel
from committee.invitations.services import INVITED
from committee.minutes.services import OPEN_ACTION
from committee.models import Attendance, Member, WorkProgramme
from committee.programme.services import BALLOT_OPENED
from digests.models import EditorialWord
from fieldwork.trials.services.states import CHANGE
from indicators.models import Restitution
from indicators.restitution.services import BUILT
from participation.models import Appeal, Comment, Proposal, Report
from participation.services.desk import ENTER
from participation.services.reports import DISMISS
from participation.services.states import PUBLISH, REFUSE
from polls.models import Poll
from polls.services.agent_entries import ENTERED
from polls.services.opening import OPENED

CREATE, EDIT, PUBLISH_PAGE = "wagtail.create", "wagtail.edit", "wagtail.publish"
# Facts that are not in any log.
PICTURE, ATTENDANCE, PHONE, DESK_ADDRESS = "picture", "attendance", "phone", "desk address"


@dataclass(frozen=True)
class FirstStep:
    """One-time task, and its URL.

    One of `facts` is enough for it to be done. A fact is a log action, alone or with a content type.
    """

    label: Any
    find_url: Callable[[], str]
    facts: frozenset[str]


@dataclass(frozen=True)
class FirstSteps:
    """First steps of a chapter, each with whether it is done."""

    steps: list[tuple[FirstStep, bool]]

    @property
    def done(self) -> int:
        return sum(is_done for _step, is_done in self.steps)


def _step(label: Any, find_url: Callable[[], str], *facts: str) -> FirstStep:
    return FirstStep(label, find_url, frozenset(facts))


def _panel(panel: type[DashboardPanel]) -> str:
    return f"{reverse('wagtailadmin_home')}#{panel.name}"


_write = partial(_panel, ArticlesPanel)
_settings = partial(reverse, "wagtailsettings:edit", args=["cms", "siteconfiguration"])

STEPS: dict[str, list[FirstStep]] = {
    "ouvrir": [
        _step(_("Fill the empty pages"), partial(reverse, "opening"), f"{EDIT} cms.standardpage"),
        _step(_("Create several seats"), partial(reverse, "several_seats"), f"{CREATE} committee.seat"),
        _step(_("Members from a file"), partial(reverse, "member_file"), f"{CREATE} committee.member"),
        _step(_("Invite the members"), partial(reverse, "account_invitations:index"), INVITED),
        _step(_("Create the topics"), partial(reverse, "starter_topics"), f"{EDIT} committee.topicpage"),
        _step(_("Write the dates of the sessions"), partial(reverse, "session_dates"), f"{EDIT} committee.sessionpage"),
    ],
    "animation": [
        _step(_("Write the phone number of the site"), _settings, PHONE),
        _step(_("Say where paper forms are brought"), _settings, DESK_ADDRESS),
        _step(
            _("Open a call for proposals"),
            partial(reverse, "wagtailadmin_explore_root"),
            f"{PUBLISH_PAGE} participation.callpage",
        ),
    ],
    "redaction": [
        _step(_("Add a picture with its description"), partial(reverse, "wagtailimages:add"), PICTURE),
        _step(_("Publish a first news item"), _write, f"{PUBLISH_PAGE} cms.newspage"),
        _step(_("Publish a first example of watch"), _write, f"{PUBLISH_PAGE} veille.veilleentrypage"),
    ],
    "lettre": [
        _step(
            _("Write a word at the top of the letter"),
            lambda: snippet_url(EditorialWord, "list"),
            f"{CREATE} digests.editorialword",
        ),
        _step(
            _("Prepare a message to the readers"),
            partial(reverse, "newsletters:list"),
            f"{CREATE} digests.newsletter",
        ),
    ],
    "secretariat": [
        _step(
            _("Add a member of the committee"),
            lambda: snippet_url(Member, "list"),
            f"{CREATE} committee.member",
        ),
        _step(_("Publish a session"), partial(_panel, NextSessionPanel), f"{PUBLISH_PAGE} committee.sessionpage"),
        _step(_("Call the members to a session"), partial(reverse, "convocations:index"), "committee.convene"),
        _step(_("Record who came to a session"), partial(_panel, AttendancePanel), ATTENDANCE),
        _step(_("Open minutes to corrections"), partial(reverse, "committee:minutes_list"), OPEN_ACTION),
        _step(_("Have the programme voted"), lambda: snippet_url(WorkProgramme, "list"), BALLOT_OPENED),
        _step(_("Measure the figures of a year"), lambda: snippet_url(Restitution, "list"), BUILT),
    ],
    "moderation": [
        _step(
            _("Read a first proposal: publish it or refuse it"),
            lambda: f"{snippet_url(Proposal, 'list')}?state=recue",
            f"{PUBLISH} participation.proposal",
            f"{REFUSE} participation.proposal",
        ),
        _step(
            _("Read a first comment: publish it or refuse it"),
            lambda: f"{snippet_url(Comment, 'list')}?state=recu",
            f"{PUBLISH} participation.comment",
            f"{REFUSE} participation.comment",
        ),
        _step(_("Keep a text that a reader reported"), lambda: snippet_url(Report, "list"), DISMISS),
        _step(
            _("Decide about a second look"),
            lambda: snippet_url(Appeal, "list"),
            *(f"participation.appeal_{outcome}" for outcome in Appeal.Outcome.values),
        ),
    ],
    "reponses": [
        _step(
            _("Publish a first answer"),
            partial(reverse, "waiting_proposals:list"),
            *("participation.publish_answer", "participation.schedule_answer"),
        ),
    ],
    "essais": [_step(_("Decide about a first finding"), partial(reverse, "findings_to_answer:list"), CHANGE)],
    "accueil": [
        _step(
            _("Enter a proposal for somebody"),
            partial(reverse, "desk_proposal:enter"),
            f"{ENTER} {Proposal._meta.label_lower}",
        ),
        _step(
            _("Enter a comment for somebody"),
            partial(reverse, "desk_comment:enter"),
            f"{ENTER} {Comment._meta.label_lower}",
        ),
        _step(_("Enter a poll answer for somebody"), partial(reverse, "poll_desk:choose"), ENTERED),
    ],
    "sondages": [
        _step(_("Prepare a poll"), lambda: snippet_url(Poll, "list"), f"{CREATE} polls.poll"),
        _step(_("Open a poll"), lambda: snippet_url(Poll, "list"), OPENED),
    ],
}


def first_steps(user: Any, chapters: Iterable[str]) -> dict[str, FirstSteps]:
    """Returns the first steps of `chapters`, by slug. Constant number of queries."""
    facts = _facts(user)
    return {
        slug: FirstSteps([(step, not step.facts.isdisjoint(facts)) for step in STEPS[slug]])
        for slug in chapters
        if slug in STEPS
    }


def _facts(user: Any) -> set[str]:
    """Returns the facts about `user` and the site, as used in `FirstStep.facts`."""
    facts = set()
    # Counts for the writer, whoever published it: a scheduled publication has no user, an approved one its approver.
    publications = PageLogEntry.objects.filter(action=PUBLISH_PAGE, revision__user=user)
    edits = PageLogEntry.objects.filter(user=user).exclude(action=PUBLISH_PAGE)
    for entries in (edits, publications, ModelLogEntry.objects.filter(user=user)):
        of_user = entries.order_by()
        for action, *model in of_user.values_list(
            "action", "content_type__app_label", "content_type__model"
        ).distinct():
            facts |= {action, f"{action} {'.'.join(model)}"}
    configuration = SiteConfiguration.load()
    other_facts = {
        PICTURE: get_image_model().objects.filter(uploaded_by_user=user).exclude(description="").exists(),
        ATTENDANCE: Attendance.objects.filter(recorded_by=user).exists(),
        PHONE: configuration.has_phone,
        DESK_ADDRESS: bool(configuration.desk_address),
    }
    return facts | {fact for fact, is_true in other_facts.items() if is_true}
