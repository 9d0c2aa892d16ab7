"""Reads of the volunteers: what is coming, who goes as one reader may know it, and what a member is expected to do."""

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
from common.templatetags.dates import PARIS, days, hours
from common.waiting import Task
from fieldwork.models import CampaignPage, Outing, Volunteer
from fieldwork.permissions import can_prepare_outings, findings_to_try_again

Thing: TypeAlias = Outing | CampaignPage


@dataclass(frozen=True)
class Going:
    """Something to go to, and who goes, as one reader may know it: `names`, and how many `others`."""

    thing: Thing
    is_mine: bool
    names: Sequence[str]
    others: int

    @property
    def is_outing(self) -> bool:
        return isinstance(self.thing, Outing)

    @property
    def title(self) -> str:
        """« Marché de la gare », or the title of the campaign."""
        return self.thing.place if isinstance(self.thing, Outing) else self.thing.title

    @property
    def about(self) -> str:
        """What it is for: the survey, or the service that is tested."""
        return self.thing.survey.title if isinstance(self.thing, Outing) else self.thing.service_name

    @property
    def when(self) -> str:
        """« samedi 5 décembre 2026, de 9 h à 12 h », or the days of the campaign."""
        if isinstance(self.thing, Outing):
            return hours(self.thing.starts_at, self.thing.ends_at)
        return days(self.thing.starts_on, self.thing.ends_on)

    @property
    def people(self) -> str:
        """« Odile, Rachid et 2 autres. 4 personnes sont attendues. »."""
        number = len(self.names) + self.others
        if not number:
            said = _("Nobody yet.")
        elif not self.names:
            said = ngettext("%(number)d person.", "%(number)d people.", number) % {"number": number}
        elif not self.others:
            said = f"{', '.join(self.names)}."
        else:
            words = ngettext("%(names)s and %(number)d other.", "%(names)s and %(number)d others.", self.others)
            said = words % {"names": ", ".join(self.names), "number": self.others}
        return " ".join(filter(None, [said, self.wanted]))

    @property
    def wanted(self) -> str:
        number = self.thing.volunteers_wanted
        words = ngettext("%(number)d person is wanted.", "%(number)d people are wanted.", number or 0)
        return words % {"number": number} if number else ""

    @property
    def label(self) -> str:
        """The words of the badge: cancelled, or that one goes."""
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
        """« de 9 h à 12 h · Les démarches en ligne »."""
        return f"{self.when[:1].upper()}{self.when[1:]} · {self.about}"

    @property
    def is_cancelled(self) -> bool:
        return isinstance(self.thing, Outing) and self.thing.is_cancelled

    @property
    def url(self) -> str:
        """Where one says « J’y vais »."""
        return volunteering_url(self.thing)


def volunteering_url(thing: Thing) -> str:
    """Returns the URL of the members' page about `thing`."""
    return reverse(f"fieldwork:{'outing' if isinstance(thing, Outing) else 'campaign'}_volunteers", args=[thing.pk])


def coming_outings(now: datetime) -> QuerySet[Outing]:
    """Returns the outings of published surveys that are not over, the next one first; cancelled ones are among them."""
    return Outing.objects.of_published().coming(now).select_related("survey")


def open_campaigns(today: date) -> QuerySet[CampaignPage]:
    """Returns the published campaigns that go on or are coming, the first to begin first."""
    return CampaignPage.objects.published().filter(ends_on__gte=today).order_by("starts_on", "pk").defer("body")


def going(things: Iterable[Thing], viewer: User, today: date) -> list[Going]:
    """Returns who goes to each of `things`, as `viewer` may know it. Three queries, however many there are.

    Who organises reads the names. A member reads the first names of those whose directory entry this member sees; the
    others are counted.
    """
    rows = list(things)
    outings = [one.pk for one in rows if isinstance(one, Outing)]
    campaigns = [one.pk for one in rows if isinstance(one, CampaignPage)]
    found: dict[tuple[str, int], list[int]] = defaultdict(list)
    sitting = Volunteer.objects.sitting(today)
    for kind, ids in (("outing", outings), ("campaign", campaigns)):
        if ids:
            for key, user in sitting.filter(**{f"{kind}__in": ids}).values_list(kind, "user"):
                found[kind, key].append(user)
    names = _names_for(viewer, today) if found else {}
    result = []
    for one in rows:
        users = found["outing" if isinstance(one, Outing) else "campaign", one.pk]
        told = [names[user] for user in users if user in names]
        result.append(Going(one, viewer.pk in users, told, len(users) - len(told)))
    return result


def _names_for(viewer: User, today: date) -> dict[int, str]:
    """Returns the names that `viewer` may read, by account. Nobody's own name is hidden from that person."""
    members = Member.objects.sitting(today).exclude(user=None)
    if can_prepare_outings(viewer):
        return dict(members.values_list("user", "name"))
    shown = DirectoryConsent.objects.visible_to(viewer, today).order_by().values("member")
    rows = members.filter(pk__in=shown) | members.filter(user=viewer)
    return {user: name.split(" ")[0] for user, name in rows.values_list("user", "name")}


def volunteer_tasks(member: Member, now: datetime) -> list[Task]:
    """Returns the outings to which `member` goes, and the campaigns that go on in which this member takes part."""
    if member.user is None:
        return []
    own, today = Volunteer.objects.filter(user=member.user), timezone.localdate(now)
    outings = coming_outings(now).filter(pk__in=own.values("outing"), cancelled_at=None)
    campaigns = CampaignPage.objects.open_on(today).filter(pk__in=own.values("campaign"))
    tasks = [
        Task(
            title=_("Go to “%(place)s”, %(hours)s") % {"place": one.place, "hours": hours(one.starts_at, one.ends_at)},
            url=volunteering_url(one),
            note=one.meeting_point,
            until=one.starts_at,
            is_that_day=True,
        )
        for one in outings
    ]
    # The city says that it repaired what was found there: a campaign may be over by then.
    retests = findings_to_try_again(member.user).filter(trial__scenario__campaign__in=own.values("campaign"))
    tasks += [
        Task(
            title=_("Try again finding no. %(number)s of “%(title)s”")
            % {"number": one.pk, "title": one.campaign.title},
            url=one.get_absolute_url(),
            note=one.headline,
        )
        for one in retests.with_context()
    ]
    for campaign in campaigns:
        text = _("Try a scenario of “%(title)s”") % {"title": campaign.title}
        end = datetime.combine(campaign.ends_on + timedelta(days=1), time.min, tzinfo=PARIS)
        tasks.append(Task(title=text, url=campaign.get_url() or "", until=end))
    return tasks
