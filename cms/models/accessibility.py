"""Accessibility statement, in the order of the legal template (decree 2019-768, order of 20 September 2019)."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from cms.blocks import BodyBlock
from cms.fields import BodyField
from cms.models.pages import BasePage
from cms.quality.accessibility import CHECKS, last_runs


class AccessibilityPage(BasePage):
    """`/accessibilite/`. Status and audit come from the site configuration, so that footer and page agree."""

    not_accessible = BodyField(
        BodyBlock(parent_level=2),
        verbose_name=_("what is not accessible"),
        blank=True,
        help_text=_("What people may not be able to use, and why: not compliant, exempt, or not covered by the law."),
    )
    tests_with_people = BodyField(
        BodyBlock(parent_level=2),
        verbose_name=_("tests with people"),
        blank=True,
        default=list,
        db_default=[],
        help_text=_("When, with whom (how many, which devices, no names), and what was found. Empty: none took place."),
    )
    technologies = BodyField(BodyBlock(parent_level=2), verbose_name=_("technologies"), blank=True)
    test_environment = BodyField(
        BodyBlock(parent_level=2),
        verbose_name=_("test environment"),
        blank=True,
        help_text=_("Browsers, screen readers and tools used for the tests, and the pages that were tested."),
    )
    scheme = BodyField(
        BodyBlock(parent_level=2),
        verbose_name=_("scheme over several years"),
        blank=True,
        help_text=_("What is planned this year and in the next ones. The law asks for three years at most."),
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("not_accessible"),
        FieldPanel("tests_with_people"),
        FieldPanel("technologies"),
        FieldPanel("test_environment"),
        FieldPanel("scheme"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("not_accessible"),
        index.SearchField("tests_with_people"),
        index.SearchField("technologies"),
        index.SearchField("test_environment"),
        index.SearchField("scheme"),
    ]
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count = 1
    template = "cms/accessibility_page.html"

    class Meta:
        verbose_name = _("declaration of accessibility")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "checks": CHECKS, "runs": last_runs()}
