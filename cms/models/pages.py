"""Page models of editors: base page, standard pages, news."""

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
from wagtail.admin.panels import CommentPanel, FieldPanel, MultiFieldPanel
from wagtail.models import Page, PageManager, PageQuerySet, PageViewRestriction
from wagtail.permissions import page_permission_policy
from wagtail.search import index
from wagtail.signal_handlers import reference_index_auto_update_disabled
from wagtail.tasks import update_reference_index_task
from wagtail.url_routing import RouteResult

from cms.blocks import BodyBlock
from cms.discovery.structured_data import article
from cms.fields import BodyField
from cms.hooks import NEWS_PANELS_HOOK, CardSubject, HookedPanels
from cms.models.discussions import DiscussedPage
from cms.models.pictures import PicturedPage, add_covers
from cms.models.schedule import SchedulePanel
from cms.models.second_reading import ReadBeforePublication
from cms.models.titles import WrappedTitlePanel
from cms.models.visibility import admin_reader, open_pages, published_pages
from cms.quality.requirements import PublishedWhenReady
from common.search import hidden

if TYPE_CHECKING:
    from cms.models.files import CustomImage


# Depth of the children of the home page, and slugs of those that header or footer always link to.
SECTION_DEPTH = 3
ALWAYS_LINKED = ("aide", "donnees-personnelles", "ecoconception", "facile-a-lire", "mentions-legales", "regles")

# Lookups of the topic of a related page, in models of higher apps.
TOPIC_KEYS = ("topicpage__pk", "callpage__topic")

ARCHIVED_AFTER = timedelta(days=2 * 365)


