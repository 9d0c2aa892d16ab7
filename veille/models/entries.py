"""Entries of the inspiring watch: good examples from other places, and their lesson for the committee."""

from collections.abc import Iterator
from typing import Any, Self
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import PageManager, PageQuerySet
from wagtail.search import index

from cms.blocks import BodyBlock
from cms.discovery.structured_data import article
from cms.fields import BodyField
from cms.hooks import CardSubject
from cms.models import BasePage, IndexPage, PicturedPage
from cms.models.discussions import DiscussedPage
from cms.models.inspiring import InspiringPage
from cms.models.visibility import published_pages
from committee.models import Pictogram, TopicPage, card_of_topic, family_of, public_topics
from common import fragments
from common.sources import is_web_address
from veille.models.stances import StanceForm, WithStance
from veille.models.themes import Theme


class VeilleIndexPage(IndexPage):
    """List of entries, at `/veille/`, with filters: its template uses the tag `filtered_entries`."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["veille.VeilleEntryPage"]
    max_count = 1
    template = "veille/veille_index_page.html"

    class Meta:
        verbose_name = _("inspiring watch")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Adds the layout: full page or list fragment."""
        context: dict = super().get_context(request, *args, **kwargs)
        return context | {"layout": fragments.layout_for(request)}

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return fragments.mark(request, super().serve(request, *args, **kwargs), says="resultats")


class VeilleEntryQuerySet(PageQuerySet):
    def published(self) -> Self:
        """Returns the public entries, newest first. Single rule for the list, the feed and the home page."""
        return published_pages(self).order_by("-first_published_at", "-pk")

    def kinds(self) -> models.QuerySet[Any]:
        """Returns the `number` of entries for each combination of theme (slug and name), place, year and stance."""
        fields = ("theme__slug", "theme__name", "place", "year", "stance")
        return self.order_by().values(*fields).annotate(number=models.Count("pk"))

    def as_cards(self) -> Self:
        """Loads the fields of a card except its picture: the theme, and the topic if it is published.

        Defers the other forty columns; the bodies are most of the size of a page.
        """
        fields = (
            "title",
            "url_path",
            "first_published_at",
            "introduction",
            "image",
            "place",
            "year",
            "stance",
            "topic",
        )
        return self.select_related("theme").only(*fields, "theme__name").prefetch_related(public_topics())


