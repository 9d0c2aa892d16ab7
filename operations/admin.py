"""Report « État du site »: state of each part of the site, with the action needed, and its dashboard panel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from cms.admin.dashboard import DashboardPanel
from common.admin import PermissionView, PermissionViewSet, TitleInBreadcrumb
from common.templatetags.dates import hour, short_day
from common.waiting import Link, Task, TaskList
from mailing.models import Message
from mailing.ticking import TickState
from operations.models import Fault
from operations.permissions import can_see_state
from operations.queries import (
    BackupState,
    Figures,
    MailState,
    applied_migrations,
    figures,
    is_too_old,
    missing_migrations,
    version,
    waiting_rings,
)
from operations.services import broken_pages
from operations.services.faults import has_error_recipient
from operations.services.shared_media import MediaCheck, seen

LITTLE_ROOM = 1024**3
# States that need a decision by an administrator.
WAIT_FOR_A_PERSON = (Message.State.HELD, Message.State.RESTORED)
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class StatusRow:
    """Part of the site: known facts, and the action needed now, if any.

    `is_new` is True for a part that is not set up yet: its action belongs to the installation, and is not late.
    """

    name: str
    sentences: Sequence[str]
    act: str = ""
    url: str = ""
    is_new: bool = False


def lines(current: Figures) -> Iterator[StatusRow]:
    """Yields all parts, most visible first."""
    yield clock(current)
    yield broker(waiting_rings())
    yield mails(current)
    yield backup(current)
    yield database()
    yield storage(current)
    yield errors(current)
    yield from error_pages()
    yield StatusRow(_("Version"), [version()])


def watched(current: Figures) -> Iterator[StatusRow]:
    """Yields the parts checked on the dashboard: all but the broker, the migrations and the version.

    The broker can be slow to fail, and the clock detects its failure; missing migrations prevent the start of the site.
    """
    yield clock(current)
    yield mails(current)
    yield backup(current)
    yield storage(current)
    yield errors(current)
    yield from error_pages()


def moment(at: datetime) -> str:
    return _("%(day)s at %(hour)s") % {"day": short_day(at), "hour": hour(at)}


def clock(current: Figures) -> StatusRow:
    """Beat and worker. If the tick is late, the queue length shows which of the two is down."""
    name = _("Clock of the site (beat and worker)")
    last = [_("Last ring: %(moment)s.") % {"moment": moment(current.tick)}] if current.tick else [_("It never rang.")]
    if current.rhythm == TickState.REGULAR:
        return StatusRow(name, last)
    if current.rhythm == TickState.IN_THE_FUTURE:
        last.append(_("That moment is still to come: the clock of the machine was put back."))
    rings = waiting_rings()
    if rings is None:
        act = _("Start the broker again (Redis or Valkey), then look here once more.")
    elif rings:
        act = _("Start the worker again: rings wait and nobody answers them.")
    else:
        act = _("Start the scheduler (beat) again: no ring waits. If it runs, start the worker again.")
    return StatusRow(name, last, act, is_new=current.rhythm == TickState.NEVER)


def broker(rings: int | None) -> StatusRow:
    name = _("Broker (Redis or Valkey)")
    if rings is None:
        sentence = _("It does not answer. Nothing is lost: e-mails leave at the next ring that comes through.")
        return StatusRow(name, [sentence], _("Start it again."))
    return StatusRow(
        name,
        [ngettext("It answers. %(count)d ring waits.", "It answers. %(count)d rings wait.", rings) % {"count": rings}],
    )


def mails(current: Figures) -> StatusRow:
    """Oldest mail due, and the number of mails per state."""
    name, register = _("E-mails"), reverse("envois_modeladmin_index")
    sentences = [_("None waits.")]
    if current.oldest_due:
        sentences = [_("The oldest that may leave waits since: %(moment)s.") % {"moment": moment(current.oldest_due)}]
    labels = dict(Message.State.choices)
    sentences += [f"{labels[state]}{_(':')} {count}" for state, count in current.mails.items() if count]
    if current.mail_state == MailState.ANOTHER_SITE:
        act = _("No e-mail leaves: the database belongs to another site. On a copy for tests, that is right.")
        return StatusRow(name, sentences, act)
    if current.mail_state == MailState.HELD:
        sentences.insert(0, _("The site was restored: letters and reminders are held."))
        act = _("Some may have left already. Say which ones leave.")
        return StatusRow(name, sentences, act, reverse("mailing_batches:restored"))
    if current.mail_state == MailState.LATE:
        return StatusRow(
            name, sentences, _("They are late. Look at the clock above, then at the mail server."), register
        )
    if any(current.mails[state] for state in WAIT_FOR_A_PERSON):
        return StatusRow(name, sentences, _("Some are held: say which ones leave."), register)
    return StatusRow(name, sentences)


def backup(current: Figures) -> StatusRow:
    name = _("Backup")
    if current.backup is None:
        act = _("Ask for one every night: “manage.py backup”.")
        return StatusRow(name, [_("None was made yet.")], act, is_new=True)
    sentences = [_("Last one: %(moment)s.") % {"moment": moment(current.backup)}]
    if current.backup_state == BackupState.OLD:
        return StatusRow(name, sentences, _("It is older than a night. Look why the next one was not made."))
    return StatusRow(name, sentences)


def database() -> StatusRow:
    sentences = [_("%(name)s answers.") % {"name": NAMES[connection.vendor]}]
    if is_too_old(applied_migrations()):
        sentences.append(_("It is older than version 1.1.0, so this version cannot upgrade it."))
        return StatusRow(_("Database"), sentences, _("Install 1.1.0 and run its migrations first."))
    missing = missing_migrations()
    if missing:
        sentences.append(
            ngettext("%(count)d migration is missing.", "%(count)d migrations are missing.", missing)
            % {"count": missing}
        )
        return StatusRow(_("Database"), sentences, _("Run “manage.py migrate”."))
    return StatusRow(_("Database"), [*sentences, _("Its tables are those of this version.")])


def storage(current: Figures) -> StatusRow:
    """Media disk or object store, and whether this process sees the files of the site."""
    name = _("Storage")
    if current.free_bytes is None:
        bucket = {"bucket": settings.S3_BUCKET, "host": urlsplit(settings.S3_ENDPOINT).hostname}
        sentences = [_("Files are in the object store %(bucket)s at %(host)s.") % bucket]
    else:
        sentences = [_("%(size)s free for pictures and documents.") % {"size": filesizeformat(current.free_bytes)}]
    files = seen()
    if files == MediaCheck.UNREACHABLE:
        return StatusRow(name, sentences, _("It does not answer: pictures and documents cannot be read. Look at it."))
    if files == MediaCheck.OTHERS:
        sentences.append(_("This web sees other files than those of the site: documents are missing."))
        return StatusRow(
            name,
            sentences,
            _("Give all webs and workers the same files. If only the mark lacks: “manage.py mark_media”."),
        )
    if files == MediaCheck.ANOTHER_SITE:
        sentences.append(_("These are the files of another site: each would erase what the other needs."))
        return StatusRow(
            name, sentences, _("Give each site files of its own. If the site changed its name: “manage.py mark_media”.")
        )
    is_low = current.free_bytes is not None and current.free_bytes < LITTLE_ROOM
    return StatusRow(name, sentences, _("Make room: soon nobody can add a file.") if is_low else "")


def errors(current: Figures) -> StatusRow:
    sentences = [
        ngettext("%(count)d in three months.", "%(count)d in three months.", current.faults) % {"count": current.faults}
    ]
    if settings.SENTRY_DSN:
        sentences.append(_("The service that collects errors is told of each one."))
    elif settings.OPERATOR_EMAIL:
        sentences.append(_("%(email)s gets an e-mail, once an hour at most.") % {"email": settings.OPERATOR_EMAIL})
    act = (
        ""
        if has_error_recipient()
        else _("Nobody is told. Set OPERATOR_EMAIL to the address of who looks after the site.")
    )
    return StatusRow(_("Errors"), sentences, act, is_new=True)


def error_pages() -> Iterator[StatusRow]:
    """Static error pages for the proxy, where they are used; the tick writes them."""
    name, folder = _("Pages of an outage"), settings.ERROR_PAGES_DIR
    try:
        current = broken_pages.are_current(folder) if folder.is_dir() else None
    except OSError:
        current = False
    if current:
        yield StatusRow(name, [_("They say the name and the phone of today.")])
    elif current is False:
        sentence = _("They do not say yet what the settings say.")
        act = _("If this stays for more than a minute: let the account of the worker write in %(folder)s.")
        yield StatusRow(name, [sentence], act % {"folder": folder})


class StateView(TitleInBreadcrumb, PermissionView, TemplateView):
    """State of each part, then the latest errors."""

    is_allowed = staticmethod(can_see_state)
    page_title = gettext_lazy("State of the site")
    header_icon = "tasks"
    template_name = "operations/admin/state.html"
    max_faults = 20

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        current = figures(now=timezone.now())
        parts = list(lines(current))
        return super().get_context_data(
            lines=parts,
            to_do=sum(bool(line.act) for line in parts),
            now=current.now,
            faults=Fault.objects.all()[: self.max_faults],
            **kwargs,
        )


class StateViewSet(PermissionViewSet):
    name = "site_state"
    icon = "tasks"
    menu_label = gettext_lazy("State of the site")
    menu_hook = "register_reports_menu_item"
    menu_order = 1400
    url_prefix = "etat-du-site"  # type: ignore[assignment]
    is_allowed = staticmethod(can_see_state)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", StateView.as_view(), name="index")]


class StatePanel(DashboardPanel):
    """Panel with the failing parts and the action needed for each."""

    name = "etat-du-site"
    order = 36
    heading = gettext_lazy("State of the site")
    icon = "cogs"
    limit = 8
    guide = "animation"
    goes_when_done = True

    @classmethod
    def can_see(cls, user: Any) -> bool:
        return can_see_state(user)

    def work(self) -> TaskList:
        url = reverse("site_state:index")
        wrong = [line for line in watched(figures(now=self.now)) if line.act]
        tasks = [Task(line.name, url, note=line.act, is_late=not line.is_new) for line in wrong]
        return TaskList(tasks=tasks, links=[Link(_("State of the site"), url)])
