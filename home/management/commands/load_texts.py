"""`manage.py load_texts`: gives the standard pages of a new site a first text that editors then make their own."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from home.services.starter_texts import load_texts


class Command(BaseCommand):
    help = "Writes the starter texts into the pages whose text is still empty. Changes no text that is there."

    def handle(self, *args: Any, **options: Any) -> None:
        count = load_texts(timezone.now())
        if count:
            self.stdout.write(ngettext("%(count)s page filled.", "%(count)s pages filled.", count) % {"count": count})
        else:
            self.stdout.write(_("No page was empty. Nothing has changed."))
