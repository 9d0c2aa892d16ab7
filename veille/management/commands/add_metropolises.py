"""Adds the 22 metropolises of 2019 to the comparison; existing ones stay unchanged."""

from typing import Any

from django.core.management.base import BaseCommand

from veille.benchmark.services import add_metropolises


class Command(BaseCommand):
    help = "Adds the 22 metropolises of 2019 to the comparison. Twice adds nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        added, existing = add_metropolises()
        self.stdout.write(f"{added} metropolises added, {existing} there already.")
