"""The people of the demonstration, all invented: one account per role, and residents who take part."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import create_verified_user


@dataclass(frozen=True)
class RoleAccount:
    """An account to try one role with; `groups` are those of editors."""

    role: str
    email: str
    public_name: str
    groups: tuple[str, ...] = ()


ROLE_ACCOUNTS = (
    RoleAccount("habitante", "habitante@comite.example", "Odile M."),
    RoleAccount("membre du comité", "membre@comite.example", "Karim B."),
    RoleAccount("Rédaction", "redaction@comite.example", "Inès R.", ("Rédaction",)),
    RoleAccount("Secrétariat", "secretariat@comite.example", "Paul H.", ("Secrétariat",)),
    RoleAccount("Modération", "moderation@comite.example", "Maud K.", ("Modération",)),
    RoleAccount("Animation", "animation@comite.example", "Youssef D.", ("Animation",)),
    RoleAccount("service de la ville", "services@comite.example", "Anne P.", ("Services",)),
    RoleAccount("accueil", "accueil@comite.example", "Lucie V.", ("Accueil",)),
    RoleAccount("administration", "admin@comite.example", "Claire T."),
)
ADMINISTRATOR = ROLE_ACCOUNTS[-1]

# They sign in by code only, like most people. The part before "@" is the key that the other modules use.
RESIDENTS = (
    ("helene", "Hélène W."),
    ("amadou", "Amadou S."),
    ("brigitte", "Brigitte L."),
    ("chloe", "Chloé F."),
    ("denis", "Denis G."),
    ("elif", "Elif Y."),
    ("fatima", "Fatima A."),
    ("gerard", "Gérard N."),
    ("hugo", "Hugo P."),
    ("irene", "Irène V."),
    ("jean-luc", "Jean-Luc E."),
    ("katia", "Katia O."),
    ("leo", "Léo C."),
    ("marthe", "Marthe Z."),
    ("nadia", "Nadia H."),
    ("omar", "Omar T."),
    ("pauline", "Pauline J."),
    ("quentin", "Quentin R."),
    ("rose", "Rose D."),
    ("samir", "Samir K."),
    ("theo", "Théo B."),
    ("ursula", "Ursula S."),
    ("victor", "Victor M."),
    ("wanda", "Wanda P."),
    ("xavier", "Xavier L."),
    ("yasmine", "Yasmine C."),
    ("zoe", "Zoé G."),
    ("anatole", "Anatole F."),
    ("berenice", "Bérénice H."),
    ("cyril", "Cyril W."),
    ("dounia", "Dounia E."),
    ("etienne", "Étienne K."),
)

# Words that are easy to type on a phone keyboard, without accents.
PASSWORD_WORDS = (
    *("pignon", "tramway", "cigogne", "canal", "platane", "marche", "quai", "jardin", "musique", "bretzel"),
    *("clocher", "peniche", "houblon", "lanterne", "maison", "riviere", "sentier", "pommier", "verger", "moulin"),
)


def passwords_file() -> Path:
    """The file that keeps the passwords of the role accounts, beside the database that they open."""
    return settings.VAR_DIR / "demo-accounts.json"


def make_password() -> str:
    """Returns three words and four digits.

    Drawn anew for each installation: a password that is written in a public repository would open the admin of every
    demonstration that somebody forgot on a server.
    """
    words = [secrets.choice(PASSWORD_WORDS) for _number in range(3)]
    return "-".join([*words, f"{secrets.randbelow(10_000):04}"])


def load() -> dict[str, User]:
    """Creates the accounts. Returns them by key: the part of the address before "@"."""
    people: dict[str, User] = {}
    passwords: dict[str, str] = {}
    for account in ROLE_ACCOUNTS:
        passwords[account.email] = make_password()
        user = create_verified_user(
            email=account.email,
            public_name=account.public_name,
            password=passwords[account.email],
            groups=account.groups,
        )
        if account is ADMINISTRATOR:
            user.is_staff = user.is_superuser = True
            user.save()
        people[account.email.partition("@")[0]] = user
    for key, public_name in RESIDENTS:
        people[key] = create_verified_user(email=f"{key}@courriel.example", public_name=public_name)
    write_passwords(passwords)
    return people


def write_passwords(passwords: dict[str, str]) -> None:
    """Keeps the passwords for `make run` to show at each start; only the owner of the process may read them."""
    path = passwords_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(passwords, indent=1), encoding="utf-8")


def describe_accounts() -> list[str]:
    """Returns one line per role account: role, address, password."""
    path = passwords_file()
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    unknown = _("(not kept: sign in with a code)")
    return [f"{one.role:<18} {one.email:<28} {known.get(one.email, unknown)}" for one in ROLE_ACCOUNTS]
