"""What every page shows and an editor may change: the phone, the hours, the state of accessibility."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="cog")
class SiteConfiguration(BaseGenericSetting):
    """One row for the whole site."""

    class AccessibilityStatus(models.TextChoices):
        """The three legal states (decree 2019-768). Without a valid audit a site is "non conforme"."""

        NOT_COMPLIANT = "non-conforme", _("not compliant")
        PARTIALLY_COMPLIANT = "partiellement-conforme", _("partially compliant")
        FULLY_COMPLIANT = "totalement-conforme", _("fully compliant")

    phone = models.CharField(_("phone number"), max_length=20, default="03 00 00 00 00")
    phone_hours = models.CharField(_("hours"), max_length=120, default="du lundi au vendredi, de 9 h à 17 h")
    contact_email = models.EmailField(_("contact address"), default="contact@comite.example")
    accessibility_status = models.CharField(
        _("state of accessibility"),
        max_length=25,
        choices=AccessibilityStatus,
        default=AccessibilityStatus.NOT_COMPLIANT,
        help_text=_("Shown on every page. Only an audit allows another choice than “not compliant”."),
    )

    panels = [
        MultiFieldPanel(
            [FieldPanel("phone"), FieldPanel("phone_hours"), FieldPanel("contact_email")], heading=_("Contact")
        ),
        FieldPanel("accessibility_status"),
    ]

    class Meta:
        verbose_name = _("site configuration")

    @property
    def phone_link(self) -> str:
        """The number in the form that a `tel:` address takes (international, digits only)."""
        digits = "".join(char for char in self.phone if char.isdigit() or char == "+")
        return f"+33{digits[1:]}" if digits.startswith("0") else digits
