"""Objects other than pages and residents' texts: minutes, members' documents, polls, digests, mails, settings."""

import datetime as dt
import uuid

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from accounts.models import AccountCode, ProviderLink, User
from auditlog.models import Entry, EntryKind
from cms.models import CitedAddress, MissingAddress, SiteConfiguration, Spotlight
from committee.models import (
    AccountInvitation,
    Attendance,
    BallotTopic,
    Convened,
    Convocation,
    ConvocationDraft,
    Correction,
    Dissent,
    MemberDocument,
    MinutesAction,
    MinutesDecision,
    NoteVersion,
    Priority,
    RegisterEntry,
    SessionMinutes,
    WorkingNote,
    WorkProgramme,
)
from committee.register.services.chain import append
from digests.models import ConsentLog, Edition, EditorialWord, Newsletter, SessionReminder, Subscriber
from home.models import EmptySearch
from inclusion.models import Place, PlaceReport, Resource, Workshop
from indicators.models import Adoption, Indicator, Measurement, Restitution, Survey
from mailing.models import Batch, Message
from polls.models import AgentEntry, Choice, Participation, Poll, Question
from tests.visibility.words import FIRST, Canaries
from veille.models import City, Criterion, Observation, Withdrawal

DAY = dt.timedelta(days=1)


def make_rows(canaries: Canaries, people: dict[str, User], pages: dict) -> None:
    _minutes(canaries, people, pages)
    _members(canaries, people, pages)
    _polls(canaries, people)
    _mails(canaries, people, pages)
    _settings(canaries, people, pages)
    _comparison(canaries, people)
    _learning(canaries)


def _minutes(canaries: Canaries, people: dict[str, User], pages: dict) -> None:
    """Creates minutes being drafted, minutes open to corrections, and the register."""
    now, today = timezone.now(), timezone.localdate()
    for state, page in (("redaction", pages["past"]), ("corrections", pages["past-restricted"])):
        until = today + DAY if state == "corrections" else None
        record = canaries.make(SessionMinutes, state, session=page, state=state, corrections_until=until)
        decision = canaries.make(MinutesDecision, state, record=record)
        canaries.make(MinutesAction, state, record=record)
        if until:
            canaries.make(Dissent, state, decision=decision, member=people["member"].member, written_at=now)
            common = {"key": uuid.uuid4(), "author": people["member"], "created_at": now}
            canaries.make(Correction, "recue", record=record, reason="", **common)
            common |= {"key": uuid.uuid4(), "decided_at": now, "state": "refusee"}
            canaries.make(Correction, "refusee", record=record, **common)
    words = {
        name: f"Zephir {canaries.word(f'registerentry.decision.{name}', FIRST)}"
        for name in ("text", "responsible", "topic", "dissents")
    }
    append(now=now, kind=RegisterEntry.Kind.DECISION, rank=1, session_day=pages["past"].starts_at.date(), **words)


def _members(canaries: Canaries, people: dict[str, User], pages: dict) -> None:
    """Creates content for members only, and messages of the secretariat to them."""
    now, member = timezone.now(), people["member"].member
    for state, session in (("any", None), ("session", pages["past"])):
        name = canaries.word(f"memberdocument.{state}.file", FIRST)
        canaries.make(MemberDocument, state, file=ContentFile(b"%PDF-1.4", name=f"{name}.pdf"), session=session)
    note = canaries.make(WorkingNote, "shared", key=uuid.uuid4(), number=2, written_by=member, written_at=now)
    for number, state in ((1, "earlier"), (2, "present")):
        canaries.make(NoteVersion, state, note=note, number=number, written_by=member, written_at=now)
    for state, session in (("upcoming", pages["session"]), ("restricted", pages["past-restricted"])):
        sent = {"key": uuid.uuid4(), "session": session, "sent_at": now, "sent_by": people["secretariat"]}
        convocation = canaries.make(Convocation, state, **sent)
        Convened.objects.create(convocation=convocation, member=member, by_mail=True)
    canaries.make(ConvocationDraft, "stopped", key=uuid.uuid4(), session=pages["session"], sender=people["secretariat"])
    unnamed = canaries.keys["member.unnamed.name"]
    canaries.make(AccountInvitation, "waiting", member_id=unnamed, sent_at=now)
    noted = {"session": pages["past"], "seat": member.mandates.get().seat, "recorded_at": now}
    Attendance.objects.create(member=member, state="absent", how="sheet", recorded_by=people["coordinator"], **noted)


