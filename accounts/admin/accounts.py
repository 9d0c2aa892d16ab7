"""Accounts in Wagtail's admin: forms, list, closing, dashboard warning, the page of the data-protection officer."""

import unicodedata
from typing import Any, ClassVar, cast

import django_filters
from django import forms
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.widgets.button import BaseButton, Button
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.bulk_actions.user_bulk_action import UserBulkAction
from wagtail.users.views.users import CreateView, DeleteView, EditView, IndexView, UserFilterSet, UserViewSet

from accounts.exports.personal_data import erasure_summary_of
from accounts.forms.closing import CloseAccountForm, ReasonForm
from accounts.forms.names import ask_about_name
from accounts.models import DataExport, ErasedAccount, InactivityWarning, User
from accounts.models.accounts import UserQuerySet
from accounts.permissions import can_close_account, can_edit_accounts, can_oversee_data, can_remove_factors
from accounts.queries import accounts_with_doubtful_names, factors_of, second_factors, standing_of, unused_with_rights
from accounts.services.accounts import invite_colleague
from accounts.services.closing import close_account, reopen_account
from accounts.services.deletion import plan_deletion
from accounts.services.emails import follow_email
from common.admin import PermissionView, PermissionViewSet, TitleInBreadcrumb
from common.edits import EditsAsShown
from common.errors import Refusal
from common.hooks import personal_data
from common.personal_data import YEAR, ErasurePolicy
from common.retention import table_now
from common.templatetags.dates import day

CLOSE_LABEL = _("Close or erase…")
INVITE_LABEL = _("Invite a colleague")
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
    """Form of an account. Only `CloseAccountView` closes and reopens it, with a reason and a mail."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("is_active", None)

    def save(self, commit: bool = True):
        """Saves the account. After a change of address, only the new address signs in and receives mails."""
        user = super().save(commit=commit)
        if commit:
            follow_email(user=user, former=self.initial["email"])
        return user

    class Meta(UserEditForm.Meta):
        fields = UserEditForm.Meta.fields | {"public_name", "public_name_allowed"}


class AccountFilterSet(UserFilterSet):
    """Wagtail's filters, and one that separates the team from the residents."""

    COLLEAGUES, RESIDENTS = "colleagues", "residents"

    who = django_filters.ChoiceFilter(
        label=_("Who"),
        choices=[(COLLEAGUES, _("Colleagues, with rights")), (RESIDENTS, _("Residents"))],
        method="filter_who",
    )

    def filter_who(self, accounts: UserQuerySet, name: str, who: str) -> UserQuerySet:
        colleagues = User.objects.with_rights().order_by().values("pk")
        return accounts.filter(pk__in=colleagues) if who == self.COLLEAGUES else accounts.exclude(pk__in=colleagues)


class AccountIndexView(IndexView):
    """List of accounts, with groups and second factors. Also searches `public_name`, unlike Wagtail's own list.

    The access level stands among the groups, so that names have room.
    """

    search_fields = frozenset({"email", "first_name", "last_name", "public_name"})
    add_item_label = INVITE_LABEL

    def get_base_queryset(self) -> QuerySet[User]:
        accounts = super().get_base_queryset().prefetch_related("groups")
        return accounts.annotate(has_factor=Exists(second_factors().filter(user=OuterRef("pk"))))

    @cached_property
    def columns(self) -> list[Column]:
        columns = [column for column in super().columns if column.name != "is_superuser"]
        groups = Column("group_names", label=_("Groups"), accessor=_groups_of)
        factor = BooleanColumn("has_factor", label=_("Second factor"), sort_key="has_factor")
        return [*columns[:3], groups, factor, *columns[3:]]

    def to_row_dict(self, item: User) -> dict[str, Any]:
        item.group_names = _groups_of(item)  # type: ignore[attr-defined]
        return super().to_row_dict(item)

    def get_delete_url(self, instance: User) -> None:
        """Returns None: the button of `get_list_more_buttons` has another label."""

    def get_list_more_buttons(self, instance: User) -> list[BaseButton]:
        buttons = super().get_list_more_buttons(instance)
        if can_close_account(self.request.user, instance):
            url = super().get_delete_url(instance)
            buttons.append(Button(CLOSE_LABEL, url=url, icon_name="bin", priority=30))
        return buttons


def _groups_of(account: User) -> str:
    """Returns the names of the groups of `account`, after “Administrator” for a superuser."""
    names = sorted(group.name for group in account.groups.all())
    return ", ".join([gettext("Administrator"), *names] if account.is_superuser else names)


class InviteColleagueView(CreateView):
    """Form of a new account, whose owner is invited by mail to sign in."""

    page_title = INVITE_LABEL

    def save_instance(self) -> User:
        user: User = super().save_instance()
        invite_colleague(user=user, by=cast(User, self.request.user), now=timezone.now())
        return user

    def get_success_message(self, instance: User) -> str:
        message = gettext("The account of %(name)s is open. An e-mail to %(email)s says how to sign in.")
        return message % {"name": instance, "email": instance.email}


