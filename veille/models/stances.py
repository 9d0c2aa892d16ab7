"""Stances of the committee on examples from elsewhere: whether to follow them, and the session that decided."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from committee.models import SessionPage
from common.charts.values import Tone

# Log action that records the stance shown by a page.
STANCE = "veille.stance"


class Stance(models.TextChoices):
    """Stance of the committee. The values are used in URLs and open data: never change them."""

    ADOPT = "a-adopter", _("To adopt")
    ADAPT = "a-adapter", _("To adapt")
    WATCH = "a-suivre", _("To watch")
    NOT_FOR_US = "pas-pour-nous", _("Not for us")


BADGES = {Stance.ADOPT: Tone.YES, Stance.ADAPT: Tone.PARTLY, Stance.WATCH: Tone.WAITING, Stance.NOT_FOR_US: Tone.NO}


class StanceForm(WagtailAdminPageForm):
    """Form of a page with a stance: shown to every editor of the page, editable only by those who may publish it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        page = self.instance if self.instance.pk else self.parent_page
        if page.permissions_for_user(self.for_user).can_publish_once_read():
            return
        for name in ("stance", "stance_session"):
            self.fields[name].disabled = True
            self.fields[name].help_text = _("Only who may publish examples changes the stance of the committee.")

    def clean(self) -> dict[str, Any]:
        """Skips the rules of publication for a draft, as Wagtail defers its own validation."""
        self.instance.is_draft_saved = self.is_deferred_validation
        return super().clean() or self.cleaned_data


class WithStance(models.Model):
    """Mixin for pages on which the committee takes a stance, in a session that was held. Put it before `BasePage`.

    Revisions keep former stances; the log of the page records when one was published (`veille.services.stances`).
    """

    # True while a form saves a draft: rules that only matter to readers are checked at publication.
    is_draft_saved = False

    stance = models.CharField(
        _("stance of the committee"),
        max_length=14,
        choices=Stance,
        blank=True,
        default="",
        db_default="",
        db_index=True,
    )
    stance_session = models.ForeignKey(
        SessionPage,
        verbose_name=_("session that took it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stances_on_examples",
        help_text=_("A session that was held. Readers see it if they may read its page."),
    )

    stance_panel = MultiFieldPanel(
        [FieldRowPanel([FieldPanel("stance"), FieldPanel("stance_session")])], heading=_("Stance of the committee")
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuses a stance without a session and the reverse, and a session not held yet; does not check drafts."""
        super().clean()
        if self.is_draft_saved:
            return
        if self.stance and not self.stance_session_id:
            raise ValidationError({"stance_session": _("Choose the session that took this stance.")})
        if self.stance_session_id and not self.stance:
            raise ValidationError({"stance": _("Choose the stance that this session took.")})
        held = SessionPage.objects.held(timezone.now())
        if self.stance_session_id and not held.filter(pk=self.stance_session_id).exists():
            raise ValidationError({"stance_session": _("This session was not held. Choose one that took place.")})

    @property
    def stance_label(self) -> str:
        """Label of the stance, or ""."""
        return str(Stance(self.stance).label) if self.stance else ""

    @property
    def stance_badge(self) -> str:
        """Badge kind of the stance, or ""."""
        return BADGES[Stance(self.stance)] if self.stance else ""

    def shown_session(self) -> SessionPage | None:
        """Returns the session that took the stance, if its page is published. No query without a stance."""
        return SessionPage.objects.published().filter(pk=self.stance_session_id).first() if self.stance else None
