"""Bulk actions of the admin that decide about objects exactly as their page showed them.

The page carries a fingerprint of each object. The service compares it under its lock: where an object changed or came
meanwhile, nothing is decided, and the page is shown again with the new text.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class ChangedMeanwhile(Refusal):
    """`changed` is not any more as the person who decides about it read it."""

    message = _("It changed since the page was shown. Read it again, then decide.")

    def __init__(self, changed: Model) -> None:
        super().__init__()
        self.changed = changed


def fingerprint(*values: Any) -> str:
    """Returns a digest of `values`, which changes with any of them."""
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()


def require_unchanged(found: Any, shown: str | None) -> None:
    """Raises `ChangedMeanwhile` unless `found`, which the caller locked, has the fingerprint `shown`.

    None stands for a decision that follows from no page: a program, or the owner of the text.
    """
    if shown is not None and found.fingerprint != shown:
        raise ChangedMeanwhile(found)


class DecidesAsShown:
    """Mixin of a bulk action, named first. Its objects have a `fingerprint`; its template includes the form of
    `common/admin/shown_form.html`. The services get the fingerprint that was shown from `shown_of`.
    """

    request: Any

    @staticmethod
    def fingerprint_of(item: Any) -> str:
        return str(item.fingerprint)

    @classmethod
    def shown_of(cls, item: Model, shown: dict[str, str]) -> str:
        """Returns the fingerprint of `item` among those that the page showed, "" if it showed none."""
        return shown.get(_key(item), "")

    @cached_property
    def shown(self) -> dict[str, str]:
        """Fingerprint of each object that the page showed, by its key."""
        pairs = (value.rpartition(":") for value in self.request.POST.getlist("shown"))
        return {key: digest for key, _colon, digest in pairs}

    def object_context(self, obj: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().object_context(obj)  # type: ignore[misc]
        return {**context, "shown": f"{_key(obj)}:{self.fingerprint_of(obj)}"}

    def get_execution_context(self) -> dict[str, Any]:
        return {"shown": self.shown}

    def form_valid(self, form: Any) -> Any:
        if again := self.shown_again(form):
            return again
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except ChangedMeanwhile as refused:
            return self._show(form, [refused.changed])

    def shown_again(self, form: forms.Form) -> HttpResponse | None:
        """Returns the page with a warning when an object is not as it showed it, None otherwise."""
        objects, _refused = self.get_actionable_objects()  # type: ignore[attr-defined]
        changed = [one for one in objects if self.shown_of(one, self.shown) != self.fingerprint_of(one)]
        return self._show(form, changed) if changed else None

    def _show(self, form: forms.Form, changed: Iterable[Model]) -> HttpResponse:
        names = ", ".join(f"“{one}”" if len(str(one)) < 80 else f"“{str(one)[:79]}…”" for one in changed)
        warning = gettext(
            "Nothing is decided: this changed or arrived since the page was shown: %(names)s. Read it below."
        )
        messages.warning(self.request, warning % {"names": names})
        context = self.get_context_data(form=form)  # type: ignore[attr-defined]
        answer: HttpResponse = self.render_to_response(context, status=409)  # type: ignore[attr-defined]
        return answer


def _key(item: Model) -> str:
    return f"{item._meta.label_lower}.{item.pk}"
