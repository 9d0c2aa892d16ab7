"""Temporary highlights: an alert at the top of every page, and pages featured on the home page."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel
from wagtail.contrib.settings.models import register_setting
from wagtail.models import Page

from cms.models.settings import ShownSetting
from cms.models.visibility import published_pages

# Page types with a card on the home page, including those of higher apps.
FEATURED_TYPES = ["cms.NewsPage", "committee.SessionPage", "participation.CallPage", "veille.VeilleEntryPage"]


@register_setting(icon="warning")
class Spotlight(ShownSetting):
    """Spotlight of the site, a single row. The alert expires; free places of the home page are filled automatically."""

    alert_text = models.CharField(
        _("text of the alert"),
        max_length=200,
        blank=True,
        help_text=_("One or two short sentences. Example: The session of this evening is moved to Thursday."),
    )
    alert_until = models.DateTimeField(
        _("shown until"),
        null=True,
        blank=True,
        help_text=_("The alert goes by itself at this time, or within the minute that follows."),
    )
    alert_page = models.ForeignKey(
        Page,
        verbose_name=_("page that says more"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    alert_url = models.URLField(
        _("or an address"), blank=True, help_text=_("Outside of this site. Example: https://www.service-public.fr/")
    )
    alert_link_text = models.CharField(
        _("words of the link"),
        max_length=80,
        blank=True,
        help_text=_("Example: The new date. Without them, the title of the page is shown."),
    )
    first = models.ForeignKey(
        Page, verbose_name=_("first"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    second = models.ForeignKey(
        Page, verbose_name=_("second"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    third = models.ForeignKey(
        Page, verbose_name=_("third"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("alert_text"),
                FieldPanel("alert_until"),
                PageChooserPanel("alert_page"),
                FieldPanel("alert_url"),
                FieldPanel("alert_link_text"),
            ],
            heading=_("Alert at the top of every page"),
        ),
        MultiFieldPanel(
            [PageChooserPanel(name, FEATURED_TYPES) for name in ("first", "second", "third")],
            heading=_("In the spotlight of the home page"),
            help_text=_(
                "News, sessions, calls or entries of the watch. A page that is not published is left out, and the "
                "latest news takes each place that is free."
            ),
        ),
    ]

    class Meta:
        verbose_name = _("alert and spotlight")
        constraints = [
            models.CheckConstraint(
                name="cms_alert_has_an_end", condition=Q(alert_text="") | Q(alert_until__isnull=False)
            )
        ]

    def clean(self) -> None:
        """Refuses an alert without an end or already over, a broken link, and duplicate pages."""
        super().clean()
        errors: dict[str, Any] = {}
        if self.alert_text and self.alert_until is None:
            errors["alert_until"] = _("Write until when the alert is shown.")
        elif self.alert_text and self._ends_unseen(timezone.now()):
            errors["alert_until"] = _("This time has passed: nobody would see the alert. Write a time to come.")
        if self.alert_page and self.alert_url:
            errors["alert_url"] = _("Choose a page of the site or write an address: one of the two.")
        elif self.alert_url and not self.alert_link_text.strip():
            errors["alert_link_text"] = _("Write what the link leads to.")
        elif self.alert_page_id and self._public_alert_page() is None:
            errors["alert_page"] = _("This page is not published: the link would lead nowhere.")
        if (self.alert_page or self.alert_url) and not self.alert_text:
            errors["alert_text"] = _("Write the alert that this link belongs to, or remove the link.")
        chosen = self.featured
        for place, name in ((1, "second"), (2, "third")):
            if chosen[place] and chosen[place] in chosen[:place]:
                errors[name] = _("This page is chosen already.")
        if errors:
            raise ValidationError(errors)

    def _ends_unseen(self, now: datetime) -> bool:
        """Returns whether the alert is over, unless it was saved as such already: an expired alert may stay."""
        saved = Spotlight.objects.filter(pk=self.pk, alert_text=self.alert_text, alert_until=self.alert_until)
        return self.alert_until is not None and self.alert_until <= now and not saved.exists()

    @property
    def featured(self) -> list[int | None]:
        """Primary keys of the featured pages, in order; None for a free place."""
        return [self.first_id, self.second_id, self.third_id]

    def has_alert(self, now: datetime) -> bool:
        return bool(self.alert_text) and self.alert_until is not None and now < self.alert_until

    @property
    def alert_link(self) -> tuple[str, str] | None:
        """URL and label of the link, or None without a link or if its page is not public."""
        if self.alert_page_id:
            page = self._public_alert_page()
            return (page.url or "/", self.alert_link_text or page.title) if page else None
        return (self.alert_url, self.alert_link_text) if self.alert_url else None

    def _public_alert_page(self) -> Page | None:
        """Returns the page of the alert, or None if it is not public."""
        return published_pages(Page.objects.filter(pk=self.alert_page_id)).first()
