"""`manage.py write_error_pages`: writes the error pages of the proxy, where the tick cannot reach its folder."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from operations.services.broken_pages import write


class Command(BaseCommand):
    help = "Writes 502.html, 503.html and 504.html into FOLDER (ERROR_PAGES_DIR), for a proxy to serve."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", default=settings.ERROR_PAGES_DIR)

    def handle(self, *args, **options) -> None:
        for path in write(options["folder"]):
            self.stdout.write(str(path))
