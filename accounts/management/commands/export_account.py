"""`manage.py export_account EMAIL`: exports the personal data of a user, to answer an access request."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.exports.personal_data import export_as_json
from accounts.models import User


class Command(BaseCommand):
    help = "Writes as JSON what the site holds of the person of an account."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address of the person")

    def handle(self, *args, **options) -> None:
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError("No account has this address.")
        self.stdout.write(export_as_json(user))
