"""Registers the retention periods of this app, the former addresses of the admin, and the shared groups of its menu."""

from datetime import datetime, timedelta

from django.core.cache import caches
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from common.admin import former_snippet_urls
from common.admin_menu import GROUPS
from common.caches import SharedCache
from common.hooks import PERSONAL_DATA_HOOK
from common.limits import DAY, forget_counts
from common.media import delete_undeleted
from common.models import Count, UndeletedFile
from common.personal_data import HOUR, YEAR, Basis, PersonalData
from common.search.erasing import empty_journal


def _forget_cache(*, now: datetime) -> int:
    cache = caches["default"]
    return cache.forget_over(now=now) if isinstance(cache, SharedCache) else 0


PERSONAL_DATA = [
    PersonalData(
        name="common.counts",
        order=500,
        what=_("How often an address, an account or a network did what has a limit, under a keyed hash"),
        kept=timedelta(seconds=DAY),
        since=_("the first try; an hour for most limits"),
        basis=Basis.MISSION,
        why=_("A limit needs no more: it starts again after this time."),
        rows=Count.objects.all,
        end="ends_at",
        erase=forget_counts,
        every=HOUR,
    ),
    PersonalData(
        name="common.cache",
        order=510,
        what=_("Shared memory of the programs, which counts how often an IP address tries to sign in or up"),
        kept=timedelta(seconds=DAY),
        since=_("the last try; a minute for most"),
        basis=Basis.MISSION,
        why=_("Nobody needs it after its time."),
        erase=_forget_cache,
        every=HOUR,
    ),
    PersonalData(
        name="common.journal",
        order=505,
        what=_("What was deleted a moment ago, in the journal of the database"),
        kept=HOUR,
        since=_("the deletion; at once where an account is erased"),
        basis=Basis.MISSION,
        why=_("The journal repairs the database when the machine stops."),
        erase=empty_journal,
        every=HOUR,
    ),
    PersonalData(
        name="common.files",
        order=512,
        what=_("Files of which nothing tells any more, and that their store would not delete yet"),
        since=_("the deletion, until the store answers again"),
        basis=Basis.MISSION,
        why=_("Each hour the site asks the store again."),
        rows=UndeletedFile.objects.all,
        moment="since",
        erase=delete_undeleted,
        every=HOUR,
    ),
    PersonalData(
        name="common.server_log",
        order=520,
        what=_("Log of the server: IP address, time and page of each request; faults; reports of browsers"),
        kept=YEAR,
        since=_("the request. The server that runs the site erases it: see docs/operations.md"),
        basis=Basis.MISSION,
        why=_("CNIL, recommendation on logs (2021): six months to a year, to find attacks and faults."),
    ),
]

hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)
hooks.register("register_admin_urls", former_snippet_urls)
for group in GROUPS:
    hooks.register("register_admin_menu_item", group.menu_item)
