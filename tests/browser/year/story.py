"""First year of a committee from an empty site: people, times, and the effects of each act.

People act in a browser. After each act all of its effects are compared: the sent mails with recipients and subjects,
and the tasks that appear or disappear for each user, in the members' area and on the dashboard. Unexpected effects
fail the story as much as missing ones.
"""

import datetime as dt
import email
import email.policy
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from accounts.models import User
from accounts.services.accounts import create_verified_user
from common.templatetags.dates import CITY_ZONE
from mailing.drain import drain
from mailing.ticking import tick
from tests.accounts.people import prove
from tests.browser.walker import Walker
from tests.home.visitor import Visitor
from tests.mailing.fakes import FakeTransport
from tests.tables import assert_table

# The clock starts in the future, because the browser's is today: no cookie is expired.
YEAR = dt.date.today().year + 1

# Each holds the seat of their number; the last two are substitutes of the first and of the second.
SITTING = (
    *("Rachid B.", "Aïcha N.", "Karim T.", "Hélène W.", "Louise S.", "Marta K."),
    *("Bernard F.", "Fatou D.", "Odile M.", "Paul R.", "Nadia C.", "Thomas L."),
)
SUBSTITUTES = ("Yves L.", "Simone H.")
MEMBERS = (*SITTING, *SUBSTITUTES)
WITHOUT_ACCOUNT = ("Odile M.", "Yves L.")
WITH_ACCOUNT = tuple(name for name in MEMBERS if name not in WITHOUT_ACCOUNT)
HOLDERS = tuple(name for name in WITH_ACCOUNT if name not in SUBSTITUTES)
# Users of the admin, by the name of their group; the first one has all permissions.
ADMINISTRATOR, SECRETARIAT, ANIMATION = TEAM = ("Administration", "Secrétariat", "Animation")
STEERING = (ADMINISTRATOR, ANIMATION)
RESIDENT = "Inès G."

# After a day without a tick the site reports a failure.
OFTEN = dt.timedelta(hours=20)
# Weekdays of a date differ from year to year.
WEEKDAY = re.compile("^(Lundi|Mardi|Mercredi|Jeudi|Vendredi|Samedi|Dimanche) ")
Table = Mapping[str, Iterable[str]]


def at(month: int, day: int, hour: int = 9, minute: int = 0, year: int = YEAR) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=CITY_ZONE)


# The operator installs the site some weeks before it opens.
INSTALLED = at(11, 20, year=YEAR - 1)


def french(month: int, day: int, year: int = YEAR) -> str:
    """Returns the day in the format of the admin's date fields."""
    return f"{day:02}/{month:02}/{year}"


def address_of(name: str) -> str:
    """Returns the address of a name: « Hélène W. » → `helene.w@courriel.example`."""
    plain = name.lower().translate(str.maketrans("éèïâ ", "eeia."))
    return f"{plain.rstrip('.')}@courriel.example"


def but(people: Iterable[str], *others: str) -> tuple[str, ...]:
    """Returns `people` without `others`."""
    return tuple(name for name in people if name not in others)


def words(text: str) -> str:
    return " ".join(text.split())