class PageCopyForm(CopyForm):
    """Form to copy a page.

    Without the choice "alias": search and feeds would list it as a second page, and it would stay in lists when the
    original is restricted.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)
        if self.page.specific_class.copies_are_drafts:
            self.fields.pop("publish_copies", None)


class BasePage(ReadBeforePublication, PublishedWhenReady, Page):
    """Base of all pages: adds an introduction of one or two sentences, displayed below the title and in lists."""

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
        WrappedTitlePanel(
            "title",
            help_text=_("Say the main thing in less than 70 characters. Example: Three free workshops in November."),
        ),
        FieldPanel("introduction"),
    ]
    # Without "in menus", which only `StandardPage` offers.
    promote_panels = [
        MultiFieldPanel(["slug", "seo_title", "search_description"], heading=_("For search engines")),
        FieldPanel("search_words"),
    ]
    settings_panels = [SchedulePanel(), CommentPanel()]
    search_fields = [
        *Page.search_fields,
        index.SearchField("introduction"),
        index.SearchField("hidden_search_words"),
    ]

    copy_form_class = PageCopyForm
    # False for pages with a value that no other page may have, such as a number: Wagtail fails to copy them.
    can_be_copied = True
    # True for pages whose copy is invalid until an editor changes it: Wagtail fails to publish it at once.
    copies_are_drafts = False

    # True for dated texts, whose link previews show the date.
    is_article = False
    # True if editors are asked to review the page after a year. Dated texts are not reviewed.
    goes_stale = True

    class Meta:
        abstract = True

    @property
    def hidden_search_words(self) -> str:
        """Search words as indexed: in brackets, which distinguish them from visible text."""
        return hidden(self.search_words) if self.search_words else ""

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves the page, and updates search and reference indexes again once its child objects are saved.

        Child objects (agenda items, documents) are saved after the page itself, too late for the signals of both
        indexes.
        """
        super().save(*args, **kwargs)
        if getattr(reference_index_auto_update_disabled, "value", False):
            return  # Bulk loading rebuilds both indexes afterwards.
        if any(line.related_model._meta.app_label != "wagtailcore" for line in get_all_child_relations(type(self))):
            # By primary key: the object in memory may be an unpublished revision.
            for task in (insert_or_update_object_task, update_reference_index_task):
                task.enqueue(self._meta.app_label, self._meta.model_name, str(self.pk))

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """Keeps the saved object of a protected relation if the object that the draft names was deleted.

        Saved pages protect it from deletion, drafts do not. Wagtail fails to load such a draft.
        """
        fields: list[Any] = [field for field in self._meta.fields if field.remote_field]
        for field in fields:
            key = content.get(field.name)
            if key is None or field.remote_field.on_delete is not models.PROTECT:
                continue
            saved = getattr(self, field.attname)
            if key != saved and not field.related_model._default_manager.filter(pk=key).exists():
                content = {**content, field.name: saved}
        return super().with_content_json(content)

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """Returns the view restrictions as Wagtail does, with one query for the common case of none."""
        if self.pk and open_pages(self.pk).exists():
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()

    def get_admin_display_title(self) -> str:
        """Returns the title displayed in the admin: that of the draft for users who can explore the page.

        For others, the published title.
        """
        reader = admin_reader.get()
        if reader is not None and self.live and self.draft_title != self.title:
            own = page_permission_policy.instances_with_direct_explore_permission(reader)
            if not any(self.path.startswith(page.path) for page in own):
                return str(self.title)
        return str(super().get_admin_display_title())

    def advice(self) -> Iterable[str]:
        """Returns advice for the editor after saving, beyond readability: one sentence per task."""
        return ()

    @property
    def card_image(self) -> "CustomImage | None":
        """Image of the link preview, or None for the default."""
        return None

    @property
    def card_subject(self) -> CardSubject:
        """Content of the drawn card, for a page without an image."""
        return CardSubject(self.title)

    def structured_data(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Returns the schema.org objects of the page (see `cms.discovery.structured_data`), without private data."""
        return []

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Preview modes. "print" applies the print styles (`templates/layouts/base.html`)."""
        return [("", _("On a screen")), ("print", _("Printed"))]

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        """Preview widths: the narrowest common phone, and a desktop screen."""
        return [
            {"name": "phone", "icon": "mobile-alt", "device_width": 360, "label": _("Preview on a telephone")},
            {"name": "computer", "icon": "desktop", "device_width": 1280, "label": _("Preview on a computer")},
        ]

    @property
    def changed_on(self) -> date | None:
        """Date (in the city) of the last publication if later than that of the first one, else None."""
        if not (self.first_published_at and self.last_published_at):
            return None
        first = timezone.localdate(self.first_published_at)
        last = timezone.localdate(self.last_published_at)
        return last if last > first else None


class IndexPage(BasePage):
    """Page that lists its children, ten per page."""

    page_size = 10

    class Meta:
        abstract = True

    def paginate(self, request: HttpRequest, entries: QuerySet, *, count: int | None = None) -> PaginatorPage:
        """Returns the page of `entries` numbered `?page=`; an invalid number gives the nearest valid one.

        `count` is the number of entries, if known from the query of the filters.
        """
        paginator = Paginator(entries, self.page_size)
        if count is not None:
            paginator.count = count  # type: ignore[misc]
        return paginator.get_page(request.GET.get("page"))


class MenuPanel(FieldPanel):
    """Field "in footer", hidden for pages that the footer always contains."""

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            return super().is_shown() and not self.instance.is_always_linked


class StandardPageQuerySet(PageQuerySet):
    def shown_in_foot(self) -> Self:
        """Returns the public pages that editors put in the footer, in tree order."""
        return published_pages(self.in_menu().exclude(depth=SECTION_DEPTH, slug__in=ALWAYS_LINKED)).order_by("path")


class StandardPage(BasePage):
    """Standalone page: help, rules, legal notice…"""

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
        """True if header or footer always link to the page, whatever editors choose."""
        return self.depth == SECTION_DEPTH and self.slug in ALWAYS_LINKED


class NewsQuerySet(PageQuerySet):
    def published(self) -> Self:
        """Returns the public news, newest first: the one rule of list, feed and home page."""
        return published_pages(self).order_by("-first_published_at", "-pk")

    def as_cards(self) -> Self:
        """Adds `topic` (title and pictogram), if its page is public.

        Defers all other columns: about forty, of which the body is the largest.
        """
        topic = published_pages(Page.objects.filter(pk=OuterRef("topic_key"))).order_by()
        return (
            self.only("title", "url_path", "first_published_at", "introduction", "image")
            .alias(topic_key=Coalesce(*(f"related_page__{path}" for path in TOPIC_KEYS)))
            .annotate(topic=Subquery(topic.values(found=JSONObject(title="title", pictogram="topicpage__pictogram"))))
        )


class NewsIndexPage(IndexPage):
    """List of news at `/actualites/`, with a filter by year."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["cms.NewsPage"]
    max_count = 1
    template = "cms/news_index_page.html"

    class Meta:
        verbose_name = _("list of news")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Adds a page of `entries`, the `years` with news, and `year` from `?annee=`, or None."""
        published = NewsPage.objects.child_of(self).published()
        years_of_publication = published.order_by().values_list(ExtractYear("first_published_at"))
        counts = dict(years_of_publication.annotate(number=Count("pk")))
        years = sorted(filter(None, counts), reverse=True)
        requested_year = request.GET.get("annee", "")
        year = next((year for year in years if str(year) == requested_year), None)
        entries = published.filter(first_published_at__year=year) if year else published
        count = counts[year] if year else sum(counts.values())
        context = super().get_context(request, *args, **kwargs)
        paginated = self.paginate(request, entries.as_cards(), count=count)
        add_covers(paginated.object_list)
        return {**context, "years": years, "year": year, "entries": paginated}


class NewsPage(DiscussedPage, PicturedPage, BasePage):
    """News item of the committee."""

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

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Notes in `request` that the page was public until its expiry, for the page of the 404."""
        if self.expired and self.first_published_at and open_pages(self.pk).exists():
            request.expired_from = self.get_parent()  # type: ignore[attr-defined]
        return super().route(request, path_components)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Adds `about` (the related page, if it is public) and whether the news is archived."""
        about = published_pages(Page.objects.filter(pk=self.related_page_id)).first() if self.related_page_id else None
        context = super().get_context(request, *args, **kwargs)
        return {**context, "about": about, "is_archived": self.is_archived(timezone.now())}

    def is_archived(self, now: datetime) -> bool:
        """Returns whether the news is older than two years without a change, and labelled as such."""
        return self.last_published_at is not None and now - self.last_published_at > ARCHIVED_AFTER

    def structured_data(self, request: HttpRequest) -> list[dict[str, Any]]:
        return [article(self, request, kind="NewsArticle")]