def _polls(canaries: Canaries, people: dict[str, User]) -> None:
    """Creates polls in each state. Of the roles, only the author answered, in the nominative one."""
    now = timezone.now()
    for state, dates in {
        "draft": {"is_draft": True, "opens_at": None, "closes_at": now + 9 * DAY},
        "planned": {"is_draft": True, "opens_at": now + DAY, "closes_at": now + 9 * DAY},
        "open": {"is_draft": False, "opens_at": now - DAY, "closes_at": now + 9 * DAY},
        "closed": {"is_draft": False, "opens_at": now - 9 * DAY, "closes_at": now - DAY},
        "members": {"is_draft": False, "opens_at": now - DAY, "closes_at": now + 9 * DAY, "audience": "members"},
    }.items():
        ballot = "nominative" if state == "open" else "secret"
        poll = canaries.make(Poll, state, slug=f"sondage-{state}", ballot=ballot, **dates)
        question = canaries.make(Question, state, poll=poll)
        for one in ("first", "second"):
            canaries.make(Choice, f"{state}-{one}", question=question)
        if state == "open":
            given = Participation.objects.create(pk=FIRST, poll=poll, user=None)
            canaries.make(AgentEntry, state, origin="guichet", participation=given, poll=poll, agent=people["desk"])
            Participation.objects.create(pk=FIRST + 1, poll=poll, user=people["author"])


def _mails(canaries: Canaries, people: dict[str, User], pages: dict) -> None:
    """Creates messages to subscribers, editorials of the digest, subscribers, editions and mails."""
    now, today = timezone.now(), timezone.localdate()
    body = lambda name: [("paragraph", f"<p>Zephir {canaries.word(name, FIRST)}</p>")]  # noqa: E731
    batches = {state: canaries.make(Batch, state, created_at=now) for state in ("newsletter", "edition")}
    canaries.make(Newsletter, "members", audience="members", body=body("newsletter.members.body"), created_at=now)
    for state in ("draft", "scheduled", "cancelled"):
        sent = {"send_at": now + DAY if state == "scheduled" else None, "created_at": now, "writer": people["editor"]}
        canaries.make(Newsletter, state, status=state, body=body(f"newsletter.{state}.body"), **sent)
    for state, live in (("draft", False), ("live", True)):
        canaries.make(EditorialWord, state, kind="monthly", until=today + 30 * DAY, live=live).save_revision()
    slot = {"slot_at": now + DAY, "cutoff": now + DAY, "expires_at": now + 2 * DAY}
    canaries.make(
        Edition, "cancelled", status="cancelled", kind="weekly", period_key=today, batch=batches["edition"], **slot
    )
    for state in ("unconfirmed", "active", "stopped"):
        dates = {"verified_at": now, "started_at": now} if state == "active" else {}
        canaries.make(Subscriber, state, status=state, created_at=now, **dates)
    canaries.make(ConsentLog, "change", act="change", pk=None, channel="form", subscriber_hash="x", at=now)
    canaries.make(SessionReminder, "asked", user=people["author"], session=pages["session"], created_at=now)
    for state in ("pending", "sent", "failed"):
        stored = {
            "context": {"name": canaries.word(f"message.{state}.context", FIRST)},
            "kind": "codes",
            "state": state,
        }
        stored["payload"] = {"subject": canaries.word(f"message.{state}.payload", FIRST), "text": "", "html": ""}
        canaries.make(Message, state, next_attempt_at=now, created_at=now, batch=batches["newsletter"], **stored)


def _settings(canaries: Canaries, people: dict[str, User], pages: dict) -> None:
    """Creates settings shown on every page, yearly reports, programmes, and addresses not found."""
    now, today = timezone.now(), timezone.localdate()
    for model in (SiteConfiguration, Spotlight):
        model.objects.all().delete()
    canaries.make(SiteConfiguration, "only", accessibility_status="non-conforme")
    canaries.make(Spotlight, "only", alert_until=now + DAY)
    for number, state in enumerate(("draft", "published")):
        published = now if state == "published" else None
        canaries.make(Restitution, state, year=2030 + number, built_at=now, published_at=published, figures=[])
        _programme(canaries, state, [pages["topic"], *pages["hidden_topics"]], year=2030 + number, adopted_at=published)
    _indicators(canaries, pages)
    canaries.make(Survey, "open", year=2030, opens_on=today, closes_on=today + DAY)
    path = f"/{canaries.word('missingaddress.asked.path', FIRST)}/"
    canaries.make(MissingAddress, "asked", path=path, first_asked_on=today, last_asked_on=today)
    canaries.make(EmptySearch, "asked", month=today.replace(day=1))
    for state in ("gone", "moved"):
        title = canaries.word(f"citedaddress.{state}.cited_by", FIRST)
        failed = {"first_failed_on": today, "last_failed_on": today, "failed_days": 3} if state == "gone" else {}
        cited_by = [{"title": f"Zephir {title}", "edit_url": f"/admin/pages/{FIRST}/edit/"}]
        canaries.make(CitedAddress, state, state=state, cited_by=cited_by, **failed)
    Redirect.objects.create(
        pk=FIRST, old_path=f"/{canaries.word('redirect.known.old_path', FIRST)}", redirect_link="/aide/"
    )
    canaries.make(ProviderLink, "own", user=people["author"], linked_at=now)
    Entry.objects.create(
        pk=FIRST, kind=EntryKind.values[0], action="x", details=canaries.word("entry.known.details", FIRST)
    )
    canaries.make(AccountCode, "own", user=people["author"], action="email", sent_at=now)
    ContentType.objects.clear_cache()


