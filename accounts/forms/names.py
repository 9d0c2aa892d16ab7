"""Checkbox that confirms a public name typed on behalf of another person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.errors import NameNotConfirmed
from accounts.models import may_identify

CONFIRMED = "name_confirmed"


def ask_about_name(form: forms.BaseForm, name: str) -> None:
    """Adds the checkbox after the field `name` of `form`, if the submitted name may identify the person."""
    if not form.is_bound or not may_identify(str(form.data.get(form.add_prefix(name), ""))):
        return
    form.fields[CONFIRMED] = forms.BooleanField(
        label=_("Yes, this name will be public"), error_messages={"required": NameNotConfirmed.message}
    )
    order = [field_name for field_name in form.fields if field_name != CONFIRMED]
    order.insert(order.index(name) + 1, CONFIRMED)
    form.order_fields(order)
