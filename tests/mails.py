"""Every kind of mail of `tools/mails`, for the tests that check all of them."""

import pickle
from pathlib import Path

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings
from django.test.signals import template_rendered

from demo.services import demonstration
from tests.migrated import folder_of_the_run, locked
from tools.mails.acts import ACTS
from tools.mails.stage import play_all
from tools.screenshots import MOMENT


def every_mail_of_the_run(factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], set[str]]:
    """Returns the result of `write_every_mail`; the first process of the run writes it, the others read it."""
    folder = folder_of_the_run(factory)
    kept = folder / "every-mail.pickle"
    with locked(folder / "every-mail.lock"):
        if not kept.exists():
            kept.write_bytes(pickle.dumps(write_every_mail(factory.mktemp("demonstration"))))
    return pickle.loads(kept.read_bytes())  # noqa: S301 - our own


def write_every_mail(folder: Path) -> tuple[dict[str, bytes], set[str]]:
    """Loads the demonstration, with its files in `folder`; returns name → mail, and the templates that were used.

    The database is left unchanged.
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
        demonstration.load(MOMENT)
        template_rendered.connect(note)
        mails = play_all(ACTS, now=MOMENT)
        template_rendered.disconnect(note)
        transaction.set_rollback(True)
    return mails, templates
