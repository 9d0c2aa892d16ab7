"""Checkbox that confirms a public name typed on behalf of another person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import may_identify

CONFIRMED = "name_confirmed"
NAME_TO_CONFIRM = _(
    "Everybody would read this name, and it tells who the person is. Shorten it, for example: Odile M. Or tick “Yes, "
    "this name will be public” if the person wants that."
)


def ask_about_name(form: forms.BaseForm, name: str) -> None:
    """Adds the checkbox after the field `name` of `form`, if the submitted name may identify the person."""
    if not form.is_bound or not may_identify(str(form.data.get(form.add_prefix(name), ""))):
        return
    form.fields[CONFIRMED] = forms.BooleanField(
        label=_("Yes, this name will be public"), error_messages={"required": NAME_TO_CONFIRM}
    )
    order = [one for one in form.fields if one != CONFIRMED]
    order.insert(order.index(name) + 1, CONFIRMED)
    form.order_fields(order)
