"""Settings displayed on every page, and the site configuration: phone, hours, accessibility."""

from decimal import Decimal
from typing import Any, Self

from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from common.city import CITY
from common.phones import phone_link
from common.public_hosts import is_of_an_example

ANSWER_DELAY = "cinq jours ouvrés"


def default_institution() -> str:
    """Returns the default name of the institution that runs the site."""
    return CITY.institution


class ShownSetting(BaseGenericSetting):
    """Base of settings displayed on every page: one row, cached in the process for a minute."""

    class Meta:
        abstract = True

    @classmethod
    def shown(cls) -> Self:
        """Returns the cached setting, for display. `load()` reads the database."""
        key = cls._meta.label_lower
        if (setting := caches["local"].get(key)) is None:
            setting = cls.load()
            caches["local"].set(key, setting)
        return setting

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        # The footer, cached too, displays it.
        caches["local"].clear()


@register_setting(icon="cog")
class SiteConfiguration(ShownSetting):
    """Site configuration, a single row."""

    class AccessibilityStatus(models.TextChoices):
        """Legal statuses (decree 2019-768). Without a valid audit a site is "non conforme"."""

        NOT_COMPLIANT = "non-conforme", _("not compliant")
        PARTIALLY_COMPLIANT = "partiellement-conforme", _("partially compliant")
        FULLY_COMPLIANT = "totalement-conforme", _("fully compliant")

    institution = models.CharField(
        _("institution"),
        max_length=80,
        default=default_institution,
        db_default="",
        help_text=_("Under the name of the site, at the top of pages and mails. Example: Ville de Villeneuve"),
    )
    phone = models.CharField(_("phone number"), max_length=20, default="03 00 00 00 00")
    phone_hours = models.CharField(_("hours"), max_length=120, default="du lundi au vendredi, de 9 h à 17 h")
    contact_email = models.EmailField(_("contact address"), default="contact@comite.example")
    answer_delay = models.CharField(
        _("answer within"),
        max_length=60,
        default=ANSWER_DELAY,
        db_default=ANSWER_DELAY,
        help_text=_("Told to whoever writes to you. Example: cinq jours ouvrés"),
    )
    desk_address = models.TextField(
        _("where to bring or send a paper form"),
        max_length=300,
        blank=True,
        help_text=_("Printed on the forms. Say where the desks are, when they are open, and the postal address."),
    )
    accessibility_status = models.CharField(
        _("state of accessibility"),
        max_length=25,
        choices=AccessibilityStatus,
        default=AccessibilityStatus.NOT_COMPLIANT,
        help_text=_("Shown on every page. Only an audit allows another choice than “not compliant”."),
    )

    accessibility_audited_on = models.DateField(_("date of the audit"), null=True, blank=True)
    accessibility_auditor = models.CharField(
        _("who made the audit"), max_length=120, blank=True, help_text=_("A person or a company, by name.")
    )
    accessibility_rate = models.DecimalField(
        _("share of criteria that are met"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("In percent, as the audit says it. Example: 74.5"),
    )

    panels = [
        FieldPanel("institution"),
        MultiFieldPanel(
            [
                FieldPanel("phone"),
                FieldPanel("phone_hours"),
                FieldPanel(
                    "contact_email",
                    help_text=_("Readers write there, and whoever finds a fault that puts people in danger."),
                ),
                FieldPanel("answer_delay"),
                FieldPanel("desk_address"),
            ],
            heading=_("Contact"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("accessibility_status"),
                FieldPanel("accessibility_audited_on"),
                FieldPanel("accessibility_auditor"),
                FieldPanel("accessibility_rate"),
            ],
            heading=_("Accessibility"),
        ),
    ]

    # Minimum audit rate of each status.
    LOWEST_RATES = {
        AccessibilityStatus.NOT_COMPLIANT: Decimal(0),
        AccessibilityStatus.PARTIALLY_COMPLIANT: Decimal(50),
        AccessibilityStatus.FULLY_COMPLIANT: Decimal(100),
    }

    class Meta:
        verbose_name = _("site configuration")
        constraints = [
            models.CheckConstraint(
                name="cms_accessibility_needs_an_audit",
                condition=Q(accessibility_status="non-conforme")
                | Q(accessibility_audited_on__isnull=False, accessibility_rate__gte=50) & ~Q(accessibility_auditor=""),
            )
        ]

    def clean(self) -> None:
        """Refuses a status without a matching audit: it needs a past date, an auditor and a sufficient rate."""
        super().clean()
        errors: dict[str, Any] = {}
        if self.accessibility_audited_on and self.accessibility_audited_on > timezone.localdate():
            errors["accessibility_audited_on"] = _("Write the day on which the audit was made, not a day to come.")
        if self.accessibility_status != self.AccessibilityStatus.NOT_COMPLIANT:
            if not self.accessibility_audited_on:
                errors["accessibility_audited_on"] = _("Write the date of the audit, or choose “not compliant”.")
            if not self.accessibility_auditor.strip():
                errors["accessibility_auditor"] = _("Write who made the audit, or choose “not compliant”.")
            lowest = self.LOWEST_RATES[self.AccessibilityStatus(self.accessibility_status)]
            if self.accessibility_rate is None or self.accessibility_rate < lowest:
                errors["accessibility_rate"] = _(
                    "This state needs an audit that finds %(rate)s %% or more. Write its rate, or choose another state."
                ) % {"rate": lowest}
        if errors:
            raise ValidationError(errors)

    @property
    def has_audit(self) -> bool:
        """True if date, auditor and rate of an audit are filled in."""
        return bool(
            self.accessibility_audited_on and self.accessibility_auditor and self.accessibility_rate is not None
        )

    @property
    def rate_without_zeros(self) -> Decimal | None:
        """Rate without trailing zeros, never rounded: 74.5, 99.99, 100."""
        rate = self.accessibility_rate
        if rate is None:
            return None
        return rate.to_integral_value() if rate == rate.to_integral_value() else rate.normalize()

    @property
    def has_contact_email(self) -> bool:
        """True if the contact address is not that of the examples."""
        return not is_of_an_example(self.contact_email.rpartition("@")[2])

    @property
    def has_phone(self) -> bool:
        """True if the phone number is not the default one."""
        return self.phone != self._meta.get_field("phone").default

    @property
    def phone_link(self) -> str:
        """Phone number as in a `tel:` URL."""
        return phone_link(self.phone)

    @property
    def help_by_phone(self) -> dict[str, str]:
        """Context of the footer of mails: phone number and hours (`emails/base.html`)."""
        return {"phone": self.phone, "phone_link": self.phone_link, "phone_hours": self.phone_hours}
