"""`manage.py write_error_pages`: what the proxy shows while nobody answers it, with the name and phone of this site."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from operations.services.broken_pages import write


class Command(BaseCommand):
    help = "Writes 502.html, 503.html and 504.html into FOLDER (VAR_DIR/error-pages), for the proxy to serve."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", default=settings.VAR_DIR / "error-pages")

    def handle(self, *args, **options) -> None:
        for path in write(options["folder"]):
            self.stdout.write(str(path))
