"""`manage.py mark_media`: marks the media of this environment as those of the site."""

from django.core.management.base import BaseCommand, CommandError

from operations.services.shared_media import NAME, mark


class Command(BaseCommand):
    help = f"Writes the mark of the database and the name of the site ({NAME}) among the files here: they are its own."

    def handle(self, *args, **options) -> None:
        try:
            self.stdout.write(f"{NAME}: {mark()}")
        except OSError as error:
            raise CommandError(str(error)) from error
