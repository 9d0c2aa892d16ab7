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
    """Wagtail's users app, with the forms of our user model."""

    user_viewset = "accounts.admin.accounts.AccountViewSet"
