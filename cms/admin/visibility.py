"""Restricts object names in Wagtail's own screens to what the lists of the user would contain (`visible_in_admin`).

Wagtail checks permissions when something is changed. Page choosers, image formats and bulk actions display names before
that check.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.models import Page, PageQuerySet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import page_permission_policy

from cms.models import CustomDocument, CustomImage
from cms.models.visibility import admin_reader, published_pages
from cms.permissions import can_enter_admin
from common.choosers import number_of

# Permissions each of which gives read access to the list of a model.
RIGHTS = {"add", "change", "delete", "view", "choose"}

# URL arguments of Wagtail's views, and the model whose primary key they hold.
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
WORKFLOW_CLOSED = gettext_lazy("The screen of a workflow says for which pages it is asked. Change them there.")
# Views of Wagtail without a menu item or button, and why they are closed: a report that names the last page of each
# type to everyone; the embed chooser, which requests a URL given by the user; a removal that names drafts.
CLOSED = {
    "wagtailadmin_reports:page_types_usage": REPORT_CLOSED,
    "wagtailadmin_reports:page_types_usage_results": REPORT_CLOSED,
    "wagtailembeds:chooser": EMBEDS_CLOSED,
    "wagtailembeds:chooser_upload": EMBEDS_CLOSED,
    "wagtailadmin_workflows:remove": WORKFLOW_CLOSED,
}


def visible_in_admin(user: Any, model: type[Model]) -> QuerySet:
    """Returns the objects of `model` whose names `user` may read anywhere in the admin.

    For pages: public ones, and those in the explorer; for other models: those in the list of the model. There is no
    difference between missing and hidden objects.
    """
    if issubclass(model, Page):
        public, own = published_pages(Page.objects.all()), page_permission_policy.explorable_instances(user)
        return Page.objects.filter(Q(pk__in=public.values("pk")) | Q(pk__in=own.values("pk")))
    visible: QuerySet = _policy_of(model).instances_user_has_any_permission_for(user, RIGHTS)
    return visible


def _policy_of(model: type[Model]) -> Any:
    viewset = getattr(model, "snippet_viewset", None)
    policies = {CustomImage: image_policy, CustomDocument: document_policy}
    return viewset.permission_policy if viewset else policies.get(model) or ModelPermissionPolicy(model)


class SeenInAdminMiddleware:
    """Answers 404 to admin URLs that contain primary keys of objects hidden from the user (`visible_in_admin`).

    Placed after AuthenticationMiddleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin_prefix = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reads = admin_reader.set(request.user if request.path.startswith(self.admin_prefix) else None)
        try:
            return self.get_response(request)
        finally:
            admin_reader.reset(reads)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        if not (request.path.startswith(self.admin_prefix) and can_enter_admin(request.user)):
            return None
        assert request.resolver_match  # noqa: S101
        if reason := CLOSED.get(request.resolver_match.view_name):
            messages.warning(request, str(reason))
            return redirect("wagtailadmin_home")
        for model, keys in _named(request):
            existing = model._default_manager.filter(pk__in=keys)
            if existing.exclude(pk__in=visible_in_admin(request.user, model).values("pk")).exists():
                raise Http404
        return None


def _named(request: HttpRequest) -> Iterator[tuple[type[Model], list[int]]]:
    """Yields the models and primary keys that the URL contains."""
    match = request.resolver_match
    assert match  # noqa: S101
    for name, value in match.kwargs.items():
        if name in NAMED:
            yield NAMED[name], [number_of(str(value))]
    if match.url_name == PAGES_CHOSEN:
        yield Page, [number_of(key) for key in request.GET.getlist("id")]


def visible_pages(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Returns the subset of `pages` that the page chooser lists for the user."""
    return pages.filter(pk__in=visible_in_admin(request.user, Page).values("pk"))
