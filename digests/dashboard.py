"""What the dashboard says of the next letters."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, ngettext

from cms.dashboard import DashboardPanel, Link, Task, Work
from common.templatetags.dates import day, hour
from digests.admin import EditionAdmin
from digests.models import Frequency, Subscriber
from digests.schedule import RHYTHMS, Rhythm, latest_slot, next_slot
from digests.sources import Item, Window, for_reader, happened

if TYPE_CHECKING:
    from accounts.models import User

NOBODY: frozenset[int] = frozenset()


class NextLetterPanel(DashboardPanel):
    """When the next letter leaves for the readers of each rhythm, and how much it has to tell so far."""

    name = "prochaine-lettre"
    order = 40
    heading = gettext_lazy("Next letter")
    icon = "mail"

    @classmethod
    def may_see(cls, user: "User") -> bool:
        return user.has_perm("digests.view_edition")

    def work(self) -> Work:
        reading = Subscriber.objects.filter(status=Subscriber.Status.ACTIVE)
        readers = dict(reading.values_list("frequency").annotate(count=Count("pk")))
        rhythms = [rhythm for rhythm in RHYTHMS if readers.get(rhythm.frequency)]
        register = Link(gettext("The editions that have left"), EditionAdmin().url_helper.index_url)
        if not rhythms:
            return Work(summary=gettext("Nobody reads the letter yet."), links=[register])
        items = happened(self._window(rhythms))
        rhythms.sort(key=lambda rhythm: next_slot(self.now, rhythm))
        return Work(
            tasks=[self._task(rhythm, readers[rhythm.frequency], items, register.url) for rhythm in rhythms],
            links=[register],
        )

    def _since(self, rhythm: Rhythm) -> datetime:
        return latest_slot(self.now, rhythm)[1]

    def _ahead(self, rhythm: Rhythm) -> datetime:
        return next_slot(self.now, rhythm) + rhythm.period

    def _window(self, rhythms: list[Rhythm]) -> Window:
        """One window for all rhythms, so that each source is asked once."""
        return Window(
            start=min(map(self._since, rhythms)), end=self.now, ahead=max(map(self._ahead, rhythms)), user_ids=NOBODY
        )

    def _task(self, rhythm: Rhythm, readers: int, items: list[Item], register_url: str) -> Task:
        """`items` are those of the window of all rhythms; a reader without an account is told what everybody is."""
        told = for_reader(items, user_id=None, start=self._since(rhythm), end=self.now, ahead=self._ahead(rhythm))
        slot = next_slot(self.now, rhythm)
        words = [
            str(Frequency(rhythm.frequency).label),
            ngettext("%(count)d reader", "%(count)d readers", readers) % {"count": readers},
            ngettext("%(count)d thing to tell so far", "%(count)d things to tell so far", len(told))
            % {"count": len(told)}
            if told
            else gettext("nothing to tell yet: without news, no letter leaves"),
        ]
        return Task(title=f"{capfirst(day(slot))}, {hour(slot)}", url=register_url, note=" · ".join(words))
