"""Pages that editors write: base page, standard pages, news."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, ExtractYear, JSONObject
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.models import get_all_child_relations
from modelsearch.tasks import insert_or_update_object_task
from wagtail.admin.forms.pages import CopyForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.models import Page, PageManager, PageQuerySet, PageViewRestriction
from wagtail.permissions import page_permission_policy
from wagtail.search import index
from wagtail.signal_handlers import reference_index_auto_update_disabled
from wagtail.tasks import update_reference_index_task

from cms.blocks import BodyBlock
from cms.discovery.structured_data import article
from cms.fields import BodyField
from cms.hooks import NEWS_PANELS_HOOK, CardSubject, HookedPanels, RelatedItem, related_to_news
from cms.models.discussions import DiscussedPage
from cms.models.pictures import PicturedPage, add_covers
from cms.models.second_reading import ReadBeforePublication
from cms.models.visibility import admin_reader, open_pages, published_pages
from cms.quality.requirements import PublishedWhenReady
from common.search import hidden

if TYPE_CHECKING:
    from cms.models.files import CustomImage


# The depth of the pages right under the home page, and those that the head or the foot of the site names anyway.
SECTION_DEPTH = 3
ALWAYS_LINKED = ("aide", "donnees-personnelles", "ecoconception", "facile-a-lire", "mentions-legales", "regles")

# Where a page of an app above this one has its topic, and the pictogram of that.
TOPIC_KEYS = ("topicpage__pk", "callpage__topic")

ARCHIVED_AFTER = timedelta(days=2 * 365)


class PageCopyForm(CopyForm):
    """A copy of a page, which is a page of its own.

    No alias: it would be found and sent a second time, and stay in lists when the page that it repeats is closed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)


