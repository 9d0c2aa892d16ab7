"""`manage.py retention_table`: prints the retention table in Markdown, as in docs/privacy.md."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from common.hooks import personal_data

HEAD = "| what | how long | from when, or until when | legal basis | why | job |\n| --- | --- | --- | --- | --- | --- |"


class Command(BaseCommand):
    help = "Writes what the site keeps about people, for how long and why, as a table of docs/privacy.md."

    def handle(self, *args: Any, **options: Any) -> None:
        with override(None):
            self.stdout.write(HEAD)
            for rule in personal_data():
                job = f"`{rule.name}`" if rule.erase else ""
                cells = (rule.data, rule.duration, rule.since, rule.basis.label, rule.purpose, job)
                self.stdout.write(f"| {' | '.join(map(str, cells))} |")
