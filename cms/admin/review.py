"""Dashboard panel of pages to review, with the reasons."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext
from wagtail.images.permissions import permission_policy as image_permission_policy
from wagtail.models import Page, PageLogEntry, get_page_models
from wagtail.permissions import page_permission_policy

from cms.admin.dashboard import DashboardPanel, first_rows
from cms.models import BasePage, CitedAddress, CustomImage, PageCheck
from cms.models.checks import HARD_LIX, LONG_SENTENCE
from cms.services import PUBLICATION_REFUSED
from common.templatetags.dates import short_day
from common.waiting import Task, TaskList

OLD = timedelta(days=365)


def pages_that_stay_true() -> list[type[Page]]:
    """Returns the page types whose text has to stay up to date, unlike news."""
    return [model for model in get_page_models() if issubclass(model, BasePage) and model.goes_stale]


class PagesToReviewPanel(DashboardPanel):
    """Panel of refused scheduled publications and expiries, dead sources, inaccessible pages and images, and old pages.

    Old pages were not published again for a year. The images are those without a description.
    """

    name = "pages-a-relire"
    order = 60
    heading = gettext_lazy("Pages to read again")
    icon = "doc-full-inverse"
    guide = "redaction"

    @classmethod
    def can_see(cls, user: Any) -> bool:
        return page_permission_policy.user_has_permission(user, "change")

    def work(self) -> TaskList:
        allowed = page_permission_policy.instances_user_has_permission_for(self.user, "change")
        pages = allowed.live()
        hard = PageCheck.objects.to_improve().filter(page__in=pages.values("pk")).select_related("page")
        parts: list[tuple[QuerySet[Any], Callable[[Any], Task]]] = [
            (self._refusals(allowed), self._refused),
            (self._refused_expiries(pages), self._still_published),
            (CitedAddress.objects.to_mend(), self._citation),
            (hard.order_by("-lix", "page"), self._hard),
            (self._old_pages(pages), self._old),
        ]
        if image_permission_policy.user_has_permission(self.user, "change"):
            parts.append((self._pictures(), self._picture))
        tasks, count = [], 0
        for rows, describe in parts:
            first = first_rows(rows, self.limit)
            tasks += map(describe, first.rows)
            count += first.count
        return TaskList(tasks=tasks, count=count, label=ngettext("page or image", "pages or images", count))

    def _refusals(self, pages: QuerySet[Page]) -> QuerySet[PageLogEntry]:
        """Returns the refusals of the latest revision of `pages`: later changes make older ones obsolete."""
        entries = PageLogEntry.objects.filter(action=PUBLICATION_REFUSED, revision=F("page__latest_revision"))
        # The problem may have been fixed elsewhere since, such as the title of a file.
        waiting = entries.exclude(page__live=True, page__has_unpublished_changes=False)
        return waiting.filter(page__in=pages.values("pk")).select_related("page").order_by("-timestamp", "-pk")

    def _refused_expiries(self, pages: QuerySet[Page]) -> QuerySet[PageLogEntry]:
        """Returns the refusals to unpublish `pages` at their date, until somebody saves the page again."""
        entries = PageLogEntry.objects.filter(action=PUBLICATION_REFUSED, revision=None, page__in=pages.values("pk"))
        saved_since = Q(page__latest_revision_created_at__gt=F("timestamp"))
        return entries.exclude(saved_since).select_related("page").order_by("-timestamp", "-pk")

    def _old_pages(self, pages: QuerySet[Page]) -> QuerySet[Page]:
        models = pages_that_stay_true()
        old = Page.objects.type(*models).filter(pk__in=pages.values("pk"), last_published_at__lt=self.now - OLD)
        improved_first = PageCheck.objects.to_improve().filter(page=OuterRef("pk"))
        return old.exclude(Exists(improved_first)).order_by(F("last_published_at").asc(), "pk")

    def _pictures(self) -> QuerySet[CustomImage]:
        allowed = image_permission_policy.instances_user_has_permission_for(self.user, "change")
        return allowed.filter(description="").order_by("-created_at", "-pk")

    def _refused(self, entry: PageLogEntry) -> Task:
        parameters = {"day": short_day(entry.timestamp), "reasons": " ".join(entry.data["reasons"])}
        note = gettext("was to be published on %(day)s, and was not. %(reasons)s") % parameters
        return Task(title=entry.page.get_admin_display_title(), url=self._edit(entry.page), note=note, is_late=True)

    def _still_published(self, entry: PageLogEntry) -> Task:
        parameters = {"day": short_day(entry.timestamp), "reasons": " ".join(entry.data["reasons"])}
        note = gettext("was to be unpublished on %(day)s, and was not. %(reasons)s") % parameters
        return Task(title=entry.page.get_admin_display_title(), url=self._edit(entry.page), note=note, is_late=True)

    def _citation(self, address: CitedAddress) -> Task:
        """Returns the task for an address cited by public objects; their titles are public and need no check."""
        citing = address.cited_by[0]
        if address.state == CitedAddress.State.GONE:
            parameters = {"host": address.host, "day": short_day(address.first_failed_on)}
            note = gettext("a source on %(host)s has not answered since %(day)s: give another one, or an archived copy")
        else:
            parameters = {"host": address.host, "url": address.moved_to}
            note = gettext("a source on %(host)s moved: look at %(url)s, and write that address if it is the right one")
        return Task(title=citing["title"], url=citing["edit_url"], note=note % parameters)

    def _hard(self, check: PageCheck) -> Task:
        reasons = [check.placeholders_label()] if check.placeholders else []
        if count := check.pictures_without_text:
            text = ngettext("%(count)d image without a text", "%(count)d images without a text", count)
            reasons.append(text % {"count": count})
        if check.lix > HARD_LIX:
            parameters = {"lix": check.lix, "limit": HARD_LIX}
            reasons.append(gettext("hard to read: LIX %(lix)d, and %(limit)d is the limit") % parameters)
        if check.longest_sentence > LONG_SENTENCE:
            reasons.append(gettext("a sentence of %(count)d words") % {"count": check.longest_sentence})
        return Task(title=check.page.title, url=self._edit(check.page), note=" · ".join(reasons))

    def _old(self, page: Page) -> Task:
        note = gettext("not changed since %(day)s: is it still true?") % {"day": short_day(page.last_published_at)}
        return Task(title=page.title, url=self._edit(page), note=note)

    def _picture(self, image: CustomImage) -> Task:
        note = gettext("image without a description")
        return Task(title=image.title, url=reverse("wagtailimages:edit", args=[image.pk]), note=note)

    def _edit(self, page: Page) -> str:
        return reverse("wagtailadmin_pages:edit", args=[page.pk])
