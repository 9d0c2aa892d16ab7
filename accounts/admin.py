"""Accounts in Wagtail's admin: forms, list, dashboard warning, and the page of the data-protection officer."""

import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.ui.components import Component
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import EditView, IndexView, UserViewSet

from accounts.forms.names import ask_about_name
from accounts.models import DataExport, ErasedAccount, InactivityWarning, User
from accounts.permissions import can_edit_accounts, can_oversee_data
from accounts.queries import accounts_with_doubtful_names, unused_with_rights
from accounts.services.emails import follow_email
from common.admin import PermissionView, PermissionViewSet, TitleInBreadcrumb
from common.edits import EditsAsShown
from common.hooks import personal_data
from common.personal_data import YEAR
from common.retention import table_now

NO_PASSWORD_HELP = _("Leave empty for a person who signs in by a code received by e-mail.")


class AccountForm(forms.ModelForm):
    """Adds the public name to Wagtail's form and makes the civil names optional."""

    password_required = False

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].required = False
        self.fields["last_name"].required = False
        if self.is_bound and self.data.get("public_name") != self.instance.public_name:
            ask_about_name(self, "public_name")

    def clean_email(self) -> str:
        """Returns the address as `User.save` stores it, so that the form finds the account that has it."""
        return self.cleaned_data["email"].strip().lower()

    def clean_public_name(self) -> str:
        return unicodedata.normalize("NFC", self.cleaned_data["public_name"])


class AccountCreationForm(AccountForm, UserCreationForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = NO_PASSWORD_HELP

    def save(self, commit: bool = True):
        """Saves the account; without a password, a code is the only way to sign in."""
        user = super().save(commit=False)
        if not self.cleaned_data["password1"]:
            user.set_unusable_password()
        if commit:
            user.save()
            self.save_m2m()
        return user

    class Meta(UserCreationForm.Meta):
        fields = UserCreationForm.Meta.fields | {"public_name", "public_name_allowed"}


class AccountEditForm(AccountForm, UserEditForm):
    def save(self, commit: bool = True):
        """Saves the account. After a change of address, only the new address signs in and receives mails."""
        user = super().save(commit=commit)
        if commit:
            follow_email(user=user, former=self.initial["email"])
        return user

    class Meta(UserEditForm.Meta):
        fields = UserEditForm.Meta.fields | {"public_name", "public_name_allowed"}


class AccountIndexView(IndexView):
    """List of accounts. Also searches `public_name`, which Wagtail's own list does not."""

    search_fields = frozenset({"email", "first_name", "last_name", "public_name"})


class AccountEditView(EditsAsShown, EditView):
    pass


class AccountViewSet(UserViewSet):
    """Wagtail's user views with the forms above."""

    index_view_class = AccountIndexView
    edit_view_class = AccountEditView
    create_template_name = "accounts/admin/create.html"
    edit_template_name = "accounts/admin/edit.html"

    def get_form_class(self, for_update: bool = False) -> type[AccountForm]:
        return AccountEditForm if for_update else AccountCreationForm


class DataProtectionView(TitleInBreadcrumb, PermissionView, TemplateView):
    """Personal data for the officer: retention periods with live counts, requests, and cases that need a decision."""

    is_allowed = staticmethod(can_oversee_data)
    page_title = _("Personal data")
    header_icon = "lock"
    template_name = "accounts/admin/data_protection.html"
    # Maximum number of rows in each list of accounts.
    max_rows = 50

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        waiting = DataExport.objects.select_related("user").order_by("asked_at")
        leaving = User.objects.leaving().order_by("deletion_due_at")
        warned = InactivityWarning.objects.select_related("user").order_by("-sent_at")
        unused = unused_with_rights(now=now)
        erased = ErasedAccount.objects.filter(erased_at__gt=now - YEAR)
        return super().get_context_data(
            lines=table_now(personal_data()),
            exports=waiting[: self.max_rows],
            leaving=leaving[: self.max_rows],
            warned=warned[: self.max_rows],
            unused=unused[: self.max_rows],
            more_unused=max(0, unused.count() - self.max_rows),
            counts={"exports": waiting.count(), "leaving": leaving.count(), "warned": warned.count()},
            erased=erased.count(),
            can_edit=can_edit_accounts(self.request.user),
            **kwargs,
        )


class DataProtectionViewSet(PermissionViewSet):
    name = "data_protection"
    icon = "lock"
    menu_label = _("Personal data")
    menu_hook = "register_reports_menu_item"
    menu_order = 1300
    url_prefix = "donnees-personnelles"  # type: ignore[assignment]
    is_allowed = staticmethod(can_oversee_data)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", DataProtectionView.as_view(), name="index")]


class PublicNamesView(TitleInBreadcrumb, PermissionView, TemplateView):
    """Public names that could be mistaken for the city, the site or the team, to be allowed or changed."""

    is_allowed = staticmethod(can_edit_accounts)
    page_title = _("Names to look at")
    header_icon = "user"
    template_name = "accounts/admin/public_names.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(accounts=accounts_with_doubtful_names(), **kwargs)


class PublicNamesViewSet(PermissionViewSet):
    name = "public_names"
    icon = "user"
    menu_label = _("Names to look at")
    menu_hook = "register_reports_menu_item"
    menu_order = 1310
    url_prefix = "noms-a-regarder"  # type: ignore[assignment]
    is_allowed = staticmethod(can_edit_accounts)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", PublicNamesView.as_view(), name="index")]


class NoSecondFactor(Component):
    """Dashboard warning: the admin is open without a second factor. Never shown in production."""

    name, order = "no_second_factor", 1
    template_name = "accounts/admin/no_second_factor.html"


def warn_without_second_factor(request: HttpRequest, panels: list[Component]) -> None:
    """Adds the warning to the dashboard (hook `construct_homepage_panels`)."""
    if not settings.ADMIN_NEEDS_SECOND_FACTOR:
        panels.append(NoSecondFactor())