class Year:
    """The site, the clock, the people, and the recorded effects of each act."""

    def __init__(self, walker: Walker) -> None:
        self.walker = walker
        self.transport = FakeTransport()
        self.now = at(1, 4)
        self.tasks: dict[str, set[str]] = {}
        self.taken = 0

    def state(self) -> dict:
        return {"now": self.now.isoformat(), "tasks": {name: sorted(tasks) for name, tasks in self.tasks.items()}}

    def restore(self, state: dict) -> None:
        self.now = dt.datetime.fromisoformat(state["now"]).astimezone(CITY_ZONE)
        self.tasks = {name: set(tasks) for name, tasks in state["tasks"].items()}

    def person(self, name: str) -> User:
        if name in TEAM:
            return User.objects.get(public_name=f"Équipe {name}")
        return User.objects.get(email=address_of(name))

    @contextmanager
    def clock(self, moment: dt.datetime) -> Iterator[None]:
        """Advances the clock to `moment` and freezes it."""
        while self.now + OFTEN < moment:
            self._tick(self.now + OFTEN)
        self._tick(moment)
        with time_machine.travel(moment):
            yield
        # The act took a few minutes.
        self._tick(moment + dt.timedelta(minutes=5))

    def until(self, moment: dt.datetime) -> None:
        """Advances the clock to `moment` without any act."""
        with self.clock(moment):
            pass

    def _tick(self, moment: dt.datetime) -> None:
        self.now = moment.astimezone(CITY_ZONE)
        with time_machine.travel(moment):
            tick(now=timezone.now())
            drain(max_seconds=600, clock=timezone.now, transport=self.transport)

    @contextmanager
    def acts(self, name: str, moment: dt.datetime, width: int = 1280) -> Iterator[Walker]:
        """Signs `name` in at `moment`; "" is an anonymous visitor."""
        with self.clock(moment):
            self.walker.page.set_viewport_size({"width": width, "height": 800})
            self.walker.become(self.person(name) if name else None)
            yield self.walker
            # An open form reports its editor every ten seconds, which would end the session.
            self.walker.page.goto("about:blank")

    def acts_on_phone(self, name: str, moment: dt.datetime) -> "contextmanager[Walker]":
        return self.acts(name, moment, width=360)

    def expect_effects(
        self, mails: Table | None = None, begins: Table | None = None, ends: Table | None = None
    ) -> None:
        """Compares the effects since the last call: subjects and tasks, each with the names of people."""
        with time_machine.travel(self.now):
            found = self._tasks()
        people = {*found, *self.tasks}
        assert_table(self._mails(), _with_sorted_people(mails))
        assert_table(
            _by_task({name: found.get(name, set()) - self.tasks.get(name, set()) for name in people}),
            _with_sorted_people(begins),
        )
        assert_table(
            _by_task({name: self.tasks.get(name, set()) - found.get(name, set()) for name in people}),
            _with_sorted_people(ends),
        )
        self.tasks = found

    def _mails(self) -> dict[str, list[str]]:
        """Returns the subjects sent since the last call, with the names of the recipients."""
        found = defaultdict(list)
        names = {address_of(name): name for name in (*MEMBERS, RESIDENT)} | {
            user.email: user.public_name.removeprefix("Équipe ") for user in User.objects.all()
        }
        for recipient, data in self.transport.taken[self.taken :]:
            parsed = email.message_from_bytes(data, policy=email.policy.default)
            found[words(parsed["Subject"])].append(names.get(recipient, recipient))
        self.taken = len(self.transport.taken)
        return {subject: sorted(people) for subject, people in found.items()}

    def mail(self, name: str) -> str:
        """Returns the text of the last mail to `name`."""
        to = self.person(name).email if name in TEAM else address_of(name)
        data = next(data for recipient, data in reversed(self.transport.taken) if recipient == to)
        parsed = email.message_from_bytes(data, policy=email.policy.default)
        return parsed.get_body(("plain",)).get_content()

    def link(self, name: str, path: str) -> str:
        """Returns the path of the link to `path` in the last mail to `name`."""
        return re.search(rf"https?://[^/]+({path}\S+)", self.mail(name))[1]

    def send_pending_mails(self) -> "Year":
        """Sends the pending mails in the middle of an act."""
        self._tick(timezone.now())
        return self

    def code(self, name: str) -> str:
        """Returns the code of the last mail to `name`."""
        return re.search(r"^\d{6}$", self.mail(name).replace("\r", ""), re.MULTILINE)[0]

    def _tasks(self) -> dict[str, set[str]]:
        found = {
            name: self._read(self.person(name), "/admin/", ".work-panel__title") for name in TEAM if self.has(name)
        }
        for name in (*MEMBERS, RESIDENT):
            if self.has(name):
                found[name] = self._read(self.person(name), "/membres/", "section[aria-labelledby=attente] h3")
        return found

    def has(self, name: str) -> bool:
        """Returns whether `name` has an account."""
        wanted = {"public_name": f"Équipe {name}"} if name in TEAM else {"email": address_of(name)}
        return User.objects.filter(**wanted).exists()

    def client(self, user: User | None) -> Client:
        client = Client()
        if user:
            client.force_login(user)
            prove(client, user, method="mfa")
        return client

    def _read(self, user: User, path: str, selector: str) -> set[str]:
        answer = self.client(user).get(path)
        page = BeautifulSoup(answer.content, "html.parser")
        return {WEEKDAY.sub("", words(one.get_text())) for one in page.select(selector)}

    def expect_readers(self, path: str, text: str, *readers: str) -> None:
        """Checks that exactly `readers` ("" for a visitor) see `text` at `path`."""
        with time_machine.travel(self.now):
            people = ["", *(name for name in (*TEAM, *MEMBERS, RESIDENT) if self.has(name))]
            found = {name: text in self._text(name, path) for name in people}
        assert_table(found, {name: name in readers for name in people})

    def _text(self, name: str, path: str) -> str:
        answer = self.client(self.person(name) if name else None).get(path)
        return words(BeautifulSoup(answer.content, "html.parser").get_text(" "))

    def all_readers(self) -> tuple[str, ...]:
        return ("", *(name for name in (*TEAM, *MEMBERS, RESIDENT) if self.has(name)))

    def joins(self, name: str) -> None:
        """Creates an account through the link of the invitation, without a browser: the forms are the same."""
        with time_machine.travel(self.now):
            # Before the mandate begins, the members' area shows its opening date (403).
            visitor = Visitor(statuses=(200, 403)).open(self.link(name, "/compte/creer/"))
            visitor.create_account(address_of(name), name)
            assert "Votre mandat commence le 11 janvier" in visitor.text
        self._tick(self.now + dt.timedelta(minutes=1))

    def team(self) -> None:
        """Dates the first pages and creates the first accounts as the operator, as described in `docs/operations.md`.

        The pages of the migrations are as old as the database of the run: the day of the run must not decide when they
        are to be read again.
        """
        Page.objects.live().update(first_published_at=INSTALLED, last_published_at=INSTALLED)
        with time_machine.travel(self.now):
            call_command(
                "create_editor",
                "secretariat@comite.example",
                f"Équipe {SECRETARIAT}",
                group=[SECRETARIAT],
                allow_name=True,
            )
            call_command(
                "create_editor", "animation@comite.example", f"Équipe {ANIMATION}", group=[ANIMATION], allow_name=True
            )
            user = create_verified_user(
                email="admin@comite.example", public_name=f"Équipe {ADMINISTRATOR}", name_allowed=True
            )
            user.is_superuser = user.is_staff = True
            user.save()


def _by_task(table: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Turns « person → tasks » into « task → people »."""
    found = defaultdict(list)
    for name, tasks in table.items():
        for task in tasks:
            found[task].append(name)
    return {task: sorted(people) for task, people in found.items()}


def _with_sorted_people(table: Table | None) -> dict[str, list[str]]:
    return {key: sorted([people] if isinstance(people, str) else people) for key, people in (table or {}).items()}
