"""Answer of a member to the question whether the site may name them."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

NAMING_PANEL = MultiFieldPanel(
    [FieldPanel("is_named"), FieldPanel("declines_naming"), FieldPanel("named_since"), FieldPanel("photo")],
    heading=_("Consent to be named"),
)


class Naming(models.TextChoices):
    """Answer of a member."""

    AGREED = "yes", _("Yes")
    DECLINED = "no", _("No")
    NOT_ASKED = "not-asked", _("No answer yet")


class NamingConsent(models.Model):
    """Consent to be named in public. Without it the site only counts the person."""

    is_named = models.BooleanField(
        _("agrees to be named on the site"),
        default=False,
        db_default=False,
        help_text=_("Name, photo, college and presentation are public. Without this the person is only counted."),
    )
    # Without either, the person was not asked, or has not answered.
    declines_naming = models.BooleanField(
        _("does not wish to be named on the site"),
        default=False,
        db_default=False,
        help_text=_("Tick neither while the person has not answered."),
    )
    named_since = models.DateField(
        _("agreed on"), null=True, blank=True, help_text=_("Empty when the day is not known.")
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Raises `ValidationError` for both answers at once."""
        super().clean()
        if self.is_named and self.declines_naming:
            raise ValidationError({"declines_naming": _("Tick one of the two answers, or neither.")})

    @property
    def naming(self) -> Naming:
        """Answer to the question whether the site may name the member."""
        if self.is_named:
            return Naming.AGREED
        return Naming.DECLINED if self.declines_naming else Naming.NOT_ASKED

    def set_naming(self, naming: str, *, on: date) -> None:
        """Sets the answer given on the date `on`, without saving; the same answer keeps its day."""
        if naming == self.naming:
            return
        self.is_named, self.declines_naming = naming == Naming.AGREED, naming == Naming.DECLINED
        self.named_since = on if self.is_named else None
