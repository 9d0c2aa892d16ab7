"""`manage.py add_administrator`: creates the one account of an empty site, and shows its password."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from demo.services.accounts import ADMINISTRATOR, add_administrator, describe_accounts, holds_demonstration


class Command(BaseCommand):
    help = "Creates the administrator of a site that `make run EMPTY=1` starts, once, and shows the password."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMPTY_SITE:
            # It prints a password: refused on a site that is not meant for that.
            raise CommandError(_("This is no empty site to try: nothing is created."))
        if holds_demonstration():
            raise CommandError(_("This database holds the demonstration. Give the empty site one of its own."))
        if add_administrator():
            self.stdout.write(_("The site is empty. After signing in, begin with “Open the site” in the admin."))
        self.stdout.write(_("Account (e-mail address and password; a code by e-mail works too):"))
        for line in describe_accounts([ADMINISTRATOR]):
            self.stdout.write(f"  {line}")
