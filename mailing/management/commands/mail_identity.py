"""Command `mail_identity`: shows the site that owns the database, and adopts it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from mailing import identity


class Command(BaseCommand):
    help = "Says to which site this database belongs. Mail leaves only if MAIL_IDENTITY says the same."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--adopt", action="store_true", help="this is the site itself: mail leaves from here on")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["adopt"]:
            identity.adopt(now=timezone.now())
        name = identity.stored()
        verdict = "no site yet: the first tick adopts it" if not name else "mail leaves"
        if name not in ("", settings.MAIL_IDENTITY):
            verdict = "NO MAIL LEAVES"
        self.stdout.write(f"database: {name or '-'}; MAIL_IDENTITY: {settings.MAIL_IDENTITY}; {verdict}")
