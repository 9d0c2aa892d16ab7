"""`manage.py load_texts`: fills the standard pages of a new site with starter texts, to be edited."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cms.errors import PublicationRefused
from home.services.starter_texts import load_texts


class Command(BaseCommand):
    help = "Writes the starter texts into the pages whose text is still empty. Changes no text that is there."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_texts(timezone.now())
        except PublicationRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        for sentence in loaded.sentences():
            self.stdout.write(sentence)