class BasePage(ReadBeforePublication, PublishedWhenReady, Page):
    """Base of all pages, with an introduction of one or two sentences, shown under the title and in lists."""

    introduction = models.TextField(
        _("introduction"),
        blank=True,
        max_length=400,
        help_text=_("One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails."),
    )
    search_words = models.CharField(
        _("search words"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("Other words by which readers look for this page. They are not shown. Example: wifi, computer."),
    )

    content_panels = [
        TitleFieldPanel(
            "title",
            help_text=_("Say the main thing in less than 70 characters. Example: Three free workshops in November."),
        ),
        FieldPanel("introduction"),
    ]
    # Without "in menus": only the pages that a menu may show offer it.
    promote_panels = [
        MultiFieldPanel(["slug", "seo_title", "search_description"], heading=_("For search engines")),
        FieldPanel("search_words"),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("introduction"),
        index.SearchField("hidden_search_words"),
    ]

    copy_form_class = PageCopyForm

    # Dated texts, which other sites show with their date.
    is_article = False
    # Whether editors are asked to read the page again after a year: dated texts say what was true on their day.
    goes_stale = True

    class Meta:
        abstract = True

    @property
    def hidden_search_words(self) -> str:
        """Search words as the index holds them: in brackets that tell them from what readers see."""
        return hidden(self.search_words) if self.search_words else ""

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Reads the page again, for search and for the use of files, once its lines are written.

        Lines (an agenda, documents) are written after the page itself, at which both have read the lines before.
        """
        super().save(*args, **kwargs)
        if getattr(reference_index_auto_update_disabled, "value", False):
            return  # Whoever loads many pages fills both indexes afterwards.
        if any(line.related_model._meta.app_label != "wagtailcore" for line in get_all_child_relations(type(self))):
            # By their key: what is in memory may be the next version, which nobody has published.
            for task in (insert_or_update_object_task, update_reference_index_task):
                task.enqueue(self._meta.app_label, self._meta.model_name, str(self.pk))

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """As Wagtail, which asks first for all pages above and then for their restrictions: most pages have none."""
        if self.pk and open_pages(self.pk).exists():
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()

    def get_admin_display_title(self) -> str:
        """Returns the title that the admin shows: that of a draft to an account that may explore there.

        To the others, the title that anyone may read.
        """
        reader = admin_reader.get()
        if reader is not None and self.live and self.draft_title != self.title:
            own = page_permission_policy.instances_with_direct_explore_permission(reader)
            if not any(self.path.startswith(page.path) for page in own):
                return str(self.title)
        return str(super().get_admin_display_title())

    def advice(self) -> Iterable[str]:
        """Returns what editors are told after saving the page, beyond its words: a sentence for each thing to do."""
        return ()

    @property
    def card_image(self) -> "CustomImage | None":
        """The picture that a shared link shows, None for that of the site."""
        return None

    @property
    def card_subject(self) -> CardSubject:
        """What the card of a shared link says, where the page has no picture."""
        return CardSubject(self.title)

    def structured_data(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Returns what the page shows as facts of schema.org (see `cms.discovery.structured_data`), none private."""
        return []

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Ways to preview the page. `templates/layouts/base.html` knows "print": the rules of paper."""
        return [("", _("On a screen")), ("print", _("Printed"))]

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        """The narrowest usual telephone, and a computer."""
        return [
            {"name": "phone", "icon": "mobile-alt", "device_width": 360, "label": _("Preview on a telephone")},
            {"name": "computer", "icon": "desktop", "device_width": 1280, "label": _("Preview on a computer")},
        ]

    @property
    def changed_on(self) -> date | None:
        """The date of the last publication in Paris when it is later than that of the first one, else None."""
        if not (self.first_published_at and self.last_published_at):
            return None
        first = timezone.localdate(self.first_published_at)
        last = timezone.localdate(self.last_published_at)
        return last if last > first else None


class IndexPage(BasePage):
    """A page that lists its children, ten at a time."""

    page_size = 10

    class Meta:
        abstract = True

    def paginate(self, request: HttpRequest, entries: QuerySet, *, count: int | None = None) -> PaginatorPage:
        """Returns the page of `entries` that `?page=` names; a wrong number gives the nearest page that exists.

        `count` is how many there are, where the query that found the filters knows it already.
        """
        paginator = Paginator(entries, self.page_size)
        if count is not None:
            paginator.count = count  # type: ignore[misc]
        return paginator.get_page(request.GET.get("page"))


class MenuPanel(FieldPanel):
    """The choice to show a page in the foot of every page; not for those that stand there anyway."""

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            return super().is_shown() and not self.instance.is_always_linked


class StandardPageQuerySet(PageQuerySet):
    def shown_in_foot(self) -> Self:
        """The pages that editors put in the foot of every page, of what anyone may read, in the order of the tree."""
        return published_pages(self.in_menu().exclude(depth=SECTION_DEPTH, slug__in=ALWAYS_LINKED)).order_by("path")


class StandardPage(BasePage):
    """A page of its own: help, rules, legal notice…"""

    body = BodyField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    promote_panels = [
        *BasePage.promote_panels,
        MenuPanel(
            "show_in_menus",
            heading=_("Show in the foot of every page"),
            help_text=_("Under “This site”, in the order of the tree of pages, within a minute of the publication."),
        ),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    parent_page_types = ["home.HomePage", "committee.CommitteePage"]
    subpage_types: list[str] = []
    template = "cms/standard_page.html"

    objects = PageManager.from_queryset(StandardPageQuerySet)()

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")

    @property
    def is_always_linked(self) -> bool:
        """The head or the foot of every page leads to it, whatever editors choose."""
        return self.depth == SECTION_DEPTH and self.slug in ALWAYS_LINKED


class NewsQuerySet(PageQuerySet):
    def published(self) -> Self:
        """The news that anyone may read, newest first: the one rule of the list, the feed and the home page."""
        return published_pages(self).order_by("-first_published_at", "-pk")

    def as_cards(self) -> Self:
        """Adds `topic`: title and pictogram, if anyone may read its page.

        Leaves all other columns aside: forty, of which the body is the greater part of a page.
        """
        topic = published_pages(Page.objects.filter(pk=OuterRef("topic_key"))).order_by()
        return (
            self.only("title", "url_path", "first_published_at", "introduction", "image")
            .alias(topic_key=Coalesce(*(f"related_page__{path}" for path in TOPIC_KEYS)))
            .annotate(topic=Subquery(topic.values(found=JSONObject(title="title", pictogram="topicpage__pictogram"))))
        )


class NewsIndexPage(IndexPage):
    """The list of news, at `/actualites/`, with a filter by year."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["cms.NewsPage"]
    max_count = 1
    template = "cms/news_index_page.html"

    class Meta:
        verbose_name = _("list of news")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Adds one page of `entries`, the `years` that have news, and `year`: that of `?annee=`, or None."""
        published = NewsPage.objects.child_of(self).published()
        years_of_publication = published.order_by().values_list(ExtractYear("first_published_at"))
        counts = dict(years_of_publication.annotate(number=Count("pk")))
        years = sorted(filter(None, counts), reverse=True)
        asked = request.GET.get("annee", "")
        year = next((year for year in years if str(year) == asked), None)
        entries = published.filter(first_published_at__year=year) if year else published
        count = counts[year] if year else sum(counts.values())
        context = super().get_context(request, *args, **kwargs)
        shown = self.paginate(request, entries.as_cards(), count=count)
        add_covers(shown.object_list)
        return {**context, "years": years, "year": year, "entries": shown}


class NewsPage(DiscussedPage, PicturedPage, BasePage):
    """A news item of the committee."""

    body = BodyField(BodyBlock(), verbose_name=_("body"))
    related_page = models.ForeignKey(
        Page,
        verbose_name=_("page it is about"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A session, a topic or a call, for example. Readers find the link under the text."),
    )

    content_panels = [
        *BasePage.content_panels,
        PicturedPage.picture_panel,
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("related_page"), HookedPanels(hook=NEWS_PANELS_HOOK)], heading=_("See also")),
        DiscussedPage.discussion_panel,
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types: list[str] = []
    template = "cms/news_page.html"

    is_article = True
    goes_stale = False

    objects = PageManager.from_queryset(NewsQuerySet)()

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Adds `related` (what the news is about, of what anyone may read) and whether it is an archive by now."""
        return {
            **super().get_context(request, *args, **kwargs),
            "related": self.related(request),
            "is_archived": self.is_archived(timezone.now()),
        }

    def is_archived(self, now: datetime) -> bool:
        """A news item that nobody has touched for two years is told to be old."""
        return self.last_published_at is not None and now - self.last_published_at > ARCHIVED_AFTER

    def related(self, request: HttpRequest) -> list[RelatedItem]:
        """Returns the page that the editor chose, then what other apps know of this news (see `cms.hooks`)."""
        chosen = published_pages(Page.objects.filter(pk=self.related_page_id)) if self.related_page_id else []
        pages = [RelatedItem(title=page.title, url=page.get_url(request) or "") for page in chosen]
        return [*pages, *related_to_news(self, request)]

    def structured_data(self, request: HttpRequest) -> list[dict[str, Any]]:
        return [article(self, request, kind="NewsArticle")]
