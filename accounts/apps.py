from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    default = True
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import checks, signals  # noqa: F401 - checks register themselves

        signals.connect()


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's own app of users, with forms that know our account."""

    user_viewset = "accounts.admin.AccountViewSet"
