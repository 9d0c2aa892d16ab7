from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_delete
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    default = True
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts.models import User
        from accounts.permission_names import name_permissions
        from accounts.services import erase_with_account

        pre_delete.connect(erase_with_account, sender=User, dispatch_uid="accounts.services")
        post_migrate.connect(name_permissions, dispatch_uid="accounts.permission_names")


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's own app of users, with forms that know our account."""

    user_viewset = "accounts.admin.AccountViewSet"
