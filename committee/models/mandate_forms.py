"""Formset of the mandates of a member, which refuses conflicting mandates beside the field."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.panels import InlinePanel

LAST_DAY_WANTED = _("Write the last day of each mandate: the dashboard reminds you sixty days before.")


class MandateFormSet(BaseChildFormSet):
    """Compares the mandates of one member, as they will be saved, with each other and with those of other members."""

    def clean(self, *args: Any, **kwargs: Any) -> None:
        super().clean(*args, **kwargs)
        rows = [
            form
            for form in self.forms
            if form not in self.deleted_forms and (form.instance.pk or form.has_changed()) and not form.errors
        ]
        unseen = self._unseen()
        for place, form in enumerate(rows):
            own = [earlier.instance for earlier in rows[:place]]
            for other in own:
                other.member = self.instance
            self._compare(form, [*own, *unseen], same_person=True)
        other_mandates = self._of_others([form.instance for form in rows])
        for form in rows:
            self._compare(form, other_mandates, same_person=False)

    def _unseen(self) -> list[Any]:
        """Returns the mandates added by another editor since the form was opened. At most one query."""
        if self.instance.pk is None:
            return []
        known_pks = [form.instance.pk for form in self.forms if form.instance.pk]
        return list(
            self.model.objects.filter(member=self.instance.pk).exclude(pk__in=known_pks).select_related("member")
        )

    def _of_others(self, own: list[Any]) -> list[Any]:
        """Returns the mandates of other members on the same seats, or in a single-holder office. One query."""
        conflicts = Q(role__in=self.model.SOLE) | Q(seat__in={mandate.seat_id for mandate in own if mandate.seat_id})
        return list(self.model.objects.filter(conflicts).exclude(member=self.instance.pk).select_related("member"))

    def _compare(self, form: Any, other_mandates: list[Any], *, same_person: bool) -> None:
        for other in other_mandates:
            if clash := form.instance.clash_with(other, same_person=same_person):
                form.add_error(*clash)
                return


class MandatesPanel(InlinePanel):
    """Panel of the mandates, with `MandateFormSet`."""

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        options["formsets"][self.relation_name]["formset"] = MandateFormSet
        return options
