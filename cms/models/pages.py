"""The pages that editors write."""

from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageQuerySet
from wagtail.search import index

from cms.blocks import BodyBlock
from cms.fields import BodyField


class BasePage(Page):
    """What all pages have: an introduction of one or two sentences, shown under the title and in lists."""

    introduction = models.TextField(
        _("introduction"),
        blank=True,
        max_length=400,
        help_text=_("One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails."),
    )

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*Page.search_fields, index.SearchField("introduction")]

    class Meta:
        abstract = True


class IndexPage(BasePage):
    """A page that lists its children, newest first, ten at a time."""

    page_size = 10

    class Meta:
        abstract = True

    def get_entries(self, request: HttpRequest) -> PageQuerySet:
        """Returns the entries that may be shown to anyone, in the order of the list."""
        raise NotImplementedError

    def paginate(self, request: HttpRequest, entries: PageQuerySet) -> PaginatorPage:
        """Returns the page of `entries` that `?page=` names; a wrong number gives the nearest page that exists."""
        return Paginator(entries, self.page_size).get_page(request.GET.get("page"))

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        context["entries"] = self.paginate(request, self.get_entries(request))
        return context


class StandardPage(BasePage):
    """A page of its own: help, rules, legal notice…"""

    body = BodyField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    parent_page_types = ["home.HomePage", "committee.CommitteePage"]
    subpage_types: list[str] = []
    template = "cms/standard_page.html"

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")


class NewsIndexPage(IndexPage):
    """The list of news, at `/actualites/`."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["cms.NewsPage"]
    max_count = 1
    template = "cms/news_index_page.html"

    class Meta:
        verbose_name = _("list of news")

    def get_entries(self, request: HttpRequest) -> "PageQuerySet[NewsPage]":
        return NewsPage.objects.child_of(self).live().public().order_by("-first_published_at", "-pk")


class NewsPage(BasePage):
    """A news item of the committee."""

    image = models.ForeignKey(
        "cms.CustomImage", verbose_name=_("image"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    body = BodyField(BodyBlock(), verbose_name=_("body"))

    content_panels = [*BasePage.content_panels, FieldPanel("image"), FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types: list[str] = []
    template = "cms/news_page.html"

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news")
