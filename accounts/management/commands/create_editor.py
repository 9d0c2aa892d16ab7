"""`manage.py create_editor EMAIL NAME --group Rédaction`: an account that may sign in to the admin."""

import getpass

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from accounts.models import User, validate_written_name
from accounts.services.accounts import create_verified_user


class Command(BaseCommand):
    help = "Creates an account for an editor. It signs in by a code received by e-mail, or by the password asked here."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address of the person")
        parser.add_argument("public_name", help="the name shown on the site")
        parser.add_argument("--group", action="append", default=[], help="a group of editors; may be repeated")
        parser.add_argument("--allow-name", action="store_true", help="take a name that is read as an office")
        parser.add_argument("--with-password", action="store_true", help="ask for a password")

    def handle(self, *args, **options) -> None:
        email, public_name = options["email"].strip().lower(), options["public_name"].strip()
        allowed = options["allow_name"]
        self.check_input(User(email=email, public_name=public_name, public_name_allowed=allowed), options["group"])
        password = self.ask_password() if options["with_password"] else None
        create_verified_user(
            email=email, public_name=public_name, password=password, groups=options["group"], name_allowed=allowed
        )
        self.stdout.write(f"{email} can sign in.")

    def check_input(self, user: User, groups: list[str]) -> None:
        """Raises `CommandError` with a one-sentence reason if the input is not a valid account."""
        try:
            validate_email(user.email)
            validate_written_name(user.public_name)
            user.check_public_name()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if not user.public_name:
            raise CommandError("The name is empty.")
        if User.objects.filter(email=user.email).exists():
            raise CommandError(f"{user.email} has an account already.")
        existing = set(Group.objects.values_list("name", flat=True))
        if unknown := sorted(set(groups) - existing):
            raise CommandError(f"No such group: {', '.join(unknown)}. Groups: {', '.join(sorted(existing))}.")

    def ask_password(self) -> str:
        password = getpass.getpass("Password: ")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