class VeilleEntryPage(WithStance, InspiringPage, DiscussedPage, PicturedPage, BasePage):
    """Entry of the watch: an action in one place, its effects, and the lesson for the committee."""

    class Language(models.TextChoices):
        """Language of a source, named beside its link and for screen readers."""

        FRENCH = "fr", _("in French")
        ENGLISH = "en", _("in English")
        GERMAN = "de", _("in German")
        SPANISH = "es", _("in Spanish")
        ITALIAN = "it", _("in Italian")
        DUTCH = "nl", _("in Dutch")

    theme = models.ForeignKey(Theme, verbose_name=_("theme"), on_delete=models.PROTECT, related_name="entries")
    place = models.CharField(_("place"), max_length=80, help_text=_("Example: Barcelona (Spain)"))
    year = models.PositiveSmallIntegerField(
        _("year"),
        validators=[MinValueValidator(1990), MaxValueValidator(2100)],
        help_text=_("The year in which it started. Example: 2019"),
    )
    topic = models.ForeignKey(
        "committee.TopicPage",
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="veille_entries",
    )
    source_url = models.URLField(_("source address"), max_length=1_000)
    source_title = models.CharField(
        _("title of the source"),
        max_length=200,
        blank=True,
        help_text=_("The words of the link. Example: The city of Ghent opens its data (in English)"),
    )
    source_language = models.CharField(
        _("language of the source"), max_length=2, choices=Language, default=Language.FRENCH
    )
    source_seen_on = models.DateField(_("source seen on"), null=True, blank=True)
    archived_url = models.URLField(
        _("address of an archived copy"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        validators=[is_web_address],
        help_text=_("Readers find it beside the source, and first once the source is gone."),
    )
    archived_on = models.DateField(_("day of the copy"), null=True, blank=True)
    body = BodyField(BodyBlock(parent_level=2), verbose_name=_("what was done"), blank=True)
    effects = BodyField(
        BodyBlock(parent_level=2),
        verbose_name=_("what it changes"),
        blank=True,
        help_text=_("What became better, with numbers and where they come from."),
    )
    lesson = models.TextField(
        _("what we can learn from it"), max_length=1_500, help_text=_("The committee's own view, in a few sentences.")
    )
    limits = models.TextField(_("limits"), max_length=800, blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("place"), FieldPanel("year")]),
        FieldPanel("theme"),
        PicturedPage.picture_panel,
        FieldPanel("body"),
        FieldPanel("effects"),
        FieldPanel("lesson"),
        FieldPanel("limits"),
        WithStance.stance_panel,
        MultiFieldPanel(
            [
                FieldPanel("source_url"),
                FieldPanel("source_title"),
                FieldRowPanel([FieldPanel("source_language"), FieldPanel("source_seen_on")]),
                FieldRowPanel([FieldPanel("archived_url"), FieldPanel("archived_on")]),
            ],
            heading=_("Source"),
        ),
        FieldPanel("topic"),
        DiscussedPage.discussion_panel,
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("place"),
        index.SearchField("body"),
        index.SearchField("effects"),
        index.SearchField("lesson"),
        index.SearchField("limits"),
        index.FilterField("theme"),
        index.FilterField("year"),
        index.FilterField("place"),
        index.FilterField("stance"),
    ]
    parent_page_types = ["veille.VeilleIndexPage"]
    subpage_types: list[str] = []
    template = "veille/veille_entry_page.html"
    base_form_class = StanceForm

    is_article = True

    goes_stale = False

    objects = PageManager.from_queryset(VeilleEntryQuerySet)()

    class Meta:
        verbose_name = _("watch entry")
        verbose_name_plural = _("watch entries")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Adds the linked `topic` and the `session` that took the stance, if published.

        Also adds `thanked`, the public names of the residents who suggested the entry and agreed to be named.
        """
        context = super().get_context(request, *args, **kwargs)
        topic = TopicPage.objects.published().filter(pk=self.topic_id).first() if self.topic_id else None
        return {**context, "topic": topic, "session": self.shown_session(), "thanked": self.thanked()}

    def thanked(self) -> list[str]:
        """Returns the public names of those who suggested the example and agreed to be named; [] if unsaved."""
        if not self.pk:
            return []
        suggestions = self.reading_items.suggestions().filter(thanks_by_name=True, suggested_by__is_active=True)
        return list(suggestions.values_list("suggested_by__public_name", flat=True))

    def clean(self) -> None:
        """Refuses an archived copy without its day, a day without a copy, and future days; does not check drafts."""
        super().clean()
        if self.is_draft_saved:
            return
        if self.archived_url and not self.archived_on:
            raise ValidationError({"archived_on": _("Write the day on which this copy was made.")})
        if self.archived_on and not self.archived_url:
            raise ValidationError({"archived_url": _("Write the address of the copy.")})
        today = timezone.localdate()
        if self.source_seen_on and self.source_seen_on > today:
            message = _("This day is to come: write the day on which you saw the source.")
            raise ValidationError({"source_seen_on": message})
        if self.archived_on and self.archived_on > today:
            raise ValidationError({"archived_on": _("This day is to come: write the day on which the copy was made.")})

    def advice(self) -> Iterator[str]:
        """Advises to add a fact: a reading list gives an example a title, a source and a lesson only."""
        if not self.body and not self.effects:
            yield gettext("This example has no fact yet. Write what was done, or what it changes.")

    @property
    def card_subject(self) -> CardSubject:
        return card_of_topic(self.title, self.topic_id)

    def structured_data(self, request: HttpRequest) -> list[dict[str, Any]]:
        return [article(self, request, kind="Article")]

    @property
    def pictogram(self) -> str:
        """Pictogram of the topic, or the default one of the watch."""
        return (self.topic and self.topic.pictogram) or Pictogram.WATCH

    @property
    def family(self) -> str:
        """Colour family of the pictogram."""
        return family_of(self.pictogram)

    @property
    def source_label(self) -> str:
        """Text of the link to the source: its title, or else its host name."""
        return self.source_title or urlsplit(self.source_url).hostname or self.source_url
