"""Writing a letter: its sections, its subject, its headers. The same rows give the same letter at any time."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.models import SiteConfiguration
from committee.register.services.chain import Head
from common.templatetags.dates import day as long_day
from common.templatetags.dates import hours, in_paris, short_day
from common.urls import absolute_url
from digests.models import Delivery, Edition, EditorialWord, Frequency, Subscriber
from digests.models.tokens import unsubscribe_token
from digests.queries.activity import COMMENTS, ReadAgain, Talk, read_again, read_texts
from digests.queries.editorials import words_for
from digests.queries.layout import LAYOUT, MOST_LINES, NOTE_WORDS, QUOTE_WORDS, WORDS_A_MINUTE, Line, Section, Thing
from digests.queries.register import heads_for
from digests.queries.selection import BY_TOPIC, FOLLOWED, OWN, SECTIONS
from digests.queries.sources import ADDENDA, STEPS, Identity, Item, identity_of, page_url
from digests.services.planning import kind_of_mail
from mailing.content import MailContent, sender_domain
from mailing.models import Message
from mailing.notifications import Drop, Writer
from mailing.rendering import render_mail
from participation.models import Follow, Proposal


def render_letters(messages: Sequence[Message], *, now: datetime) -> Writer:
    """The `mail_renderer` of letters: reads the deliveries of a slice and their items again, once for all of them.

    What is not public any more is left out; a reader who stopped, paused, moved or was erased gets nothing.
    """
    found = list(Delivery.objects.filter(message__in=messages).select_related("edition__word", "subscriber__user"))
    deliveries = {delivery.message_id: delivery for delivery in found}
    contents = dict(zip((delivery.message_id for delivery in found), compose(found, now=now), strict=True))
    words = dict(zip((delivery.message_id for delivery in found), words_for(found), strict=True))
    heads = dict(zip((delivery.message_id for delivery in found), heads_for(found), strict=True))
    configuration = SiteConfiguration.load()

    def write(message: Message) -> MailContent | Drop:
        delivery = deliveries.get(message.pk)
        if delivery is None:
            return Drop(Message.State.CANCELLED, "the reader is gone")
        subscriber = delivery.subscriber
        if not subscriber.is_reading or subscriber.email != message.to_email:
            return Drop(Message.State.CANCELLED, "the reader stopped or moved")
        if subscriber.is_paused(delivery.edition.period_key):
            return Drop(Message.State.CANCELLED, "the reader made a pause")
        if delivery.edition.status == Edition.Status.CANCELLED:
            return Drop(Message.State.CANCELLED, "the edition was cancelled")
        if not contents[message.pk]:
            return Drop(Message.State.SKIPPED_EMPTY, "nothing left to say")
        return write_letter(
            delivery=delivery,
            sections=contents[message.pk],
            configuration=configuration,
            word=words[message.pk],
            head=heads[message.pk],
            token=unsubscribe_token(subscriber),
        )

    return write


def compose(deliveries: Sequence[Delivery], *, now: datetime) -> list[list[Section]]:
    """The sections of each of `deliveries`, saved or not, of what may be read at `now`; none where nothing is left."""
    if not deliveries:
        return []
    again = read_again(
        {(source, key) for one in deliveries for _section, source, key, _why in one.items},
        start=min(one.from_cursor for one in deliveries),
        end=max(one.to_cursor for one in deliveries),
        now=now,
    )
    muted = _muted_by(deliveries)
    letters = [_things_of(one, again, muted) for one in deliveries]
    read_texts(again, {thing.said[-1].key for things in letters for thing in things if thing.said})
    return [_sections(things, again, one) for one, things in zip(deliveries, letters, strict=True)]


def _muted_by(deliveries: Sequence[Delivery]) -> set[tuple[int | None, Identity]]:
    """What the readers of `deliveries` stopped following, perhaps since the planning."""
    users = [one.subscriber.user_id for one in deliveries if one.subscriber.user_id]
    if not users:
        return set()
    rows = Follow.objects.filter(user__in=users, muted=True)
    return {
        (user_id, identity_of(proposal_id, page_id))
        for user_id, proposal_id, page_id in rows.values_list(
            "user_id", "discussion__proposal_id", "discussion__page_id"
        )
    }


def _things_of(delivery: Delivery, again: ReadAgain, muted: set[tuple[int | None, Identity]]) -> list[Thing]:
    """What a delivery tells, thing by thing, in its order."""
    user_id = delivery.subscriber.user_id
    things: dict[Identity, Thing] = {}
    for section, source, key, why in delivery.items:
        found = again.talks.get(key) if source == COMMENTS else again.items.get((source, key))
        if found is None or (user_id, found.identity) in muted:
            continue
        if isinstance(found, Talk):
            said = found.told_to(user_id, start=delivery.from_cursor, end=delivery.to_cursor)
            if said:
                thing = things.setdefault(found.identity, Thing(section, why))
                thing.said, thing.discussion = said, again.discussions.get(key)
        elif not found.is_private or user_id in found.owner_ids:
            things.setdefault(found.identity, Thing(section, why)).items.append(found)
    return list(things.values())


def _sections(things: Sequence[Thing], again: ReadAgain, delivery: Delivery) -> list[Section]:
    """Groups `things` by section, in the order of the letter; a section that has nothing is not there."""
    by_section = {name: [thing for thing in things if thing.section == name] for name in SECTIONS}
    shown = _shares({name: len(found) for name, found in by_section.items() if found})
    sections = []
    for name, count in shown.items():
        layout, found = LAYOUT[name], by_section[name]
        sections.append(
            Section(
                name=name,
                heading=str(layout.heading),
                lines=[_line_of(thing, again) for thing in found[:count]],
                more=len(found) - count + delivery.more.get(name, 0),
                more_url=absolute_url(layout.more_path),
                says=_session_words(found[0].items[0].object) if name == "sessions" else "",
            )
        )
    return sections


def _shares(counts: dict[str, int]) -> dict[str, int]:
    """How many lines each section shows: one each, then those that weigh most up to their limits."""
    shares = dict.fromkeys(counts, 1)
    for name in sorted(counts, key=lambda name: LAYOUT[name].weight):
        left = MOST_LINES - sum(shares.values())
        shares[name] += max(0, min(left, min(counts[name], LAYOUT[name].limit) - 1))
    return shares


def write_letter(
    *,
    delivery: Delivery,
    sections: Sequence[Section],
    configuration: SiteConfiguration,
    token: str,
    word: EditorialWord | None = None,
    head: Head | None = None,
) -> MailContent:
    """Returns the letter of `delivery`: `word` at its top, then `sections`; `head` of the register at its foot.

    `token` is the one of its links.
    """
    subscriber = delivery.subscriber
    stop_url = absolute_url(reverse("digests:unsubscribe", kwargs={"token": token}))
    subject = subject_of(sections)
    archive = reverse("digests:archive", kwargs={"day": delivery.edition.period_key})
    text, html = render_mail(
        "emails/letter",
        {
            "subject": subject,
            "month": date_format(in_paris(delivery.edition.slot_at), "F Y"),
            "name": first_name(subscriber),
            "since": since(delivery),
            "minutes": reading_minutes(sections, word),
            "word": word,
            "sections": sections,
            "head": head,
            "register_url": absolute_url(reverse("committee:register")),
            "frequency": frequency_words(subscriber.frequency),
            "asked_on": subscriber.started_at,
            "stop_url": stop_url,
            "archive_url": absolute_url(archive),
            "change_url": absolute_url(
                reverse("digests:preferences")
                if subscriber.user_id
                else reverse("digests:less_often", kwargs={"token": token})
            ),
            **configuration.help_by_phone,
        },
    )
    return MailContent(
        subject=subject,
        text=text,
        html=html,
        unsubscribe_url=stop_url,
        headers=list_headers(),
    )


def list_headers() -> dict[str, str]:
    """What says to mail programs that a mail goes to the readers of the letter."""
    return {
        "List-Id": f"Lettre du comite <lettre.{sender_domain()}>",
        "List-Help": f"<{absolute_url(reverse('digests:unsubscribe_help'))}>",
    }


# --- Lines ---------------------------------------------------------------------------------------------------------


def _line_of(thing: Thing, again: ReadAgain) -> Line:
    """What a letter shows of one thing."""
    if not thing.items or thing.items[0].identity[0] == "proposals":
        return _discussed_line(thing, again)
    item = thing.items[0]
    found = item.object
    talk = _comments_words(thing)
    note, quote = "", ""
    match item.source:
        case "sessions":
            return _session_line(item)
        case "polls":
            note = _("until %(day)s") % {"day": long_day(found.closes_at)}
        case "veille":
            note = f"{found.place}, {found.year}"
        case "calls":
            note = _("until %(day)s") % {"day": long_day(found.closes_at)} if found.closes_at else ""
            quote = Truncator(found.introduction).words(NOTE_WORDS)
        case _:
            quote = Truncator(found.introduction).words(NOTE_WORDS)
    return Line(item.title, item.url, note=_joined(note, talk), quote=quote, why=_why(thing))


def _discussed_line(thing: Thing, again: ReadAgain) -> Line:
    """A proposal, or a page that is followed for its comments: what changed, how much was said, the latest words.

    Who proposed or follows has had the whole answer by mail: the letter keeps it short.
    """
    steps, answers = thing.only(STEPS.name), thing.only("official-answers")
    change = ""
    if steps:
        change = f"{_state(steps[0].object.from_state)} → {_state(steps[-1].object.to_state)}"
    elif answers:
        change = answers[0].object.get_decision_display()
    elif thing.section == FOLLOWED and thing.only("proposals"):
        change = _("New proposal")
    quote = _latest_words(thing, again)
    if answers and not quote and thing.section != OWN and thing.why in ("", BY_TOPIC):
        quote = Truncator(answers[0].object.reasons).words(QUOTE_WORDS)
    if thing.items:
        title, url = thing.items[0].title, (answers or thing.items)[0].url
    else:
        title, url = _place_of(thing)
    return Line(
        title, url, note=_joined(change, _addenda_words(thing), _comments_words(thing)), quote=quote, why=_why(thing)
    )


def _place_of(thing: Thing) -> tuple[str, str]:
    """The title of a discussion, and the address of the latest comment in it."""
    discussion = thing.discussion
    assert discussion is not None, "comments have a discussion"  # noqa: S101
    page = discussion.page
    url = page_url(page) if page is not None else absolute_url(discussion.subject_url)
    return discussion.subject_title, f"{url}#c{thing.said[-1].key}"


def _latest_words(thing: Thing, again: ReadAgain) -> str:
    """The words of the latest addendum or, without one, of the latest comment."""
    addenda = thing.only(ADDENDA.name)
    text = addenda[-1].object if addenda else again.latest.get(thing.said[-1].key) if thing.said else None
    if text is None:
        return ""
    words = Truncator(" ".join(text.body.split())).words(QUOTE_WORDS)
    name = text.display_name
    return _("%(name)s: %(words)s") % {"name": name, "words": words} if name else words


def _comments_words(thing: Thing) -> str:
    count = len(thing.said)
    if not count:
        return ""
    return ngettext("%(count)d new comment", "%(count)d new comments", count) % {"count": count}


def _addenda_words(thing: Thing) -> str:
    count = len(thing.only(ADDENDA.name))
    return ngettext("%(count)d addendum", "%(count)d addenda", count) % {"count": count} if count else ""


def _why(thing: Thing) -> str:
    if thing.why == BY_TOPIC:
        return _("You follow this subject.")
    return str(Follow.Source(thing.why).label) if thing.why else ""


def _state(value: str) -> str:
    return str(Proposal.State(value).label)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _session_line(item: Item) -> Line:
    session = item.object
    when = f"{capfirst(long_day(session.starts_at))}, {hours(session.starts_at, session.ends_at)}"
    if session.status == session.Status.CANCELLED:
        return Line(when, item.url, note=_("This session is cancelled."), button=_("Read more about this session"))
    note = f"{session.place}."
    if session.open_to_public:
        note = f"{note} {_('Open to everyone.')}"
    return Line(when, item.url, note=note, button=_("Read the agenda"))


def subject_of(sections: Sequence[Section]) -> str:
    """Says what the letter holds: « Séance du 15 novembre et 3 propositions »; three things at most."""
    parts = [section.says or _subject_part(section) for section in sections][:3]
    *first, last = parts
    joined = _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last
    return " ".join(capfirst(joined).split())


def _session_words(session: Any) -> str:
    day = short_day(session.starts_at).rpartition(" ")[0]
    cancelled = session.status == session.Status.CANCELLED
    return (_("session of %(day)s cancelled") if cancelled else _("session of %(day)s")) % {"day": day}


def _subject_part(section: Section) -> str:
    count = section.count
    match section.name:
        case "own":
            text = ngettext("news of your proposal", "news of your proposals", count)
        case "followed":
            text = _("news of what you follow")
        case "official-answers":
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


def reading_minutes(sections: Iterable[Section], word: EditorialWord | None = None) -> int:
    """How long the letter takes to read."""
    texts = [word.body] if word else []
    texts += [
        text
        for section in sections
        for line in section.lines
        for text in (section.heading, line.title, line.note, line.quote, line.why)
    ]
    return max(1, math.ceil(sum(len(text.split()) for text in texts) / WORDS_A_MINUTE))


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
