"""What Wagtail's own screens of the admin name: nothing that the lists of the account would not show (`seen_in_admin`).

Wagtail asks for rights when something is to be changed. Choosers of pages, formats of pictures and bulk actions name
first, and ask later.
"""

import json
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.views.chooser import ExternalLinkView
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.models import Page, PageQuerySet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import page_permission_policy

from cms.models import CustomDocument, CustomImage
from cms.models.visibility import published_pages
from cms.permissions import can_enter_admin
from common.choosers import number_of

# Each of these rights lets an account read the list of what it is about.
RIGHTS = {"add", "change", "delete", "view", "choose"}

# The arguments of Wagtail's addresses, and what each is the key of.
NAMED: dict[str, type[Model]] = {
    "page_id": Page,
    "parent_page_id": Page,
    "page_to_move_id": Page,
    "destination_id": Page,
    "image_id": CustomImage,
}
PAGES_CHOSEN = "wagtailadmin_choose_page_chosen_multiple"
REPORT_CLOSED = gettext_lazy("This report is closed: it names pages that some accounts do not see.")
EMBEDS_CLOSED = gettext_lazy("Pages embed nothing of other sites, which would follow readers. Write a link instead.")
# Views of Wagtail that no menu and no button leads to, and why: a report that names the last page of each type, whoever
# looks; the chooser of embeds, which asks the server that the account names.
CLOSED = {
    "wagtailadmin_reports:page_types_usage": REPORT_CLOSED,
    "wagtailadmin_reports:page_types_usage_results": REPORT_CLOSED,
    "wagtailembeds:chooser": EMBEDS_CLOSED,
    "wagtailembeds:chooser_upload": EMBEDS_CLOSED,
}


# The account that reads the screen of the admin which is being drawn.
_reader: ContextVar[Any] = ContextVar("reader", default=None)


def seen_in_admin(person: Any, model: type[Model]) -> QuerySet:
    """Returns the objects of `model` whose names `person` may read in the admin, on whatever screen.

    Of pages, those that anyone may read and those that the explorer lists; of the rest, what the list of the model
    shows. Not found and not seen are the same.
    """
    if issubclass(model, Page):
        public, own = published_pages(Page.objects.all()), page_permission_policy.explorable_instances(person)
        return Page.objects.filter(Q(pk__in=public.values("pk")) | Q(pk__in=own.values("pk")))
    seen: QuerySet = _policy_of(model).instances_user_has_any_permission_for(person, RIGHTS)
    return seen


def _policy_of(model: type[Model]) -> Any:
    viewset = getattr(model, "snippet_viewset", None)
    known = {CustomImage: image_policy, CustomDocument: document_policy}
    return viewset.permission_policy if viewset else known.get(model) or ModelPermissionPolicy(model)


class SeenInAdminMiddleware:
    """Answers « not found » to an address of the admin that names something that exists and the account does not see.

    Comes after AuthenticationMiddleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin_prefix = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reads = _reader.set(request.user if request.path.startswith(self.admin_prefix) else None)
        try:
            return self.get_response(request)
        finally:
            _reader.reset(reads)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        if not (request.path.startswith(self.admin_prefix) and can_enter_admin(request.user)):
            return None
        assert request.resolver_match  # noqa: S101
        if why := CLOSED.get(request.resolver_match.view_name):
            messages.warning(request, str(why))
            return redirect("wagtailadmin_home")
        for model, keys in _named(request):
            existing = model._default_manager.filter(pk__in=keys)
            if existing.exclude(pk__in=seen_in_admin(request.user, model).values("pk")).exists():
                raise Http404
        return None


def _named(request: HttpRequest) -> Iterator[tuple[type[Model], list[int]]]:
    """Yields the models that the address names objects of, with the keys of these."""
    match = request.resolver_match
    assert match  # noqa: S101
    for name, value in match.kwargs.items():
        if name in NAMED:
            yield NAMED[name], [number_of(str(value))]
    if match.url_name == PAGES_CHOSEN:
        yield Page, [number_of(key) for key in request.GET.getlist("id")]


def seen_pages(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Returns those of `pages` that the chooser of pages lists for the account."""
    return pages.filter(pk__in=seen_in_admin(request.user, Page).values("pk"))


_actionable_objects = BulkAction.get_actionable_objects


def actionable_objects(action: BulkAction) -> tuple[list[Model], dict[str, Any]]:
    """Returns what Wagtail's method does, and names, of what the account may not change, only what it sees.

    Takes the place of that method for all bulk actions, Wagtail's and ours (`cms.apps`). Raises `Http404`
    where nothing is left to name.
    """
    objects, others = _actionable_objects(action)
    refused = others["items_with_no_access"]
    if refused:
        # The rows of a list of reports are the texts that they are about.
        person, keys = action.request.user, [one.pk for one in refused]
        seen = {
            kind: set(seen_in_admin(person, kind).filter(pk__in=keys).values_list("pk", flat=True))
            for kind in {type(one) for one in refused}
        }
        kept = [one for one in refused if one.pk in seen[type(one)]]
        others["items_with_no_access"] = kept
        if not objects and not kept:
            raise Http404
    return objects, others


_title_in_admin = Page.get_admin_display_title


def title_in_admin(page: Page) -> str:
    """Returns the title that choosers, lists and bulk actions show: that of a draft to who has the explorer there.

    Takes the place of Wagtail's method for all pages (`cms.apps`): to the others, the title that anyone may read.
    """
    person = _reader.get()
    if person is not None and page.draft_title != page.title and page.live:
        own = page_permission_policy.instances_with_direct_explore_permission(person)
        if not any(page.path.startswith(above.path) for above in own):
            return str(page.title)
    return str(_title_in_admin(page))


_converted = ExternalLinkView.post


def converted_link(view: ExternalLinkView, request: HttpRequest) -> HttpResponse:
    """Answers as Wagtail's method, which makes of the address of a page a link to it: of pages that are seen.

    Takes the place of that method (`cms.apps`): it would tell the title of a page that the account does not see.
    """
    if "external-link-chooser-url" not in request.POST:
        raise BadRequest
    answer = _converted(view, request)
    told = json.loads(answer.content)
    key = (told.get("internal") or told.get("result") or {}).get("id")
    if key and not seen_in_admin(request.user, Page).filter(pk=key).exists():
        return view.render_chosen_response(view.get_result_data())
    return answer
