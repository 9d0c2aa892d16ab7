"""Edit forms save only over the values that their page showed.

The page contains, in a hidden field, a digest of each stored value of its form. If another request has saved a value
since, and the submitted form would overwrite it, nothing is saved: the form is displayed again with its text and the
values saved meanwhile (HTTP 409). That page is bound to those, so that a second press saves.
"""

import os
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.files import File
from django.db import transaction
from django.db.models import Model
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.text import capfirst
from django.utils.translation import gettext
from wagtail.blocks import StreamValue

from common.shown import Change, Confirmation, fingerprint


class Edit(Confirmation):
    """Stored values that `form` edits, and those that the submitted page showed.

    `stored` is an unbound form of the same class, which has the stored inline rows. Without inline rows, `form` itself
    is enough. A template includes `common/edited.html` in its form.
    """

    def __init__(
        self, request: HttpRequest, form: forms.BaseForm, *, stored: forms.BaseForm | None = None, about: Any = None
    ) -> None:
        self.form, self.stored = form, stored or form
        super().__init__(request, _digests(self.stored), about=about)

    @cached_property
    def changes(self) -> list[Change]:
        """Values saved since the submitted page was shown that its form would overwrite."""
        if not self.form.is_bound:
            return []
        before = self._submitted["contents"] if self._submitted else {}
        return [
            Change(_label(self.stored, name), escape(_text(self.stored, name)))
            for name, digest in self.contents.items()
            if before.get(name) != digest and _is_changed(self.form, name)
        ]


def lock(instance: Model) -> None:
    """Locks the row of `instance`, whose values the caller then reads. Requires a transaction."""
    type(instance)._base_manager.select_for_update().get(pk=instance.pk)


class EditsAsShown:
    """Mixin of an edit view of Django or Wagtail, before it: its form saves only over the values that it showed."""

    request: HttpRequest
    object: Any

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        lock(self.get_object())  # type: ignore[attr-defined]
        self.object = self.get_object()  # type: ignore[attr-defined]
        if self.has_changed_meanwhile():
            data = request.POST.copy()
            _renew_deleted_rows(self.edit.form, data)
            # Wagtail takes the form of the view, Django that of the context.
            self.form = self.get_form_class()(**{**self.get_form_kwargs(), "data": data})  # type: ignore[attr-defined]
            context = self.get_context_data(form=self.form)
            response: HttpResponse = self.render_to_response(context, status=409)  # type: ignore[attr-defined]
            return response
        return super().post(request, *args, **kwargs)  # type: ignore[misc]

    def has_changed_meanwhile(self) -> bool:
        """Returns whether the submitted form would overwrite what another request has saved."""
        return bool(self.edit.changes)

    @cached_property
    def edit(self) -> Edit:
        options = self.get_form_kwargs()  # type: ignore[attr-defined]
        form = self.get_form_class()(**options)  # type: ignore[attr-defined]
        unbound = {name: value for name, value in options.items() if name not in ("data", "files")}
        stored = self.get_form_class()(**unbound) if form.is_bound else None  # type: ignore[attr-defined]
        return Edit(self.request, form, stored=stored, about=getattr(self, "object", None))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {**context, "edit": self.edit}


def _renew_deleted_rows(form: forms.BaseForm, data: Any) -> None:
    """Makes new rows in `data`, that of `form`, of inline rows that another request has deleted."""
    for formset in getattr(form, "formsets", {}).values():
        stored = {str(row.pk) for row in formset.get_queryset()}
        for row in formset.initial_forms:
            key = row.add_prefix(formset.model._meta.pk.name)
            data[key] = data[key] if data[key] in stored else ""
            _renew_deleted_rows(row, data)


def _digests(form: forms.BaseForm) -> dict[str, str]:
    """Returns a digest of each stored value of `form` by the name of its field, and of its inline rows by relation."""
    names = [name for name in form.fields if name not in getattr(form, "derived_fields", ())]
    digests = {name: fingerprint(_value(form, name)) for name in names}
    return digests | {name: fingerprint(rows) for name, rows in _rows(form)}


def _rows(form: forms.BaseForm) -> Iterator[tuple[str, list[Any]]]:
    """Yields name and stored rows of each inline formset of `form`."""
    for name, formset in getattr(form, "formsets", {}).items():
        yield name, [[row.instance.pk, _digests(row)] for row in formset.initial_forms]


def _value(form: forms.BaseForm, name: str) -> Any:
    """Returns a stored value as JSON can write it: primary keys of objects, blocks as they are stored."""
    field = form.fields[name]
    value = field.prepare_value(form.get_initial_for_field(field, name))
    if isinstance(value, StreamValue):
        return value.get_prep_value()
    if isinstance(value, Model):
        return value.pk
    return value


def _is_changed(form: forms.BaseForm, name: str) -> bool:
    """Returns whether the submitted `form` changes the stored value; false for a form that was sent twice."""
    if name in form.fields:
        data, stored = form[name].data, _value(form, name)
        # Browsers send another line break than the one that is stored.
        is_same_text = isinstance(data, str) and isinstance(stored, str) and _lines(data) == _lines(stored)
        return name in form.changed_data and not is_same_text
    return bool(form.formsets[name].has_changed())  # type: ignore[attr-defined]


def _lines(text: str) -> list[str]:
    return text.strip().splitlines()


def _label(form: forms.BaseForm, name: str) -> str:
    if name in form.fields:
        return str(form[name].label)
    return capfirst(str(form.formsets[name].model._meta.verbose_name_plural))  # type: ignore[attr-defined]


def _text(form: forms.BaseForm, name: str) -> str:
    """Returns a stored value as plain text; of inline rows, one line each."""
    if name not in form.fields:
        return "\n".join(_row_text(row) for row in form.formsets[name].initial_forms)  # type: ignore[attr-defined]
    field = form.fields[name]
    value: Any = field.prepare_value(form.get_initial_for_field(field, name))
    if isinstance(value, StreamValue):
        return "\n".join(value.stream_block.get_searchable_content(value))
    if isinstance(value, File):
        return os.path.basename(value.name or "")
    if isinstance(field, forms.BooleanField):
        return gettext("Yes") if value else gettext("No")
    if isinstance(field, forms.ModelChoiceField):
        chosen: Any = field.queryset
        keys = [key for key in _listed(value) if key]
        return ", ".join(field.label_from_instance(one) for one in chosen.filter(pk__in=keys))
    if isinstance(field, forms.ChoiceField):
        codes = {str(code) for code in _listed(value)}
        return ", ".join(str(label) for code, label in _choices(field) if str(code) in codes)
    return str(field.widget.format_value(value) or "")


def _row_text(row: forms.BaseForm) -> str:
    names = [field.name for field in row.visible_fields()]
    texts = [_text(row, name) for name in names if name not in (DELETION_FIELD_NAME, ORDERING_FIELD_NAME)]
    texts += [_text(row, name).replace("\n", ", ") for name in getattr(row, "formsets", {})]
    return " · ".join(filter(None, texts))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | set) else [value]


def _choices(field: Any) -> Iterator[tuple[Any, Any]]:
    """Yields the choices of `field`, those of groups too."""
    for key, label in field.choices:
        yield from label if isinstance(label, list | tuple) else [(key, label)]
