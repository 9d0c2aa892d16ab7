"""`manage.py load_texts`: fills the standard pages of a new site with starter texts, to be edited."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from home.services.starter_texts import load_texts


class Command(BaseCommand):
    help = "Writes the starter texts into the pages whose text is still empty. Changes no text that is there."

    def handle(self, *args: Any, **options: Any) -> None:
        for sentence in load_texts(timezone.now()).sentences():
            self.stdout.write(sentence)
