"""Writing a letter: its sections, its subject, its headers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.models import SiteConfiguration
from common.templatetags.dates import day as long_day
from common.templatetags.dates import hours, in_paris, short_day
from common.urls import absolute_url
from digests.models import Delivery, Edition, Frequency, Subscriber
from digests.planning import kind_of_mail
from digests.sources import ANSWERS, CALLS, COMMENTS, NEWS, POLLS, PROPOSALS, SESSIONS, VEILLE, Item, Ref, read_again
from digests.tokens import unsubscribe_token
from mailing.content import MailContent, sender_domain
from mailing.hooks import Drop, Writer
from mailing.letters import render_mail
from mailing.models import Message

QUOTE_WORDS = 40
NOTE_WORDS = 30


@dataclass(frozen=True)
class Line:
    """One object in a section: a link that stands alone, what happened to it, and a few words of it."""

    title: str
    url: str
    note: str = ""
    quote: str = ""
    button: str = ""


@dataclass
class Section:
    """A heading, its lines, and how many more there are."""

    name: str
    heading: str
    lines: list[Line]
    more: int = 0
    more_url: str = ""
    count: int = field(default=0)


@dataclass(frozen=True)
class Layout:
    """Which items make a section, in which order the sections come, and how many lines each may have."""

    name: str
    heading: Any
    limit: int
    more_path: str = ""


LAYOUT = (
    Layout("sessions", SESSIONS.heading, 2, "/le-comite/seances/"),
    Layout("own", None, 5, "/compte/contributions/"),
    Layout("comments", COMMENTS.heading, 5, "/compte/contributions/"),
    Layout(ANSWERS.name, ANSWERS.heading, 5, "/propositions/"),
    Layout("proposals", PROPOSALS.heading, 5, "/propositions/"),
    Layout("calls", CALLS.heading, 3, "/propositions/appels/"),
    Layout("polls", POLLS.heading, 3, "/sondages/"),
    Layout("news", NEWS.heading, 3, "/actualites/"),
    Layout("veille", VEILLE.heading, 1, "/veille/"),
)


def render_letters(messages: Sequence[Message], *, now: datetime) -> Writer:
    """The `mail_renderer` of letters: reads the deliveries of a slice and their items again, once for all of them.

    What is not public any more is left out; a reader who stopped, moved or was erased gets nothing.
    """
    deliveries = {
        delivery.message_id: delivery
        for delivery in Delivery.objects.filter(message__in=messages).select_related("edition", "subscriber__user")
    }
    refs: set[Ref] = {(name, key) for delivery in deliveries.values() for name, key in delivery.items}
    items = read_again(refs, now=now)
    configuration = SiteConfiguration.load()

    def write(message: Message) -> MailContent | Drop:
        delivery = deliveries.get(message.pk)
        if delivery is None:
            return Drop(Message.State.CANCELLED, "the reader is gone")
        subscriber = delivery.subscriber
        if not subscriber.is_reading or subscriber.email != message.to_email:
            return Drop(Message.State.CANCELLED, "the reader stopped or moved")
        if delivery.edition.status == Edition.Status.CANCELLED:
            return Drop(Message.State.CANCELLED, "the edition was cancelled")
        found = [items[name, key] for name, key in delivery.items if (name, key) in items]
        chosen = [item for item in found if item.for_user_id in (None, subscriber.user_id)]
        if not chosen:
            return Drop(Message.State.SKIPPED_EMPTY, "nothing left to say")
        return write_letter(delivery=delivery, items=chosen, configuration=configuration)

    return write


def write_letter(*, delivery: Delivery, items: Sequence[Item], configuration: SiteConfiguration) -> MailContent:
    """Returns the letter of `delivery`, which tells `items`."""
    subscriber = delivery.subscriber
    sections = sections_of(items)
    token = unsubscribe_token(subscriber)
    stop_url = absolute_url(reverse("digests:unsubscribe", kwargs={"token": token}))
    subject = subject_of(sections, items)
    text, html = render_mail(
        "emails/letter",
        {
            "subject": subject,
            "month": date_format(in_paris(delivery.edition.slot_at), "F Y"),
            "name": first_name(subscriber),
            "since": since(delivery),
            "sections": sections,
            "frequency": frequency_words(subscriber.frequency),
            "asked_on": subscriber.started_at,
            "stop_url": stop_url,
            "change_url": absolute_url(
                reverse("digests:preferences")
                if subscriber.user_id
                else reverse("digests:less_often", kwargs={"token": token})
            ),
            "phone": configuration.phone,
            "phone_link": configuration.phone_link,
            "phone_hours": configuration.phone_hours,
        },
    )
    return MailContent(
        subject=subject,
        text=text,
        html=html,
        unsubscribe_url=stop_url,
        headers={
            "List-Id": f"Lettre du comite <lettre.{sender_domain()}>",
            "List-Help": f"<{absolute_url(reverse('digests:unsubscribe_help'))}>",
        },
    )


def sections_of(items: Sequence[Item]) -> list[Section]:
    """Groups `items` by section, in the order of the letter; a section that has nothing is not there."""
    sections = []
    for layout in LAYOUT:
        found = [item for item in items if item.source == layout.name]
        lines = comment_lines(found) if layout.name == COMMENTS.name else [line_of(item) for item in found]
        if lines:
            sections.append(
                Section(
                    name=layout.name,
                    heading=str(layout.heading or _("Your proposals")),
                    lines=lines[: layout.limit],
                    more=max(0, len(lines) - layout.limit),
                    more_url=absolute_url(layout.more_path),
                    count=len(found),
                )
            )
    return sections


def line_of(item: Item) -> Line:
    """What a letter shows of one item."""
    found = item.object
    match item.source:
        case "sessions":
            return _session_line(item)
        case "own":
            return Line(found.title, item.url, note=found.get_state_display())
        case ANSWERS.name:
            return Line(
                found.proposal.title,
                item.url,
                note=found.get_decision_display(),
                quote=Truncator(found.reasons).words(QUOTE_WORDS),
            )
        case "polls":
            return Line(found.title, item.url, note=_("until %(day)s") % {"day": long_day(found.closes_at)})
        case "veille":
            return Line(found.title, item.url, note=f"{found.place}, {found.year}")
        case "news" | "calls":
            return Line(found.title, item.url, quote=Truncator(found.introduction).words(NOTE_WORDS))
        case _:
            return Line(found.title, item.url)


def _session_line(item: Item) -> Line:
    session = item.object
    when = f"{capfirst(long_day(session.starts_at))}, {hours(session.starts_at, session.ends_at)}"
    if session.status == session.Status.CANCELLED:
        return Line(when, item.url, note=_("This session is cancelled."), button=_("Read more about this session"))
    note = f"{session.place}."
    if session.open_to_public:
        note = f"{note} {_('Open to everyone.')}"
    return Line(when, item.url, note=note, button=_("Read the agenda"))


def comment_lines(items: Sequence[Item]) -> list[Line]:
    """One line per proposal: how many new comments it has, and the latest one."""
    threads: dict[int, list[Item]] = {}
    for item in items:
        threads.setdefault(item.object.discussion.proposal_id, []).append(item)
    lines = []
    for thread in threads.values():
        latest = max(thread, key=lambda item: (item.at, item.object.pk))
        note = ngettext("%(count)d new comment", "%(count)d new comments", len(thread)) % {"count": len(thread)}
        quote = Truncator(" ".join(latest.object.body.split())).words(QUOTE_WORDS)
        lines.append(Line(latest.object.discussion.proposal.title, latest.url, note=note, quote=quote))
    return lines


def subject_of(sections: Sequence[Section], items: Sequence[Item]) -> str:
    """Says what the letter holds: « Séance du 15 novembre et 3 propositions »; three things at most."""
    parts = [_subject_part(section, items) for section in sections][:3]
    *first, last = parts
    joined = _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last
    return " ".join(capfirst(joined).split())


def _subject_part(section: Section, items: Iterable[Item]) -> str:
    count = section.count
    match section.name:
        case "sessions":
            session = next(item.object for item in items if item.source == "sessions")
            day = short_day(session.starts_at).rpartition(" ")[0]
            cancelled = session.status == session.Status.CANCELLED
            return (_("session of %(day)s cancelled") if cancelled else _("session of %(day)s")) % {"day": day}
        case "own":
            text = ngettext("news of your proposal", "news of your proposals", count)
        case "comments":
            text = ngettext("%(count)d comment for you", "%(count)d comments for you", count)
        case ANSWERS.name:
            text = ngettext("%(count)d official answer", "%(count)d official answers", count)
        case "proposals":
            text = ngettext("%(count)d proposal", "%(count)d proposals", count)
        case "calls":
            text = ngettext("%(count)d call for proposals", "%(count)d calls for proposals", count)
        case "polls":
            text = ngettext("%(count)d poll", "%(count)d polls", count)
        case "news":
            text = ngettext("%(count)d news item", "%(count)d news items", count)
        case _:
            text = ngettext("%(count)d example from elsewhere", "%(count)d examples from elsewhere", count)
    return text % {"count": count}


def first_name(subscriber: Subscriber) -> str:
    """How the reader is greeted; "" for who has no account."""
    return subscriber.user.public_name.split()[0] if subscriber.user and subscriber.user.public_name.strip() else ""


def since(delivery: Delivery) -> str:
    """« 1er octobre »: the day of the last letter, without the year."""
    return short_day(delivery.from_cursor).rpartition(" ")[0]


def frequency_words(frequency: str) -> str:
    """« une fois par mois », inside a sentence."""
    label = str(Frequency(frequency).label)
    return label[:1].lower() + label[1:]


def letter_kinds() -> list[str]:
    """The kinds of mail that `render_letters` writes."""
    return [kind_of_mail(frequency) for frequency in Frequency.values]
