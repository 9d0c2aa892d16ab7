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
        data=_("Numbers of limited actions by an address, an account or a network, as a keyed hash"),
        period=timedelta(seconds=DAY),
        since=_("the first try; an hour for most limits"),
        basis=Basis.MISSION,
        purpose=_("A limit starts again after this time."),
        rows=Count.objects.all,
        end="ends_at",
        erase=forget_counts,
        every=HOUR,
    ),
    PersonalData(
        name="common.cache",
        order=510,
        data=_("Shared cache, with the number of sign-in and sign-up attempts of an IP address"),
        period=timedelta(seconds=DAY),
        since=_("the last try; a minute for most"),
        basis=Basis.MISSION,
        purpose=_("It is not needed after this time."),
        erase=_forget_cache,
        every=HOUR,
    ),
    PersonalData(
        name="common.journal",
        order=505,
        data=_("Rows deleted recently, in the journal of the database"),
        period=HOUR,
        since=_("the deletion; at once where an account is erased"),
        basis=Basis.MISSION,
        purpose=_("The journal repairs the database after a crash."),
        erase=empty_journal,
        every=HOUR,
    ),
    PersonalData(
        name="common.files",
        order=512,
        data=_("Orphaned files that their store could not delete yet"),
        since=_("the deletion, until the store answers again"),
        basis=Basis.MISSION,
        purpose=_("The site tries again every hour."),
        rows=UndeletedFile.objects.all,
        moment="since",
        erase=delete_undeleted,
        every=HOUR,
    ),
    PersonalData(
        name="common.server_log",
        order=520,
        data=_("Log of the server: IP address, time and page of each request; errors; reports of browsers"),
        period=YEAR,
        since=_("the request. The server that runs the site erases it: see docs/operations.md"),
        basis=Basis.MISSION,
        purpose=_("CNIL, recommendation on logs (2021): six months to a year, to find attacks and errors."),
    ),
]

hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)
hooks.register("register_admin_urls", former_snippet_urls)
for group in GROUPS:
    hooks.register("register_admin_menu_item", group.menu_item)
