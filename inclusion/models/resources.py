"""Learning resources on other sites: courses, videos, sheets."""

from urllib.parse import urlsplit

from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from common.sources import is_web_address
from inclusion.models.published import Learning, PublishedQuerySet


class Resource(index.Indexed, Learning):
    """Learning resource, with its requirements and its URL."""

    class Level(models.TextChoices):
        FIRST = "debut", _("I am starting")
        SOME = "moyen", _("I manage a little")
        MORE = "aise", _("I am at ease")

    class Form(models.TextChoices):
        COURSE = "cours", _("Course with exercises")
        VIDEO = "video", _("Video")
        TEXT = "texte", _("Page to read")
        SHEET = "fiche", _("Sheet to print")
        TOOL = "outil", _("Tool to practise with")

    class Language(models.TextChoices):
        FRENCH = "fr", _("French")
        EASY = "facile", _("French that is easy to read")
        GERMAN = "de", _("German")
        ENGLISH = "en", _("English")
        TURKISH = "tr", _("Turkish")
        ARABIC = "ar", _("Arabic")

    level = models.CharField(_("level"), max_length=8, choices=Level, default=Level.FIRST)
    form = models.CharField(_("form"), max_length=8, choices=Form, default=Form.COURSE)
    language = models.CharField(_("language"), max_length=8, choices=Language, default=Language.FRENCH)
    minutes = models.PositiveSmallIntegerField(
        pgettext_lazy("duration", "minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("How long it takes."),
    )
    audience = models.CharField(
        _("for whom"), max_length=120, blank=True, help_text=_("Example: people who read little. Empty: everyone.")
    )
    maker = models.CharField(_("who made it"), max_length=120, help_text=_("Example: Pix"))
    licence = models.CharField(
        _("licence"), max_length=80, blank=True, help_text=_("Example: Licence Ouverte 2.0. Empty: not known.")
    )
    url = models.URLField(_("web address"), max_length=500, validators=[is_web_address])

    search_fields = [
        index.SearchField("title", boost=2),
        index.AutocompleteField("title"),
        index.SearchField("learns"),
        index.SearchField("maker"),
        index.FilterField("published_at"),
    ]

    objects = PublishedQuerySet.as_manager()

    class Meta:
        verbose_name = _("resource to learn with")
        verbose_name_plural = _("resources to learn with")
        ordering = ["title", "pk"]

    def get_absolute_url(self) -> str:
        return reverse("inclusion:resource", args=[self.pk])

    @property
    def in_short(self) -> str:
        """Requirements on one line: « Vidéo · 10 min · allemand »."""
        minutes = gettext("%(number)d min") % {"number": self.minutes} if self.minutes else ""
        language = "" if self.language == self.Language.FRENCH else self.get_language_display()
        return " · ".join(filter(None, [str(self.get_form_display()), minutes, str(language)]))

    @property
    def host(self) -> str:
        """Host name of the site: « pix.fr »."""
        return urlsplit(self.url).hostname or ""

    @property
    def hreflang(self) -> str:
        """Language code for browsers; easy French is French."""
        return str(self.Language.FRENCH if self.language == self.Language.EASY else self.language)
