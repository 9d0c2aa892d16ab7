"""Settings of the workers to be killed, with a lease of a few seconds. Used by `tools.chaos` alone."""

from datetime import timedelta

from config.settings.dev import *  # noqa: F403

EMAIL_TIMEOUT = 2
# As on a real site, longer than an SMTP dialogue in which every phase times out (`mailing.queue.check_lease`).
MAIL_LEASE = timedelta(seconds=13)
