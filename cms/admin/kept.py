"""Deletion guard: refuses to delete objects that are referenced or historical, on every screen of the admin."""

from collections import Counter
from collections.abc import Callable

from django.contrib import messages
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.errors import SectionKept
from common.errors import Refusal


class RefusedDeletionMiddleware:
    """Displays the form again, with the reason, when a model refused a change or a deletion. Nothing has changed then.

    Applies to forms, bulk actions and the deletion of an ancestor page. Of referring objects only the number is
    displayed, since the user may not be allowed to see them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if request.method != "POST" or not request.path.startswith(reverse("wagtailadmin_home")):
            return None
        if isinstance(exception, ProtectedError):
            uses = Counter(str(obj._meta.verbose_name_plural) for obj in exception.protected_objects)
            uses_in_words = ", ".join(
                _("%(what)s: %(count)d") % {"what": label, "count": uses[label]} for label in sorted(uses)
            )
            messages.error(
                request, _("Nothing was deleted: what you chose is still used (%(uses)s).") % {"uses": uses_in_words}
            )
        elif isinstance(exception, Refusal):
            messages.error(request, str(exception))
        else:
            return None
        return HttpResponseRedirect(request.get_full_path())


def show_kept_section(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Hook `before_delete_page`: displays a section again, with the reason why it is kept, before asking anything."""
    if page.max_count != 1:
        return None
    messages.error(request, str(SectionKept(page)))
    return redirect("wagtailadmin_pages:edit", page.pk)
