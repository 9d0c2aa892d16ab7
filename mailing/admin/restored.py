"""Admin view that releases or cancels the mails held since a restore."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from common.shown import ActsAsShown, Contents
from mailing import releases, restored
from mailing.admin.actions import ConfirmationView, ReasonForm
from mailing.models import Identity
from mailing.notifications import name_of_kind
from mailing.permissions import can_manage_batches

RELEASE, GIVE_UP = "release", "give_up"


class RestoredForm(ReasonForm):
    """Choice of the kinds to release or cancel, and whether to end the hold on mails planned by the site."""

    act = forms.ChoiceField(
        label=_("What becomes of them"),
        choices=[(GIVE_UP, _("They never leave")), (RELEASE, _("They leave now"))],
        widget=forms.RadioSelect,
        required=False,
    )
    kinds = forms.MultipleChoiceField(
        label=_("E-mails that are held"), required=False, widget=forms.CheckboxSelectMultiple
    )
    leaves_again = forms.BooleanField(
        label=_("From now on, letters and reminders leave by themselves again"),
        required=False,
        help_text=_("Until then, each one that the site plans is added to this list."),
    )
    field_order = ("kinds", "act", "leaves_again", "reason")

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], holds: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = kinds  # type: ignore[attr-defined]
        if not kinds:
            del self.fields["kinds"], self.fields["act"]
        if not holds:
            del self.fields["leaves_again"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kinds") and not data.get("act"):
            self.add_error("act", _("Choose what becomes of them."))
        if not data.get("kinds") and not data.get("leaves_again"):
            raise forms.ValidationError(_("Choose at least one line."))
        return data


class RestoredView(ActsAsShown, ConfirmationView):
    """Held mails by kind and subject, to be released or cancelled."""

    page_title = _("E-mails held after a restore")
    back = (_("Each e-mail"), "envois_modeladmin_index")
    verb = _("Confirm")
    form_class = RestoredForm
    is_allowed = staticmethod(can_manage_batches)

    @cached_property
    def restored_from(self) -> datetime | None:
        return restored.restored_from()

    @property
    def explanation(self) -> str:
        """Explanation with the date of the backup: mails planned later may already have been sent."""
        explanation = gettext(
            "What waited then may have left since, and would leave a second time. Codes and confirmations that people "
            "ask for now leave as always."
        )
        if self.restored_from is None:
            return f"{gettext('The site was restored from a backup.')} {explanation}"
        moment = date_format(timezone.localtime(self.restored_from), "DATETIME_FORMAT")
        return f"{gettext('The site was restored from the backup of %(moment)s.') % {'moment': moment}} {explanation}"

    def get_form_kwargs(self) -> dict[str, Any]:
        counts = restored.held().values_list("kind").annotate(count=Count("pk")).order_by("kind")
        kinds = [(kind, f"{name_of_kind(kind)} ({count})") for kind, count in counts]
        return super().get_form_kwargs() | {"kinds": kinds, "holds": self.restored_from is not None}

    def get_contents(self) -> Contents:
        return releases.contents_of(restored.held())

    def get_about(self) -> Identity | None:
        return Identity.objects.filter(pk=1).first()

    def get_success_url(self) -> str:
        return f"{reverse(self.back[1])}"

    def submit(self, form: forms.Form) -> HttpResponse:
        reason, actor = form.cleaned_data["reason"], self.request.user
        if kinds := form.cleaned_data.get("kinds"):
            act = {"kinds": kinds, "shown": self.confirmation.shown, "actor": actor, "reason": reason}
            if form.cleaned_data["act"] == RELEASE:
                count = releases.release(now=timezone.now(), **act)
                self._say(count, lambda n: ngettext("%(count)d e-mail leaves.", "%(count)d e-mails leave.", n))
            else:
                count = releases.give_up(**act)
                self._say(count, lambda n: ngettext("%(count)d e-mail cancelled.", "%(count)d e-mails cancelled.", n))
        if form.cleaned_data.get("leaves_again"):
            releases.end_hold(actor=actor, reason=reason)
            messages.success(self.request, gettext("Letters and reminders leave by themselves again."))
        return redirect(self.get_success_url())

    def _say(self, count: int, sentence: Callable[[int], str]) -> None:
        messages.success(self.request, sentence(count) % {"count": count})


def urlpatterns() -> list[URLPattern]:
    return [path("restauration/", RestoredView.as_view(), name="restored")]
