"""External website of a page of the committee: a city service, a partner body."""

from urllib.parse import urlsplit

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class WithWebsite(models.Model):
    """Mixin of a page about something with its own website."""

    website = models.URLField(
        _("its site"),
        blank=True,
        default="",
        db_default="",
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=_("The page links to it. Example: https://www.service-public.fr/"),
    )

    class Meta:
        abstract = True

    @property
    def website_name(self) -> str:
        """Short name of the website: « service-public.fr »."""
        return (urlsplit(self.website).hostname or "").removeprefix("www.")
