"""Accounts of the demonstration, all invented: one per role, and active residents."""

import json
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password as hash_password
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.accounts import create_verified_user
from demo.content import read


@dataclass(frozen=True)
class RoleAccount:
    """Account to try one role; `groups` are editors' groups."""

    role: str
    email: str
    public_name: str
    groups: tuple[str, ...] = ()


TEXTS = read("accounts")
ROLE_ACCOUNTS = tuple(RoleAccount(**account) for account in TEXTS["roles"])
ADMINISTRATOR = ROLE_ACCOUNTS[-1]
# Keys of accounts that answer, moderate or write: they do not participate.
OF_THE_TEAM = {one.email.partition("@")[0] for one in ROLE_ACCOUNTS if one.groups or one == ADMINISTRATOR}


def passwords_file() -> Path:
    """Returns the file with the passwords of the role accounts, beside the database."""
    return settings.VAR_DIR / "demo-accounts.json"


def make_password() -> str:
    """Returns three words and four digits.

    Generated for each installation: a published password would open the admin of every demonstration left on a
    server.
    """
    words = [secrets.choice(TEXTS["password_words"]) for _number in range(3)]
    return "-".join([*words, f"{secrets.randbelow(10_000):04}"])


def load() -> dict[str, User]:
    """Creates the accounts; returns them by key, the part of the address before "@"."""
    people: dict[str, User] = {}
    passwords = {account.email: make_password() for account in ROLE_ACCOUNTS}
    for account in ROLE_ACCOUNTS:
        user = create_verified_user(email=account.email, public_name=account.public_name, groups=account.groups)
        people[account.email.partition("@")[0]] = user
    set_passwords(list(people.values()), passwords)
    for key, public_name in TEXTS["residents"].items():
        people[key] = create_verified_user(email=f"{key}@courriel.example", public_name=public_name)
    write_passwords(passwords)
    return people


def set_passwords(users: list[User], passwords: dict[str, str]) -> None:
    """Sets the password of each account. Hashing is slow by design, so it uses all processors."""
    with ThreadPoolExecutor() as pool:
        hashes = pool.map(hash_password, [passwords[user.email] for user in users])
    for user, hashed in zip(users, hashes, strict=True):
        user.password = hashed
        user.is_staff = user.is_superuser = user.email == ADMINISTRATOR.email
        user.save()


def write_passwords(passwords: dict[str, str]) -> None:
    """Saves the passwords, which `make run` prints at each start; readable by the owner of the process only."""
    path = passwords_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(passwords, indent=1), encoding="utf-8")


def holds_demonstration() -> bool:
    """Returns whether there are accounts of the demonstration besides the administrator."""
    others = [one.email for one in ROLE_ACCOUNTS if one != ADMINISTRATOR]
    return User.objects.filter(email__in=others).exists()


def add_administrator() -> bool:
    """Creates the administrator of an empty site. Returns False if it exists already."""
    if User.objects.filter(email=ADMINISTRATOR.email).exists():
        return False
    user = create_verified_user(email=ADMINISTRATOR.email, public_name=ADMINISTRATOR.public_name)
    passwords = {user.email: make_password()}
    set_passwords([user], passwords)
    write_passwords(passwords)
    return True


def describe_accounts(accounts: Sequence[RoleAccount] = ROLE_ACCOUNTS) -> list[str]:
    """Returns one line per role account: role, address, password."""
    path = passwords_file()
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    unknown = _("(not kept: sign in with a code)")
    return [f"{one.role:<18} {one.email:<28} {known.get(one.email, unknown)}" for one in accounts]
