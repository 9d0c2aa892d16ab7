"""Dashboard panel: the next digests."""

from typing import TYPE_CHECKING

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, ngettext

from cms.admin.dashboard import DashboardPanel, first_rows
from common.templatetags.dates import day, hour, in_city_time, short_day
from common.waiting import Link, Task, TaskList
from digests.admin.editions import EditionAdmin
from digests.models import Frequency, Newsletter, Subscriber
from digests.models.schedule import Schedule, latest_slot, next_slot
from digests.permissions import can_send_newsletters, can_view_editions, leaving_newsletters, newsletters_to_send
from digests.queries.activity import activity_in
from digests.queries.deliveries import rhythms_in_use
from digests.queries.items import Window
from digests.queries.selection import Reader, choose
from mailing.departures import departure_actions, departure_words

if TYPE_CHECKING:
    from accounts.models import User


class MessagesToSendPanel(DashboardPanel):
    """Messages about to leave, then finished ones whose authors may not send them, the longest waiting first."""

    name = "messages-a-envoyer"
    order = 38
    heading = gettext_lazy("Messages to send")
    icon = "mail"
    guide = "lettre"

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return can_send_newsletters(user)

    def work(self) -> TaskList:
        leaving = leaving_newsletters(self.user).select_related("topic", "session").order_by("send_at", "pk")
        to_send = first_rows(newsletters_to_send(self.user).order_by("sending_asked_at", "pk"), self.limit)
        return TaskList(
            tasks=[
                *(self._departure(newsletter) for newsletter in leaving[: self.limit]),
                *(self._task(newsletter) for newsletter in to_send.rows),
            ],
            count=to_send.count,
            label=ngettext("message to send", "messages to send", to_send.count),
            links=[Link(gettext("All the messages"), reverse("newsletters:list"))],
        )

    def _departure(self, newsletter: Newsletter) -> Task:
        assert newsletter.send_at  # noqa: S101
        words = {"when": departure_words(newsletter.send_at, now=self.now), "what": newsletter}
        return Task(
            title=gettext("%(when)s: %(what)s") % words,
            url=reverse("newsletters:inspect", args=[newsletter.pk]),
            note=newsletter.recipients_label,
            needs_action=False,
            actions=departure_actions(reverse("newsletters:send", args=[newsletter.pk]), about=str(newsletter)),
        )

    def _task(self, newsletter: Newsletter) -> Task:
        requested = gettext("sending asked for on %(day)s") % {"day": short_day(newsletter.sending_asked_at)}
        return Task(
            title=str(newsletter),
            url=reverse("newsletters:preview", args=[newsletter.pk]),
            note=f"{requested} · {newsletter.recipients_label}",
            actions=[Link(gettext("Send…"), reverse("newsletters:send", args=[newsletter.pk]), about=str(newsletter))],
        )


class NextDigestPanel(DashboardPanel):
    """Date of the next digest for each schedule, and number of items so far."""

    name = "prochaine-lettre"
    order = 40
    heading = gettext_lazy("Next letter")
    icon = "mail"
    waits = False
    guide = "lettre"

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return can_view_editions(user)

    def work(self) -> TaskList:
        readers = dict(Subscriber.objects.active().values_list("frequency").annotate(count=Count("pk")))
        register = Link(gettext("The editions that have left"), EditionAdmin().url_helper.index_url)
        # The earliest among the days and hours chosen by the readers of one frequency.
        rhythms: dict[str, Schedule] = {}
        for rhythm in sorted(rhythms_in_use(), key=lambda schedule: next_slot(self.now, schedule)):
            rhythms.setdefault(rhythm.frequency, rhythm)
        if not rhythms:
            return TaskList(facts=[gettext("Nobody reads the letter yet.")], links=[register])
        first = min(next_slot(self.now, rhythm) for rhythm in rhythms.values())
        days = in_city_time(first).date() - timezone.localdate(self.now)
        return TaskList(
            tasks=[
                self._task(rhythm, readers.get(frequency, 0), register.url) for frequency, rhythm in rhythms.items()
            ],
            count=days.days,
            label=ngettext("day before the next one", "days before the next one", days.days),
            links=[register],
        )

    def _count_so_far(self, rhythm: Schedule) -> int:
        """Returns the number of items that a reader without an account would get now."""
        start, slot = latest_slot(self.now, rhythm)[1], next_slot(self.now, rhythm)
        window = Window(start=start, end=self.now, soon_from=slot, soon_until=next_slot(slot, rhythm))
        return choose(activity_in(window, now=self.now), Reader(start=start)).things

    def _task(self, rhythm: Schedule, readers: int, register_url: str) -> Task:
        count = self._count_so_far(rhythm)
        slot = next_slot(self.now, rhythm)
        notes = [
            str(Frequency(rhythm.frequency).label),
            ngettext("%(count)d reader", "%(count)d readers", readers) % {"count": readers},
            ngettext("%(count)d thing to tell so far", "%(count)d things to tell so far", count) % {"count": count}
            if count
            else gettext("nothing to tell yet: without news, no letter leaves"),
        ]
        return Task(title=f"{capfirst(day(slot))}, {hour(slot)}", url=register_url, note=" · ".join(notes))
