"""Bulk actions of the admin that apply only to objects unchanged since their page was displayed.

The page contains a fingerprint of each object, which the service compares under its lock. If an object changed or was
added meanwhile, nothing is decided, and the page is displayed again with the current text.
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
    """`changed` differs from the version that the user decided about."""

    message = _("It changed since the page was shown. Read it again, then decide.")

    def __init__(self, changed: Model) -> None:
        super().__init__()
        self.changed = changed


def fingerprint(*values: Any) -> str:
    """Returns a digest of `values`."""
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()


def require_unchanged(instance: Any, shown: str | None) -> None:
    """Raises `ChangedMeanwhile` unless `instance`, locked by the caller, has the fingerprint `shown`.

    None skips the check, for decisions without a page: by a program, or the author of the text.
    """
    if shown is not None and instance.fingerprint != shown:
        raise ChangedMeanwhile(instance)


class DecidesAsShown:
    """Mixin for bulk actions, the first base class, for objects with a `fingerprint`.

    The template includes the form of `common/admin/shown_form.html`. Services get the displayed fingerprint from
    `shown_of`.
    """

    request: Any

    @staticmethod
    def fingerprint_of(item: Any) -> str:
        return str(item.fingerprint)

    @classmethod
    def shown_of(cls, item: Model, shown: dict[str, str]) -> str:
        """Returns the displayed fingerprint of `item`, or "" if it was not displayed."""
        return shown.get(_key(item), "")

    @cached_property
    def shown(self) -> dict[str, str]:
        """Displayed fingerprints by key of the object."""
        pairs = (value.rpartition(":") for value in self.request.POST.getlist("shown"))
        return {key: digest for key, _colon, digest in pairs}

    def object_context(self, obj: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().object_context(obj)  # type: ignore[misc]
        return {**context, "shown": f"{_key(obj)}:{self.fingerprint_of(obj)}"}

    def get_execution_context(self) -> dict[str, Any]:
        return {"shown": self.shown}

    def form_valid(self, form: Any) -> Any:
        if response := self.shown_again(form):
            return response
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except ChangedMeanwhile as error:
            return self._show(form, [error.changed])

    def shown_again(self, form: forms.Form) -> HttpResponse | None:
        """Returns the page with a warning if an object has changed, else None."""
        objects, _refused = self.get_actionable_objects()  # type: ignore[attr-defined]
        changed = [item for item in objects if self.shown_of(item, self.shown) != self.fingerprint_of(item)]
        return self._show(form, changed) if changed else None

    def _show(self, form: forms.Form, changed: Iterable[Model]) -> HttpResponse:
        names = ", ".join(f"“{item}”" if len(str(item)) < 80 else f"“{str(item)[:79]}…”" for item in changed)
        warning = gettext(
            "Nothing is decided: this changed or arrived since the page was shown: %(names)s. Read it below."
        )
        messages.warning(self.request, warning % {"names": names})
        context = self.get_context_data(form=form)  # type: ignore[attr-defined]
        response: HttpResponse = self.render_to_response(context, status=409)  # type: ignore[attr-defined]
        return response


def _key(item: Model) -> str:
    return f"{item._meta.label_lower}.{item.pk}"
