"""Home page of the site, and searches without results."""

from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.url_routing import RouteResult

from cms.discovery.structured_data import organisation, publisher
from cms.models import BasePage, SiteConfiguration
from common.urls import absolute_url


class HomePage(BasePage):
    """Root of the site, at `/`."""

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "cms.AccessibilityPage",
        "cms.NewsIndexPage",
        "cms.StandardPage",
        "committee.CommitteePage",
        "fieldwork.TrialIndexPage",
        "participation.ProposalIndexPage",
        "veille.VeilleIndexPage",
    ]
    max_count = 1
    template = "home/home_page.html"

    class Meta:
        verbose_name = _("home page")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Finds a page at any depth in two queries. Wagtail needs two per tree level."""
        if len(path_components) > 1:
            url_path = f"{self.url_path}{'/'.join(path_components)}/"
            if page := self.get_descendants().filter(url_path=url_path).first():
                return page.specific.route(request, [])
        return super().route(request, path_components)

    def structured_data(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Returns the committee, and the website with its search page, as schema.org data."""
        site = {
            "@type": "WebSite",
            "name": settings.WAGTAIL_SITE_NAME,
            "url": absolute_url("/"),
            "inLanguage": "fr",
            "publisher": publisher(),
            "potentialAction": {
                "@type": "SearchAction",
                "target": absolute_url(f"{reverse('home:search')}?q={{search_term_string}}"),
                "query-input": "required name=search_term_string",
            },
        }
        return [organisation(SiteConfiguration.shown()), site]


class EmptySearch(models.Model):
    """Search terms without results, with their number in a month; no user and no network is stored."""

    MAX_LENGTH = 60

    words = models.CharField(_("words"), max_length=MAX_LENGTH)
    month = models.DateField(_("month"), db_index=True, help_text=_("Its first day."))
    count = models.PositiveIntegerField(_("times"), default=1, db_default=1)

    class Meta:
        verbose_name = _("search without a result")
        verbose_name_plural = _("searches without a result")
        constraints = [models.UniqueConstraint(fields=["words", "month"], name="home_empty_search_once_a_month")]

    def __str__(self) -> str:
        return self.words


class AppliedRights(models.Model):
    """Rights of the groups as the table last set them, in one row (`home.services.group_rights`)."""

    # {group: ["app.codename", …]}
    rights = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("applied rights of the groups")
        verbose_name_plural = _("applied rights of the groups")
        default_permissions = ()

    def __str__(self) -> str:
        return ", ".join(self.rights)
