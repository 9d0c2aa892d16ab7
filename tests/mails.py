"""Every kind of mail of `scripts/mails`, for the tests that look at all of them."""

from pathlib import Path

import time_machine
from django.db import transaction
from django.test import override_settings
from django.test.signals import template_rendered

from home import demo
from scripts.mails.acts import ACTS
from scripts.mails.stage import play_all
from scripts.screenshots import MOMENT


def write_every_mail(folder: Path) -> tuple[dict[str, bytes], set[str]]:
    """Loads the demonstration, with its files in `folder`; returns name → mail, and the templates that were used.

    It leaves nothing in the database.
    """
    templates: set[str] = set()

    def note(template: object, **kwargs: object) -> None:
        templates.add(str(getattr(template, "name", "")))

    site = override_settings(
        VAR_DIR=folder,
        MEDIA_ROOT=folder / "media",
        DEMONSTRATION=True,
        EMAIL_BACKEND="mailing.backends.OutboxBackend",
    )
    with site, time_machine.travel(MOMENT, tick=False), transaction.atomic():
        demo.load(MOMENT)
        template_rendered.connect(note)
        mails = play_all(ACTS, now=MOMENT)
        template_rendered.disconnect(note)
        transaction.set_rollback(True)
    return mails, templates
