"""Preparation of the database: migrations, then once the demonstration or a superuser. Run by scripts/run.py."""

import gc
import logging
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    django.setup()
    # Loaded modules are permanent: excluding them from garbage collection saves time. Without any collection, `migrate`
    # saves another tenth, and takes 1.4 GB instead of 0.3.
    gc.freeze()
    from django.conf import settings
    from django.core.management import CommandError, call_command

    from scripts.starting import ANNOUNCEMENT

    try:
        # With the checks of the database: one that is too old is refused, in a sentence.
        call_command("migrate", interactive=False, verbosity=0, skip_checks=False)
    except CommandError as error:
        sys.exit(str(error))
    call_command("createcachetable", verbosity=0)
    if not settings.ADMIN_NEEDS_SECOND_FACTOR:
        print("WARNING: the admin opens without a second factor. In production it never does.", flush=True)
    print(f"{ANNOUNCEMENT}content", flush=True)
    if settings.DEMONSTRATION:
        # No broker runs yet, so its connection errors are expected.
        logging.getLogger("mailing.doorbell").setLevel(logging.ERROR)
        # Loads once; later it only prints the accounts for signing in.
        call_command("load_demo")
    elif settings.EMPTY_SITE:
        call_command("add_administrator")


if __name__ == "__main__":
    main()
