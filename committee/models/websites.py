"""Sites that a page of the committee is about: those of the city's services, that of another body."""

from urllib.parse import urlsplit

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class WithWebsite(models.Model):
    """Mixin of a page about something that has a site of its own."""

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
        """Name of the site, as people say it: « service-public.fr »."""
        return (urlsplit(self.website).hostname or "").removeprefix("www.")
