"""Composes sections and lines of a digest from its delivery. Deterministic: the same rows give the same digest."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.templatetags.dates import day as long_day
from common.templatetags.dates import deadline, hours, short_day
from common.urls import absolute_url
from digests.models import Delivery
from digests.models.tokens import further_token
from digests.queries.activity import COMMENTS, DiscussionActivity, VisibleContent, load_quoted_comments, load_visible
from digests.queries.items import Identity, Item, identity_of, page_url
from digests.queries.layout import LAYOUT, MAX_LINES, NOTE_WORDS, QUOTE_WORDS, DigestLine, EntryGroup, Section
from digests.queries.selection import BY_TOPIC, FOLLOWED, JOINED, OWN, SECTIONS
from digests.queries.sources import ADDENDA, STEPS
from participation.models import Follow, Proposal
from veille.models import VeilleEntryPage

# Pairs of a user id and a thing that the user stopped following.
Muted = Collection[tuple[int | None, Identity]]


def compose(deliveries: Sequence[Delivery], *, now: datetime) -> list[list[Section]]:
    """Returns the sections of each of `deliveries`, saved or not, with content public at `now`.

    A delivery without any has none. The sections have the lines of a mail, with the number of further lines and a
    link.
    """
    if not deliveries:
        return []
    visible, muted = _visible_of(deliveries, now), _muted_by(deliveries)
    groups_of_each = [_groups_of(delivery, visible, muted) for delivery in deliveries]
    _load_quotes(visible, *groups_of_each)
    return [
        _sections(groups, visible, delivery, shares=_shares(_counts(groups)))
        for delivery, groups in zip(deliveries, groups_of_each, strict=True)
    ]


def compose_all(delivery: Delivery, *, now: datetime) -> list[Section]:
    """Returns the sections of `delivery` with all lines, with content public at `now`."""
    visible = _visible_of([delivery], now)
    return _all_lines(_groups_of(delivery, visible), visible, delivery)


def compose_further(delivery: Delivery, name: str, *, after: int, now: datetime) -> Section | None:
    """Returns the lines of the section `name` that were left out of the mail of `delivery`, as far as public at
    `now`.

    They are the same lines as then, whatever happened or was unfollowed since. `after` is the position at which the
    mail stopped. None if nothing is left.
    """
    visible, section = _visible_of([delivery], now), JOINED.get(name, name)
    groups = [group for group in _groups_of(delivery, visible) if group.section == section and group.first >= after]
    return next(iter(_all_lines(groups, visible, delivery)), None)


def _all_lines(groups: Sequence[EntryGroup], visible: VisibleContent, delivery: Delivery) -> list[Section]:
    _load_quotes(visible, groups)
    return _sections(groups, visible, delivery, shares=_counts(groups))


def _visible_of(deliveries: Sequence[Delivery], now: datetime) -> VisibleContent:
    """Returns the content of `deliveries` that is public at `now`."""
    return load_visible(
        {(entry.source, entry.key) for delivery in deliveries for entry in delivery.entries},
        start=min(delivery.from_cursor for delivery in deliveries),
        end=max(delivery.to_cursor for delivery in deliveries),
        now=now,
    )


def _load_quotes(visible: VisibleContent, *groups_of_each: Sequence[EntryGroup]) -> None:
    load_quoted_comments(
        visible, {group.comments[-1].key for groups in groups_of_each for group in groups if group.comments}
    )


def _muted_by(deliveries: Sequence[Delivery]) -> set[tuple[int | None, Identity]]:
    """Returns pairs of a user id and a thing that the user stopped following, possibly after the planning."""
    users = [delivery.subscriber.user_id for delivery in deliveries if delivery.subscriber.user_id]
    if not users:
        return set()
    rows = Follow.objects.filter(user__in=users, muted=True)
    return {
        (user_id, identity_of(proposal_id, page_id))
        for user_id, proposal_id, page_id in rows.values_list(
            "user_id", "discussion__proposal_id", "discussion__page_id"
        )
    }


def _groups_of(delivery: Delivery, visible: VisibleContent, muted: Muted = ()) -> list[EntryGroup]:
    """Returns the public entries of `delivery`, grouped by object, in its order."""
    user_id = delivery.subscriber.user_id
    groups: dict[Identity, EntryGroup] = {}
    for position, (named, source, key, reason, since) in enumerate(delivery.entries):
        # Deliveries planned before two sections were joined have the former name.
        section = JOINED.get(named, named)
        content = visible.activity.get(key) if source == COMMENTS else visible.items.get((source, key))
        if content is None or (user_id, content.identity) in muted:
            continue
        if isinstance(content, DiscussionActivity):
            comments = content.comments_for(user_id, start=since or delivery.from_cursor, end=delivery.to_cursor)
            if comments:
                group = groups.setdefault(content.identity, EntryGroup(section, reason, position))
                group.comments, group.discussion, group.last = comments, visible.discussions.get(key), position
        elif not content.is_private or user_id in content.owner_ids:
            group = groups.setdefault(content.identity, EntryGroup(section, reason, position))
            group.items.append(content)
            group.last = position
    return list(groups.values())


def _counts(groups: Sequence[EntryGroup]) -> dict[str, int]:
    """Returns the number of lines of each non-empty section, in the order of the digest."""
    counts = Counter(group.section for group in groups)
    return {name: counts[name] for name in SECTIONS if counts[name]}


def _sections(
    groups: Sequence[EntryGroup], visible: VisibleContent, delivery: Delivery, *, shares: dict[str, int]
) -> list[Section]:
    """Returns the sections of `delivery`, with the numbers of lines given in `shares`."""
    sections = []
    for name, count in shares.items():
        group_list = [group for group in groups if group.section == name]
        sections.append(
            Section(
                name=name,
                heading=str(LAYOUT[name].heading),
                lines=[_line_of(group, visible) for group in group_list[:count]],
                more=len(group_list) - count,
                more_url=_further_url(delivery, group_list[count].first) if count < len(group_list) else "",
                introduction=_session_words(group_list[0].items[0].object) if name == "sessions" else "",
            )
        )
    return sections


def _further_url(delivery: Delivery, after: int) -> str:
    """Returns the URL of the lines that the mail leaves out: the entries of a section from `after` on."""
    return absolute_url(reverse("digests:further", kwargs={"token": further_token(delivery, after)}))


def _shares(counts: dict[str, int]) -> dict[str, int]:
    """Returns the number of lines of each section: one each, then more up to its limit, the lowest weight first.

    With more than `MAX_LINES` sections, those with the greatest weight get only a link to their lines.
    """
    by_weight = sorted(counts, key=lambda name: LAYOUT[name].weight)
    shares = dict.fromkeys(counts, 0) | dict.fromkeys(by_weight[:MAX_LINES], 1)
    for name in by_weight[:MAX_LINES]:
        remaining = MAX_LINES - sum(shares.values())
        shares[name] += max(0, min(remaining, min(counts[name], LAYOUT[name].limit) - 1))
    return shares


# --- Lines ---------------------------------------------------------------------------------------------------------


def _line_of(group: EntryGroup, visible: VisibleContent) -> DigestLine:
    """Returns the line of `group`, with its topic."""
    line = _line_without_topic(group, visible)
    topic = visible.topics.get(_topic_id_of(group) or 0)
    return replace(line, topic=topic.title, family=topic.family) if topic else line


def _topic_id_of(group: EntryGroup) -> int | None:
    """Returns the topic id of `group`; None for a page followed for its comments only."""
    if group.items:
        return group.items[0].topic_id
    proposal = group.discussion.proposal if group.discussion else None
    return proposal.topic_id if proposal else None


def _line_without_topic(group: EntryGroup, visible: VisibleContent) -> DigestLine:
    if not group.items or group.items[0].identity[0] == "proposals":
        return _discussed_line(group, visible)
    item = group.items[0]
    subject = item.object
    comments = _comments_words(group)
    note, quote = "", ""
    match item.source:
        case "sessions":
            return _session_line(item)
        case "polls":
            note = _("until %(day)s") % {"day": deadline(subject.closes_at)}
        case "indicators":
            note = _("New value") if subject.new_at > subject.adopted_at else _("Adopted by the committee")
            quote = subject.question
        case "veille":
            note = _joined(f"{subject.place}, {subject.year}", _stance_words(subject))
        case "workshops":
            note = _joined(deadline(subject.starts_at), subject.get_commune_display())
        case "surveys":
            note = (
                _("The results can be read")
                if subject.poll.closes_at <= subject.new_at
                else _("until %(day)s") % {"day": deadline(subject.poll.closes_at)}
            )
            quote = Truncator(subject.introduction).words(NOTE_WORDS)
        case "campaigns":
            until = _("From %(first)s to %(last)s")
            note = until % {"first": short_day(subject.starts_on), "last": short_day(subject.ends_on)}
            quote = Truncator(subject.introduction).words(NOTE_WORDS)
        case "findings":
            note = _joined(subject.get_state_display(), subject.campaign.service_name)
        case "criteria":
            note = (
                _("Comparison: new criterion")
                if item.at == subject.published_at
                else _("Comparison: findings corrected")
            )
        case "minutes" | "decisions" | "programmes" | "arrivals" | "departures":
            note, quote = _committee_words(item)
        case "calls":
            note = _("until %(day)s") % {"day": deadline(subject.closes_at)} if subject.closes_at else ""
            quote = Truncator(subject.introduction).words(NOTE_WORDS)
        case _:
            quote = Truncator(subject.introduction).words(NOTE_WORDS)
    return DigestLine(item.title, item.url, note=_joined(note, comments), quote=quote, reason=_reason(group))


def _committee_words(item: Item) -> tuple[str, str]:
    """Returns the note and the quotation of committee news."""
    subject = item.object
    match item.source:
        case "minutes":
            return subject.title, ""
        case "decisions":
            parameters = {"number": subject.number, "day": short_day(subject.session_day)}
            return _("Decision no. %(number)d, session of %(day)s") % parameters, ""
        case "programmes":
            return _("Adopted by the committee"), ", ".join(
                priority.topic.title for priority in subject.priorities.all()
            )
        case "arrivals":
            when = _("from %(date)s on") % {"date": short_day(subject.starts_on)}
        case _:
            when = _("until %(day)s") % {"day": short_day(subject.ends_on)}
    return _joined(subject.get_role_display(), when), ""


def _stance_words(entry: VeilleEntryPage) -> str:
    return _("The committee: %(stance)s") % {"stance": entry.stance_label.lower()} if entry.stance else ""


def _discussed_line(group: EntryGroup, visible: VisibleContent) -> DigestLine:
    """Returns the line of a proposal, or of a page followed for its comments: changes, number of comments, latest
    text.

    Authors and followers got the full answer by mail: the digest only mentions it.
    """
    steps, answers = group.items_of(STEPS.name), group.items_of("official-answers")
    change = ""
    if steps:
        change = f"{_state(steps[0].object.from_state)} → {_state(steps[-1].object.to_state)}"
    elif answers:
        change = answers[0].object.get_decision_display()
    elif group.section == FOLLOWED and group.items_of("proposals"):
        change = _("New proposal")
    quote = _latest_words(group, visible)
    if answers and not quote and group.section != OWN and group.reason in ("", BY_TOPIC):
        quote = Truncator(answers[0].object.plain_reasons).words(QUOTE_WORDS)
    if group.items:
        title, url = group.items[0].title, (answers or group.items)[0].url
    else:
        title, url = _place_of(group)
    return DigestLine(
        title,
        url,
        note=_joined(change, _addenda_words(group), _comments_words(group)),
        quote=quote,
        reason=_reason(group),
    )


def _place_of(group: EntryGroup) -> tuple[str, str]:
    """Returns the title of a discussion, and the URL of its latest comment."""
    discussion = group.discussion
    assert discussion is not None, "comments have a discussion"  # noqa: S101
    page = discussion.page
    url = page_url(page) if page is not None else absolute_url(discussion.subject_url)
    return discussion.subject_title, f"{url}#c{group.comments[-1].key}"


def _latest_words(group: EntryGroup, visible: VisibleContent) -> str:
    """Returns the text of the latest addendum or, without one, of the latest comment, truncated to a few words."""
    addenda = group.items_of(ADDENDA.name)
    text = addenda[-1].object if addenda else visible.latest.get(group.comments[-1].key) if group.comments else None
    if text is None:
        return ""
    quote = Truncator(" ".join(text.body.split())).words(QUOTE_WORDS)
    name = text.display_name
    return _("%(name)s: %(words)s") % {"name": name, "words": quote} if name else quote


def _comments_words(group: EntryGroup) -> str:
    count = len(group.comments)
    if not count:
        return ""
    return ngettext("%(count)d new comment", "%(count)d new comments", count) % {"count": count}


def _addenda_words(group: EntryGroup) -> str:
    count = len(group.items_of(ADDENDA.name))
    return ngettext("%(count)d addendum", "%(count)d addenda", count) % {"count": count} if count else ""


def _reason(group: EntryGroup) -> str:
    if group.reason == BY_TOPIC:
        return _("You follow this subject.")
    return str(Follow.Source(group.reason).label) if group.reason else ""


def _state(value: str) -> str:
    return str(Proposal.State(value).label)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _session_line(item: Item) -> DigestLine:
    session = item.object
    when = f"{capfirst(long_day(session.starts_at))}, {hours(session.starts_at, session.ends_at)}"
    if session.status == session.Status.CANCELLED:
        return DigestLine(
            when, item.url, note=_("This session is cancelled."), button=_("Read more about this session")
        )
    note = f"{session.place}."
    if session.open_to_public:
        note = f"{note} {_('Open to everyone.')}"
    return DigestLine(when, item.url, note=note, button=_("Read the agenda"))


def subject_of(sections: Sequence[Section]) -> str:
    """Returns the subject, from the content: « Séance du 15 novembre et 3 propositions »; at most three parts."""
    parts = [section.introduction or _subject_part(section) for section in sections][:3]
    *first, last = parts
    joined = _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last
    return " ".join(capfirst(joined).split())


def _session_words(session: Any) -> str:
    day = short_day(session.starts_at).rpartition(" ")[0]
    cancelled = session.status == session.Status.CANCELLED
    return (_("session of %(day)s cancelled") if cancelled else _("session of %(day)s")) % {"day": day}


def _subject_part(section: Section) -> str:
    # Including the further lines behind the link.
    count = len(section.lines) + section.more
    match section.name:
        case "own":
            text = ngettext("news of your proposal", "news of your proposals", count)
        case "followed":
            text = _("news of what you follow")
        case "committee":
            text = ngettext("%(count)d piece of news of the committee", "%(count)d news of the committee", count)
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
        case "surveys":
            text = ngettext("%(count)d field survey", "%(count)d field surveys", count)
        case "campaigns":
            text = ngettext("%(count)d piece of news of the trials", "%(count)d news of the trials", count)
        case "workshops":
            text = ngettext("%(count)d workshop", "%(count)d workshops", count)
        case "indicators":
            text = ngettext("%(count)d indicator", "%(count)d indicators", count)
        case _:
            text = ngettext("%(count)d thing from elsewhere", "%(count)d things from elsewhere", count)
    return text % {"count": count}
