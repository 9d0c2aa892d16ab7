"""`manage.py load_demo`: fills an empty site with the demonstration, once, and prints its accounts."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.models import CustomImage
from cms.renditions import make_all
from demo.services import demonstration
from demo.services.accounts import describe_accounts


class Command(BaseCommand):
    help = "Loads the demonstration content, once, and shows one account per role with its password."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            # It creates an administrator and prints the password: refused on a site that is not meant for that.
            raise CommandError(_("The demonstration is switched off here. Set DEMONSTRATION to load it."))
        if demonstration.load(timezone.now()):
            # So that the first visitor does not wait for renditions that the tick would make a moment later.
            make_all(CustomImage.objects.all())
            self.stdout.write(_("The demonstration is loaded."))
        else:
            self.stdout.write(_("The demonstration is there already. Nothing has changed."))
        self.stdout.write(_("Accounts (e-mail address and password; a code by e-mail works too):"))
        for line in describe_accounts():
            self.stdout.write(f"  {line}")
