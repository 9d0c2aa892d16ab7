"""Queries of the members' area: cards, polls to answer, documents, link from the account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path

from django.core.cache import caches
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from wagtail import hooks

from accounts.hooks import AccountLink
from accounts.models import AnyUser
from committee.hooks import MEMBER_AREA_LINKS_HOOK, MEMBER_TASKS_HOOK
from committee.models import Member, MemberDocument
from committee.permissions import (
    can_edit_documents,
    can_read_documents,
    can_read_handover,
    can_read_notes,
    sitting_member,
)
from common.markdown import french, html
from common.table_of_contents import TextWithContents, with_contents
from common.templatetags.dates import short_day
from common.waiting import Task, TaskList, WaitingWork
from polls.models import Poll
from polls.permissions import can_answer

# Period during which a document of the members is marked as new.
DOCUMENTS_NEW_FOR = timedelta(days=14)
NEW_NAMED = 3
# Prefix of the cache keys for the number of tasks of an account.
WAITING = "waiting-"
FIRST_STEPS = gettext_lazy("First steps")
# File in the Markdown subset of `common.markdown`: a title, an introduction, then sections.
FIRST_STEPS_FILE = Path(__file__).with_name("first_steps.md")
HANDOVER_HINT = gettext_lazy("What a successor has to know, to read or to print.")


def area_cards(request: HttpRequest, member: Member) -> Sequence[AccountLink]:
    """Returns one card for each members-only page; the handover page for office holders only."""
    pages = [
        ("help", str(FIRST_STEPS), gettext("What a member does on this site, and where.")),
        ("convocations", gettext("Convocations"), gettext("When and where, the agenda, the link to join.")),
        ("minutes_list", gettext("Minutes of the sessions"), gettext("Read them before they are public.")),
        ("documents", gettext("Documents"), _documents_hint(timezone.localdate())),
        ("notes", gettext("Working notes"), gettext("Texts that you write together.")),
        ("polls", gettext("Polls among the members"), gettext("What the committee asks itself.")),
        ("directory", gettext("Directory"), gettext("How to reach those who agree to it.")),
        ("portrait", gettext("My portrait"), gettext("The drawing beside your name, if you give no photo.")),
    ]
    if can_read_handover(request.user, timezone.localdate()):
        pages.append(("handover", gettext("Handover"), str(HANDOVER_HINT)))
    return [
        AccountLink(order=order, label=label, url=reverse(f"committee:{name}"), hint=hint)
        for order, (name, label, hint) in enumerate(pages, start=1)
    ]


def _documents_hint(today: date) -> str:
    """Returns « Nouveau depuis le 10 novembre 2026 : Réponses de la Ville, Budget. », or a general description.

    One query.
    """
    since = today - DOCUMENTS_NEW_FOR
    titles = list(MemberDocument.objects.filter(added_at__date__gte=since).values_list("title", flat=True))
    if not titles:
        return gettext("Files for the members only.")
    named = [*titles[:NEW_NAMED], *(["…"] if len(titles) > NEW_NAMED else [])]
    return gettext("New since %(day)s: %(titles)s.") % {"day": short_day(since), "titles": ", ".join(named)}


@dataclass(frozen=True)
class MembersGuide:
    """First steps of members, as HTML."""

    introduction: str
    text: TextWithContents


@cache
def first_steps() -> MembersGuide:
    """Returns the first steps of members, read once per process: the file does not change while it runs."""
    _title, introduction, text = FIRST_STEPS_FILE.read_text(encoding="utf-8").split("\n\n", 2)
    return MembersGuide(french(introduction), with_contents(html(text), prefix="aide"))


def pending_count(user: AnyUser, now: datetime) -> int | None:
    """Returns the number of tasks of the member with the account `user`; None if they do not sit.

    Every page needs it, so it is cached for one minute in the process. The members' area, which lists the tasks,
    counts again.
    """
    return caches["local"].get_or_set(f"{WAITING}{user.pk}", lambda: _count_waiting(user, now))


def note_waiting(user: AnyUser, count: int) -> None:
    """Caches `count` as the number of tasks of `user`."""
    caches["local"].set(f"{WAITING}{user.pk}", count)


def _count_waiting(user: AnyUser, now: datetime) -> int | None:
    work = MemberWork(user, now)
    return work.found.waiting if work.member else None


class MemberWork(WaitingWork):
    """Tasks of a sitting member, as listed in the members' area."""

    name = "espace-des-membres"

    @classmethod
    def can_see(cls, user: AnyUser) -> bool:
        return user.is_authenticated

    @cached_property
    def member(self) -> Member | None:
        return sitting_member(self.user, timezone.localdate(self.now))

    def work(self) -> TaskList:
        return TaskList(tasks=member_tasks(self.member, self.now) if self.member else ())


def area_links(request: HttpRequest, member: Member) -> list[AccountLink]:
    """Returns the cards of the members' area, in order."""
    links = [link for register in hooks.get_hooks(MEMBER_AREA_LINKS_HOOK) for link in register(request, member)]
    return sorted(links, key=lambda link: link.order)


def member_tasks(member: Member, now: datetime) -> list[Task]:
    """Returns the tasks of `member` at `now`, by end date; tasks without an end come last."""
    tasks = [task for register in hooks.get_hooks(MEMBER_TASKS_HOOK) for task in register(member, now)]
    return sorted(tasks, key=lambda task: (task.until is None, task.until or now, task.title))


def poll_tasks(member: Member, now: datetime) -> Sequence[Task]:
    """Returns the open polls among members or seats that `member` may answer and has not answered."""
    if member.user is None:
        return []
    unanswered = Poll.objects.among_members().open(now).exclude(participations__user=member.user)
    waiting = [
        poll for poll in unanswered if poll.audience == Poll.Audience.MEMBERS or can_answer(member.user, poll, now=now)
    ]
    return [
        Task(
            title=gettext("Answer “%(title)s”") % {"title": poll.title},
            url=poll.get_absolute_url(),
            until=poll.closes_at,
        )
        for poll in waiting
    ]


def area_link(request: HttpRequest) -> list[AccountLink]:
    """Returns the link to the members' area, shown in the account of members who sit."""
    if sitting_member(request.user, timezone.localdate()) is None:
        return []
    hint = gettext("What waits for you, documents, and how to reach the others.")
    return [AccountLink(order=5, label=gettext("Members’ area"), url=reverse("committee:area"), hint=hint)]


def links_without_seat(request: HttpRequest) -> list[AccountLink]:
    """Returns links to the members' pages that a user without a seat may read, shown in the account."""
    user, today = request.user, timezone.localdate()
    if sitting_member(user, today):
        return []
    pages = [
        (can_read_handover(user, today), "handover", gettext("Handover"), str(HANDOVER_HINT)),
        (can_edit_documents(user), "documents", gettext("Documents"), gettext("Files for the members only.")),
        (can_read_notes(user), "notes", gettext("Working notes"), gettext("What the members write together.")),
    ]
    return [
        AccountLink(order=order, label=label, url=reverse(f"committee:{name}"), hint=hint)
        for order, (can_read, name, label, hint) in enumerate(pages, start=41)
        if can_read
    ]


def readable_documents(user: AnyUser, today: date) -> QuerySet[MemberDocument]:
    """Returns the members' documents with their session; an empty queryset if `user` may not read them."""
    documents = MemberDocument.objects.select_related("session")
    return documents if can_read_documents(user, today) else documents.none()
