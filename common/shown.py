"""Acts that cannot be taken back apply only to what their page showed.

The page of such an act contains, in a hidden field, what it shows: text by label. The service requires the argument
`shown`, the fingerprint of this, and compares it under its lock with what it is about to publish, send or decide. If
they differ, nothing is done, and the page is displayed again with what changed (HTTP 409).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, TypeAlias

from django import forms
from django.contrib import messages
from django.core import signing
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import registry
from wagtail.models import BaseLogEntry

from common.differences import mark
from common.errors import Refusal

# What a page shows, or the act publishes: plain text by label.
Contents: TypeAlias = Mapping[str, str]
# Name of the hidden field.
FIELD = "shown"
SALT = "common.shown"


class _ByProgram(Enum):
    BY_PROGRAM = "by program"


# Argument `shown` of a program, which decides without a page.
BY_PROGRAM: Final = _ByProgram.BY_PROGRAM
# Fingerprint of what the page showed ("" if it showed nothing), or `BY_PROGRAM`.
Shown: TypeAlias = str | _ByProgram
# The same for several objects, by primary key.
ShownOfEach: TypeAlias = Mapping[int, str] | _ByProgram


class ChangedMeanwhile(Refusal):
    """`changed` differs from the version that the user decided about."""

    message = _("It changed since the page was shown. Read it again, then decide.")

    def __init__(self, changed: Model) -> None:
        super().__init__()
        self.changed = changed


def fingerprint(*values: Any) -> str:
    """Returns a digest of `values`."""
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()


def require_shown(shown: Shown, instance: Model, current: str) -> None:
    """Raises `ChangedMeanwhile` unless `shown` is `current`, the fingerprint of `instance` locked by the caller."""
    if shown is not BY_PROGRAM and shown != current:
        raise ChangedMeanwhile(instance)


def shown_of(instance: Model, shown: ShownOfEach) -> Shown:
    """Returns the fingerprint of `instance` in `shown`, "" if the page did not show it."""
    return shown if isinstance(shown, _ByProgram) else shown.get(instance.pk, "")


@dataclass(frozen=True)
class Change:
    """Part of the contents that changed, with the words added and removed marked."""

    label: str
    text: SafeString


class Confirmation:
    """Contents of the page of an act, and what the submitted page showed.

    `about` is the object whose history names who changed it. A template includes `common/shown.html` in its form.
    """

    def __init__(self, request: HttpRequest, contents: Contents, *, about: Model | None = None) -> None:
        self.contents = dict(contents)
        self.about = about
        self._submitted = _unpacked(request.POST.get(FIELD, ""))

    @property
    def field(self) -> str:
        """Value of the hidden field."""
        value = {"at": timezone.now().timestamp(), "contents": self.contents}
        return signing.dumps(value, salt=SALT, compress=True)

    @property
    def shown(self) -> str:
        """Fingerprint of what the submitted page showed; "" if the page is older than this rule."""
        return fingerprint(self._submitted["contents"]) if self._submitted else ""

    @property
    def changes(self) -> list[Change]:
        """Differences between the submitted page and the contents of now."""
        if self._submitted is None:
            return []
        before, now = self._submitted["contents"], self.contents
        labels = [*now, *(label for label in before if label not in now)]
        return [
            Change(label, mark(before.get(label, ""), now.get(label, "")))
            for label in labels
            if before.get(label, "") != now.get(label, "")
        ]

    @property
    def last_edit(self) -> BaseLogEntry | None:
        """The latest entry in the history of the object since the submitted page was shown."""
        if self.about is None or self._submitted is None:
            return None
        since = datetime.fromtimestamp(self._submitted["at"], tz=UTC)
        entries = registry.get_logs_for_instance(self.about).filter(timestamp__gte=since).select_related("user")
        return entries.order_by("-timestamp").first()


def _unpacked(value: str) -> dict[str, Any] | None:
    """Returns the content of a hidden field, or None if it is missing or was not written by this site."""
    try:
        unpacked: dict[str, Any] = signing.loads(value, salt=SALT)
    except signing.BadSignature:
        return None
    return unpacked


class ActsAsShown:
    """Mixin of an `ActionFormView`, before it, whose service takes `shown=self.confirmation.shown`.

    The template includes `common/shown.html` in its form.
    """

    request: HttpRequest
    invalid_status: int

    def get_contents(self) -> Contents:
        """Returns what the page shows: the whole of what is published, sent or decided."""
        raise NotImplementedError

    def get_about(self) -> Model | None:
        """Returns the object whose history names who changed it."""
        return getattr(self, "object", None)

    @cached_property
    def confirmation(self) -> Confirmation:
        return Confirmation(self.request, self.get_contents(), about=self.get_about())

    def refuse(self, form: forms.Form, refusal: Refusal) -> HttpResponse:
        if isinstance(refusal, ChangedMeanwhile):
            self.invalid_status = 409
            if self.confirmation.changes:
                # The page says more than the sentence.
                response: HttpResponse = self.form_invalid(form)  # type: ignore[attr-defined]
                return response
        return super().refuse(form, refusal)  # type: ignore[misc, no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {**context, "confirmation": self.confirmation}


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
        pairs = (value.rpartition(":") for value in self.request.POST.getlist(FIELD))
        return {key: digest for key, _colon, digest in pairs}

    def object_context(self, obj: Any) -> dict[str, Any]:
        return {**self.row_context(obj), "shown": f"{_key(obj)}:{self.fingerprint_of(obj)}"}

    def row_context(self, obj: Any) -> dict[str, Any]:
        """Returns the context of Wagtail's template for `obj`."""
        context: dict[str, Any] = super().object_context(obj)  # type: ignore[misc]
        return context

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
