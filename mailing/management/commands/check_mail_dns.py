"""Command `check_mail_dns`: checks the mail records of the domain, prints missing ones, and records a success."""

from email.utils import parseaddr
from typing import Any

import dns.exception
import dns.resolver
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from mailing.content import sender_domain
from mailing.dns import look
from mailing.models import Heartbeat
from mailing.ticking import MAIL_DNS, beat


class Command(BaseCommand):
    help = "Looks up MX, SPF, DKIM, DMARC, PTR and MTA-STS of the domain that mails come from. Fails if one is missing."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--domain", default=sender_domain(), help="default: that of DEFAULT_FROM_EMAIL")
        parser.add_argument("--selector", default=settings.MAIL_DKIM_SELECTOR, help="default: MAIL_DKIM_SELECTOR")
        parser.add_argument("--host", default=settings.EMAIL_HOST, help="the server that sends; default: EMAIL_HOST")

    def handle(self, *args: Any, **options: Any) -> None:
        domain = options["domain"]
        return_domain = parseaddr(settings.MAIL_BOUNCE_ADDRESS)[1].rpartition("@")[2] or domain
        missing = 0
        try:
            for check in look(
                self.resolver(),
                domain=domain,
                return_domain=return_domain,
                selector=options["selector"],
                mail_host=options["host"],
            ):
                verdict = "ok" if not check.problem else "MISSING" if check.is_needed else "optional"
                missing += verdict == "MISSING"
                self.stdout.write(f"{verdict:9}{check.name}: {check.problem or check.value}")
                if check.problem and check.value:
                    self.stdout.write(f"{'':9}found: {check.value}")
                if check.problem and check.add:
                    self.stdout.write(f"{'':9}add:   {check.add}")
        except dns.exception.DNSException as error:
            raise CommandError(f"the DNS does not answer: {type(error).__name__}") from error
        # The dashboard is about the domain of this site only.
        if domain == sender_domain():
            self.note(missing)
        if missing:
            raise CommandError(f"{missing} missing; receivers will distrust or refuse these mails.")

    def note(self, missing: int) -> None:
        """Records the result for the dashboard. The DNS is often set up before the database exists."""
        try:
            if missing:
                Heartbeat.objects.filter(name=MAIL_DNS).delete()
            else:
                beat(name=MAIL_DNS, now=timezone.now())
        except DatabaseError:
            self.stderr.write("The database does not answer: the dashboard of the admin is not told.")

    def resolver(self) -> dns.resolver.Resolver:
        """Returns the resolver of the machine."""
        return dns.resolver.Resolver()
