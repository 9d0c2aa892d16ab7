"""Lost second factors: an administrator asks for their removal, a second one agrees."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from accounts.errors import RemovalOver
from accounts.models import User
from accounts.permissions import can_edit_accounts, can_remove_factors
from accounts.queries import factors_of
from accounts.services.lost_factors import FactorRequest, agree_to_remove_factors, ask_to_remove_factors, request_of
from common.action_forms import ActionFormView
from common.admin import PermissionView, PermissionViewSet, TitleInBreadcrumb


class LostFactorsView(TitleInBreadcrumb, PermissionView, ActionFormView):
    """Base class of both views."""

    is_allowed = staticmethod(can_edit_accounts)
    header_icon = "key"

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    def above(self) -> list[dict[str, Any]]:
        return [{"url": reverse("wagtailusers_users:index"), "label": capfirst(User._meta.verbose_name_plural)}]


class AskView(LostFactorsView):
    page_title = _("Ask to remove the second factor")
    template_name = "accounts/admin/ask_to_remove_factors.html"

    @cached_property
    def account(self) -> User:
        account = get_object_or_404(User, pk=self.kwargs["pk"])
        if not can_remove_factors(self.user, account):
            raise PermissionDenied
        return account

    def submit(self, form: Form) -> HttpResponse:
        count = ask_to_remove_factors(user=self.account, by=self.user, now=timezone.now())
        message = ngettext(
            "%(count)d administrator is asked by e-mail, and the person is told.",
            "%(count)d administrators are asked by e-mail, and the person is told.",
            count,
        )
        messages.success(self.request, message % {"count": count})
        return redirect("wagtailusers_users:edit", self.account.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(account=self.account, **kwargs)


class AgreeView(LostFactorsView):
    page_title = _("Remove the second factor")
    template_name = "accounts/admin/agree_to_remove_factors.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except RemovalOver as refusal:
            messages.warning(request, str(refusal))
            return redirect("wagtailadmin_home")

    @cached_property
    def removal(self) -> FactorRequest:
        return request_of(self.kwargs["token"], by=self.user)

    def submit(self, form: Form) -> HttpResponse:
        user = agree_to_remove_factors(token=self.kwargs["token"], by=self.user, now=timezone.now())
        message = gettext("%(name)s has no second factor any more: e-mails say so to this person and to who asked.")
        messages.success(self.request, message % {"name": user})
        return redirect("wagtailusers_users:index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(removal=self.removal, factors=factors_of(self.removal.user), **kwargs)


class LostFactorsViewSet(PermissionViewSet):
    """Viewset of both pages, linked from the form of an account and from the mail."""

    name = "second_factors"
    url_prefix = "deuxiemes-facteurs"  # type: ignore[assignment]
    is_allowed = staticmethod(can_edit_accounts)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("<int:pk>/demander/", AskView.as_view(), name="ask"),
            path("accord/<str:token>/", AgreeView.as_view(), name="agree"),
        ]
