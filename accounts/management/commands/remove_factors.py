"""`manage.py remove_factors EMAIL`: removes the second factors of a user who lost them and the recovery codes."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from accounts.services.factors import remove_factors


class Command(BaseCommand):
    help = "Removes the second factors of an account, ends its sessions and says so by mail. Check first who asks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address of the person")

    def handle(self, *args, **options) -> None:
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError("No account has this address.")
        if not remove_factors(user=user, now=timezone.now()):
            raise CommandError("This account has no second factor.")
        self.stdout.write(f"{user.email} signs in without a second factor, and is asked for a new one in the admin.")
