"""`manage.py list_erasures`: lists erased accounts as keyed hashes, for a file stored apart from the backups."""

from django.core.management.base import BaseCommand

from accounts.services.erasure import list_erasures


class Command(BaseCommand):
    help = "Writes the keyed hashes of erased accounts, one a line, for apply_erasures."

    def handle(self, *args, **options) -> None:
        for line in list_erasures():
            self.stdout.write(line)
