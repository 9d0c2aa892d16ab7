"""Refusals of this app."""

from collections.abc import Sequence

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from common.errors import Refusal


class PublicationRefused(Refusal):
    """Refusal to publish a draft. `title` is its title, `reasons` are the error messages of its form."""

    def __init__(self, title: str, reasons: Sequence[str]) -> None:
        self.title = title
        self.reasons = list(reasons)
        parameters = {"title": title, "reasons": " ".join(self.reasons)}
        super().__init__(gettext("“%(title)s” is not published. %(reasons)s") % parameters)


class ReviewExpired(Refusal):
    message = _("This page does not wait any more as you read it: it was approved, given back or taken back meanwhile.")


class DraftChanged(Refusal):
    message = _("Somebody saved this page or sent it meanwhile. Open it, then send it.")


class SectionKept(Refusal):
    """Refusal to delete `page`, a section: the site relies on each page of which there is one."""

    def __init__(self, page: Page) -> None:
        public = page.get_descendants().live().public().count()
        sentence = ngettext(
            "“%(title)s” is a section of the site and cannot be deleted: %(count)d public page is in it. If the "
            "section is not needed, unpublish it with what is in it.",
            "“%(title)s” is a section of the site and cannot be deleted: %(count)d public pages are in it. If the "
            "section is not needed, unpublish it with what is in it.",
            public,
        )
        if not public:
            sentence = gettext(
                "“%(title)s” is a section of the site and cannot be deleted. If it is not needed, unpublish it."
            )
        super().__init__(sentence % {"title": page.title, "count": public})
