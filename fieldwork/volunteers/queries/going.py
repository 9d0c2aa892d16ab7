"""Queries of the volunteers: coming outings and campaigns, participants visible to a user, tasks of a member."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from committee.models import DirectoryConsent, Member
from common.templatetags.dates import CITY_ZONE, days, hours
from common.waiting import Task
from fieldwork.models import CampaignPage, Outing, Volunteer
from fieldwork.permissions import can_prepare_outings, findings_to_try_again

Thing: TypeAlias = Outing | CampaignPage


@dataclass(frozen=True)
class OutingParticipants:
    """Outing or campaign with its participants as visible to one user: `names`, and the number of `others`."""

    thing: Thing
    is_mine: bool
    names: Sequence[str]
    others: int

    @property
    def is_outing(self) -> bool:
        return isinstance(self.thing, Outing)

    @property
    def title(self) -> str:
        """Place of the outing, « Marché de la gare », or title of the campaign."""
        return self.thing.place if isinstance(self.thing, Outing) else self.thing.title

    @property
    def about(self) -> str:
        """Title of the survey, or name of the tested service."""
        return self.thing.survey.title if isinstance(self.thing, Outing) else self.thing.service_name

    @property
    def when(self) -> str:
        """Hours of the outing, « de 9 h à 12 h », or days of the campaign."""
        if isinstance(self.thing, Outing):
            return hours(self.thing.starts_at, self.thing.ends_at)
        return days(self.thing.starts_on, self.thing.ends_on)

    @property
    def people(self) -> str:
        """Participants in words: « Odile, Rachid et 2 autres. 4 personnes sont attendues. »."""
        number = len(self.names) + self.others
        if not number:
            text = _("Nobody yet.")
        elif not self.names:
            text = ngettext("%(number)d person.", "%(number)d people.", number) % {"number": number}
        elif not self.others:
            text = f"{', '.join(self.names)}."
        else:
            words = ngettext("%(names)s and %(number)d other.", "%(names)s and %(number)d others.", self.others)
            text = words % {"names": ", ".join(self.names), "number": self.others}
        return " ".join(filter(None, [text, self.wanted]))

    @property
    def wanted(self) -> str:
        number = self.thing.volunteers_wanted
        words = ngettext("%(number)d person is wanted.", "%(number)d people are wanted.", number or 0)
        return words % {"number": number} if number else ""

    @property
    def label(self) -> str:
        """Label of the badge: cancelled, or the user's own participation."""
        if self.is_cancelled:
            return pgettext("outing", "Cancelled")
        if self.is_mine:
            return _("I go there") if self.is_outing else _("I take part in it")
        return ""

    @property
    def badge_kind(self) -> str:
        return "no" if self.is_cancelled else "yes"

    @property
    def meta(self) -> str:
        """Line below the title: « de 9 h à 12 h · Les démarches en ligne »."""
        return f"{self.when[:1].upper()}{self.when[1:]} · {self.about}"

    @property
    def is_cancelled(self) -> bool:
        return isinstance(self.thing, Outing) and self.thing.is_cancelled

    @property
    def url(self) -> str:
        """URL of the page with the button « J’y vais »."""
        return volunteering_url(self.thing)


def volunteering_url(thing: Thing) -> str:
    """Returns the URL of the members' page about `thing`."""
    return reverse(f"fieldwork:{'outing' if isinstance(thing, Outing) else 'campaign'}_volunteers", args=[thing.pk])


def coming_outings(now: datetime) -> QuerySet[Outing]:
    """Returns the coming outings of public surveys, next one first, cancelled ones included."""
    return Outing.objects.of_published().coming(now).select_related("survey")


def open_campaigns(today: date) -> QuerySet[CampaignPage]:
    """Returns the published campaigns that run or are to come, first to begin first."""
    return CampaignPage.objects.published().filter(ends_on__gte=today).order_by("starts_on", "pk").defer("body")


def going(things: Iterable[Thing], viewer: User, today: date) -> list[OutingParticipants]:
    """Returns `things` with their participants as visible to `viewer`. Three queries, whatever their number.

    Organisers see all names. Members see the first names of those whose directory entry they may see; the others are
    counted.
    """
    rows = list(things)
    outings = [thing.pk for thing in rows if isinstance(thing, Outing)]
    campaigns = [thing.pk for thing in rows if isinstance(thing, CampaignPage)]
    users_by_thing: dict[tuple[str, int], list[int]] = defaultdict(list)
    sitting = Volunteer.objects.sitting(today)
    for kind, ids in (("outing", outings), ("campaign", campaigns)):
        if ids:
            for key, user in sitting.filter(**{f"{kind}__in": ids}).values_list(kind, "user"):
                users_by_thing[kind, key].append(user)
    names = _names_for(viewer, today) if users_by_thing else {}
    result = []
    for thing in rows:
        users = users_by_thing["outing" if isinstance(thing, Outing) else "campaign", thing.pk]
        visible_names = [names[user] for user in users if user in names]
        result.append(OutingParticipants(thing, viewer.pk in users, visible_names, len(users) - len(visible_names)))
    return result


def _names_for(viewer: User, today: date) -> dict[int, str]:
    """Returns the names that `viewer` may see by account, including their own."""
    members = Member.objects.sitting(today).exclude(user=None)
    if can_prepare_outings(viewer):
        return dict(members.values_list("user", "name"))
    visible = DirectoryConsent.objects.visible_to(viewer, today).order_by().values("member")
    rows = members.filter(pk__in=visible) | members.filter(user=viewer)
    return {user: name.split(" ")[0] for user, name in rows.values_list("user", "name")}


def volunteer_tasks(member: Member, now: datetime) -> list[Task]:
    """Returns the tasks of `member`: coming outings, running campaigns, and repairs to retest."""
    if member.user is None:
        return []
    own, today = Volunteer.objects.filter(user=member.user), timezone.localdate(now)
    outings = coming_outings(now).filter(pk__in=own.values("outing"), cancelled_at=None)
    campaigns = CampaignPage.objects.open_on(today).filter(pk__in=own.values("campaign"))
    tasks = [
        Task(
            title=_("Go to “%(place)s”, %(hours)s")
            % {"place": outing.place, "hours": hours(outing.starts_at, outing.ends_at)},
            url=volunteering_url(outing),
            note=outing.meeting_point,
            until=outing.starts_at,
            is_that_day=True,
        )
        for outing in outings
    ]
    # Findings of these campaigns that are reported as repaired, possibly after the end of the campaign.
    retests = findings_to_try_again(member.user).filter(trial__scenario__campaign__in=own.values("campaign"))
    tasks += [
        Task(
            title=_("Try again finding no. %(number)s of “%(title)s”")
            % {"number": finding.pk, "title": finding.campaign.title},
            url=finding.get_absolute_url(),
            note=finding.headline,
        )
        for finding in retests.with_context()
    ]
    for campaign in campaigns:
        text = _("Try a scenario of “%(title)s”") % {"title": campaign.title}
        end = datetime.combine(campaign.ends_on + timedelta(days=1), time.min, tzinfo=CITY_ZONE)
        tasks.append(Task(title=text, url=campaign.get_url() or "", until=end))
    return tasks
