"""Dashboard panels of the watch: undecided items of the reading list, observations of the comparison to review."""

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_lazy, ngettext

from cms.admin.dashboard import DashboardPanel, first_rows, snippet_url
from common.admin import action_url
from common.templatetags.dates import short_day
from common.waiting import Link, Task, TaskList
from veille import permissions
from veille.admin.items import brought_by, steps_of
from veille.benchmark.admin import ObservationFilters, ReadOverAction
from veille.models import Observation, ReadingItem, Source

if TYPE_CHECKING:
    from accounts.models import User


class ReadingPanel(DashboardPanel):
    """Undecided items of the reading list: suggestions of residents first (they get an answer), then the oldest."""

    name = "veille-a-lire"
    order = 51
    heading = gettext_lazy("Reading list")
    icon = "list-ul"
    team = gettext_lazy("Editors")
    guide = "redaction"

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return permissions.can_read_items(user)

    def work(self) -> TaskList:
        is_of_feed = Exists(Source.objects.filter(pk=OuterRef("source")))
        waiting = ReadingItem.objects.waiting().annotate(is_of_feed=is_of_feed).select_related("source")
        items = first_rows(waiting.order_by("is_of_feed", "found_at", "pk"), self.limit)
        if not items.rows:
            return TaskList()
        url = f"{reverse('reading:list')}?{urlencode({'state': ReadingItem.State.NEW.value})}"
        return TaskList(
            tasks=[self._task(item) for item in items.rows],
            count=items.count,
            label=ngettext("page to read", "pages to read", items.count),
            links=[Link(gettext("All that is to be read"), url)],
        )

    def _task(self, item: ReadingItem) -> Task:
        return Task(
            title=item.title,
            url=snippet_url(ReadingItem, "inspect", item.pk),
            note=f"{brought_by(item)} · {short_day(item.found_at)}",
            actions=[Link(str(label), url, about=item.title) for label, url in steps_of(item, self.dashboard_url)],
        )


class ComparisonPanel(DashboardPanel):
    """Observations that this user may review, then those whose source has not been checked for a year."""

    name = "comparatif-a-relire"
    order = 52
    heading = gettext_lazy("Comparison of metropolises")
    icon = "table"
    team = gettext_lazy("Editors")
    guide = "redaction"

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return permissions.can_record_observations(user)

    def work(self) -> TaskList:
        context = ("city", "criterion", "recorded_by")
        to_read = permissions.observations_to_read_over(self.user).order_by("recorded_at", "pk")
        old = Observation.objects.old(timezone.localdate(self.now)).order_by("source_seen_on", "pk")
        reading = first_rows(to_read.select_related(*context), self.limit)
        checking = first_rows(old.select_related(*context), self.limit)
        own = Observation.objects.waiting().filter(recorded_by=self.user).count()
        facts, links = [], []
        for count, template, value, label in (
            (
                reading.count,
                ngettext("%(count)d observation to read over", "%(count)d observations to read over", reading.count),
                ObservationFilters.TO_READ,
                gettext("The observations to read over"),
            ),
            (
                checking.count,
                ngettext(
                    "%(count)d observation to check again", "%(count)d observations to check again", checking.count
                ),
                ObservationFilters.TO_CHECK,
                gettext("The observations to check again"),
            ),
        ):
            if count:
                facts.append(template % {"count": count})
                links.append(Link(label, f"{snippet_url(Observation, 'list')}?{urlencode({'todo': value})}"))
        if own:
            template = ngettext("%(count)d of yours waits for another", "%(count)d of yours wait for another", own)
            facts.append(template % {"count": own})
        tasks = [*map(self._to_read, reading.rows), *map(self._to_check, checking.rows)][: self.limit]
        return TaskList(tasks=tasks, count=reading.count + checking.count, facts=facts, links=links)

    def _to_read(self, observation: Observation) -> Task:
        url = action_url(observation, ReadOverAction.action_type, self.dashboard_url)
        note = gettext("recorded by %(who)s") % {"who": observation.recorded_by}
        return Task(
            title=str(observation),
            url=url,
            note=note,
            actions=[Link(gettext("Read over…"), url, about=str(observation))],
        )

    def _to_check(self, observation: Observation) -> Task:
        note = gettext("source seen on %(day)s: is it still true?") % {"day": short_day(observation.source_seen_on)}
        return Task(title=str(observation), url=snippet_url(Observation, "edit", observation.pk), note=note)