class AccountEditView(EditsAsShown, EditView):
    """Form of an account, which also shows whether it is closed, and whether it has a second factor."""

    delete_item_label = CLOSE_LABEL

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_remove = can_remove_factors(self.request.user, self.object)
        return super().get_context_data(factors=factors_of(self.object), may_remove_factors=may_remove, **kwargs)

    def get_usage_url(self) -> None:
        """Returns None, as `CloseAccountView` does."""


class CloseAccountView(DeleteView):
    """Closes, erases or reopens an account, in place of Wagtail's deletion: with a reason, a mail and a delay.

    Shows what the person reads on their own page before a deletion. Their texts stay: the owner alone withdraws them.
    """

    page_title = _("Close or erase the account")
    form_class = CloseAccountForm
    # `DeletionMixin.delete` would erase the account at once.
    http_method_names: ClassVar = ["get", "head", "options", "post"]

    def get_usage_url(self) -> None:
        """Returns None: the number of uses says nothing about what becomes of the data."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"account": self.object}

    def form_valid(self, form: CloseAccountForm) -> HttpResponse:
        try:
            sentence = self.carry_out(form.cleaned_data["act"], form.cleaned_data.get("reason", ""))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, sentence % {"name": self.object})
        return redirect(self.get_success_url())

    def carry_out(self, act: str, reason: str) -> str:
        """Calls the service of `act`, and returns the sentence that reports it."""
        user, now, by = self.object, timezone.now(), self.request.user
        if act == CloseAccountForm.REOPEN:
            reopen_account(user=user, now=now)
            return gettext("The account of %(name)s is open. An e-mail says so to the person.")
        if act == CloseAccountForm.CLOSE:
            close_account(user=user, by=by, reason=reason, now=now)
            return gettext("The account of %(name)s is closed. An e-mail gives the person your reason.")
        leaving = plan_deletion(user=user, removes_texts=False, by=by, reason=reason, now=now)
        sentence = gettext("The account of %%(name)s is closed. It will be erased on %(day)s: an e-mail says so.")
        return sentence % {"day": day(leaving.deletion_due_at)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now, lines = timezone.now(), erasure_summary_of(self.object)
        goes = {ErasurePolicy.GOES, *([ErasurePolicy.CHOICE] if self.object.removes_texts else [])}
        return super().get_context_data(
            account=self.object,
            standing=standing_of([self.object], now).get(self.object.pk, []),
            goes=[line.text for line in lines if line.fate in goes],
            stays=[line.text for line in lines if line.fate not in goes],
            **kwargs,
        )


class CloseAccounts(UserBulkAction):
    """Bulk action that closes accounts, for one reason. Accounts are erased one by one."""

    display_name = _("Close")
    action_type = "close"
    aria_label = _("Close the selected accounts")
    template_name = "accounts/admin/close_accounts.html"
    action_priority = 10
    any_permission_required: ClassVar = ["delete"]
    form_class = ReasonForm

    def check_perm(self, obj: User) -> bool:
        return obj.is_active and can_close_account(self.request.user, obj)

    def annotate_items(self, items: list[User]) -> list[User]:
        self.standing = standing_of(items, timezone.now())
        return items

    def object_context(self, obj: User) -> dict[str, Any]:
        return super().object_context(obj) | {"standing": self.standing.get(obj.pk, [])}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(title=_("Close the accounts"), header_icon="user", **kwargs)

    def get_execution_context(self) -> dict[str, Any]:
        return {"by": self.request.user, "now": timezone.now(), **self.cleaned_form.cleaned_data}

    @classmethod
    def execute_action(cls, objects: list[User], **kwargs: Any) -> tuple[int, int]:
        return sum(close_account(user=user, **kwargs) for user in objects), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        return ngettext(
            "%(count)d account is closed. An e-mail gives the person your reason.",
            "%(count)d accounts are closed. An e-mail gives each person your reason.",
            num_parent_objects,
        ) % {"count": num_parent_objects}


class AccountViewSet(UserViewSet):
    """Wagtail's user views with the forms above."""

    # Without the addresses: nobody needs them all in one file.
    list_export: ClassVar = ["public_name", "group_names", "has_factor", "is_active", "last_login"]

    # A copy would begin with the address of another person.
    copy_view_enabled = False
    index_view_class = AccountIndexView
    filterset_class = AccountFilterSet
    add_view_class = InviteColleagueView
    edit_view_class = AccountEditView
    delete_view_class = CloseAccountView
    create_template_name = "accounts/admin/create.html"
    edit_template_name = "accounts/admin/edit.html"
    delete_template_name = "accounts/admin/close_account.html"

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