def _programme(canaries: Canaries, state: str, topics: list, **values) -> None:
    """Creates a programme with its closed ballot over `topics`, of which all but the first are hidden since."""
    dates = {"is_draft": False, "opens_at": timezone.now() - 9 * DAY, "closes_at": timezone.now() - DAY}
    poll = canaries.make(Poll, f"ballot-{state}", slug=f"programme-{state}", audience="seats", ballot="secret", **dates)
    question = canaries.make(Question, f"ballot-{state}", poll=poll, kind="points")
    programme = canaries.make(WorkProgramme, state, poll=poll, **values)
    for number, topic in enumerate(topics):
        choice = canaries.make(Choice, f"ballot-{state}-{number}", question=question)
        BallotTopic.objects.create(programme=programme, choice=choice, topic=topic)
        canaries.make(Priority, f"hidden-{state}-{number}" if number else state, programme=programme, topic=topic)


def _indicators(canaries: Canaries, pages: dict) -> None:
    """Creates an indicator in each state; the adopted one with a changed definition and a corrected value."""
    now, today = timezone.now(), timezone.localdate()
    common = {"session": pages["past"], "topic": pages["topic"], "adopted_at": now, "left_reason": "", "measure": ""}
    since = {"baseline": 1, "baseline_on": today.replace(year=today.year - 1, month=1, day=1)}
    adopted = canaries.make(Indicator, "adopted", slug="indicateur", state="adopted", **common, **since)
    canaries.make(Indicator, "proposed", slug="indicateur-propose", left_reason="", measure="")
    canaries.make(Indicator, "left", slug="indicateur-laisse", state="left", left_at=now, measure="")
    # The page of an indicator shows the reasons of the changes, hence from the second adoption on.
    for state, session in (("adopted", "past-earlier"), ("changed", "past")):
        canaries.make(Adoption, state, indicator=adopted, session=pages[session], recorded_at=now)
    seen = {"indicator": adopted, "period": str(today.year - 1), "source_seen_on": today, "published_at": now}
    replaced = canaries.make(Measurement, "replaced", value=1, reason="", **seen)
    canaries.make(Measurement, "current", value=2, replaces=replaced, **seen)


def _comparison(canaries: Canaries, people: dict[str, User]) -> None:
    """Creates a published and an unpublished criterion; observations published, replaced, withdrawn and pending."""
    now, city = timezone.now(), {"population": 1, "population_year": 2016}
    # Canary words have nine characters, as a SIREN number.
    siren = canaries.word("city.only.siren", FIRST)
    made = canaries.make(City, "only", is_ours=True, siren=siren, slug="zz-ville", **city)
    other = canaries.make(City, "other", siren="zz", slug="zz-autre", **city)
    for state, published_at in (("published", now), ("draft", None)):
        criterion = canaries.make(Criterion, state, slug=f"zz-{state}", kind="text", published_at=published_at)
        read = {"city": made, "criterion": criterion, "source_seen_on": now.date(), "recorded_by": people["editor"]}
        over = {"published_at": now, "second_reader": people["organiser"]}
        current = canaries.make(Observation, f"{state}-current", **read, **over)
        canaries.make(Observation, f"{state}-replaced", replaced_by=current, **read, **over)
        canaries.make(Observation, f"{state}-waiting", **read)
        withdrawn = canaries.make(Observation, f"{state}-withdrawn", **{**read, "city": other}, **over)
        canaries.make(Withdrawal, state, observation=withdrawn, withdrawn_at=now)


def _learning(canaries: Canaries) -> None:
    """Creates published and unpublished resources, workshops and places, and reports on a place."""
    now = timezone.now()
    where = {"postal_code": "67000", "insee_code": "67482", "pivot": "", "row_hash": "", "listed_in": ""}
    where |= {"closed_from": timezone.localdate(now)}
    places = {"published": {"published_at": now}, "draft": {}, "left": {"published_at": now, "left_on": now.date()}}
    for state, values in places.items():
        place = canaries.make(Place, state, **where, **values)
    canaries.make(PlaceReport, "waiting", place=place)
    for state, published_at in (("published", now), ("draft", None)):
        canaries.make(Resource, state, published_at=published_at)
        when = {"starts_at": now + DAY, "ends_at": now + 2 * DAY, "commune": "67482"}
        canaries.make(Workshop, state, published_at=published_at, **when)
