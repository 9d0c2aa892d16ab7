"""Objects of the demonstration for URLs: a proposal in a state, a link of a mail, a screen of a draft."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from cms.models import NewsIndexPage
from cms.services import ask_for_second_readings
from committee.attendance.services.recording import State, record_sheet
from committee.models import (
    AccountInvitation,
    Attendance,
    Correction,
    RegisterEntry,
    SessionMinutes,
    SessionPage,
    TopicPage,
)
from committee.models.attendance_rules import day_of
from committee.queries.seats import seats_on
from committee.register.services.redaction import redact
from digests.models import Delivery, Edition, Frequency, Newsletter, Subscriber
from digests.models.tokens import DigestRequest, confirm_token, further_token, unsubscribe_token
from participation import permissions
from participation.models import (
    Addendum,
    Appeal,
    CallPage,
    CityService,
    Comment,
    Decision,
    DeskEntry,
    Invitation,
    OfficialAnswer,
    Proposal,
    ProposalDraft,
)
from participation.queries.gaps import gaps_of, proposals_with_gaps
from participation.services.coauthors import invite
from participation.services.reports import report_text
from polls.models import Poll
from tests.browser.pages.accounts import (
    ANIMATION,
    HABITANTE,
    MEMBRE,
    READER,
    REDACTION,
    SECRETARIAT,
    SUPPORTER,
    UNCONFIRMED,
)
from tests.factories import NewsPageFactory, OfficialAnswerFactory, SessionPageFactory
from veille.models import VeilleEntryPage


def discussed_proposal() -> Proposal:
    return Proposal.objects.published().order_by("-comment_count").first()


def proposal_in_state(state: Proposal.State) -> Proposal:
    return Proposal.objects.filter(state=state).order_by("pk").first()


def proposal_with_late_deliverable() -> Proposal:
    return next(one for one in proposals_with_gaps(timezone.now()) if "retard" in [gap.key for gap in gaps_of(one)])


def supportable_proposal() -> Proposal:
    """Returns a proposal that `SUPPORTER` may support and does not support yet."""
    others = Proposal.objects.published().exclude(author__email=SUPPORTER).exclude(supports__user__email=SUPPORTER)
    return next(one for one in others.order_by("pk") if permissions.is_open_to_supports(one, timezone.now()))


def own_proposal(state: Proposal.State) -> Proposal:
    return Proposal.objects.filter(author__email=HABITANTE, state=state).order_by("-pk").first()


def late_proposal() -> Proposal:
    return Proposal.objects.answer_overdue(timezone.localdate()).first()


def corrected_proposal() -> Proposal:
    """Returns a proposal corrected by its authors that cannot be corrected any more."""
    return Proposal.objects.published().filter(versions__isnull=False, author__email=HABITANTE).first()


def coauthor_removal() -> str:
    """Returns the page where HABITANTE removes a co-author."""
    joined = corrected_proposal().co_authorships.first()
    return reverse("participation:coauthor_remove", args=[joined.proposal_id, joined.pk])


def invitation() -> Invitation:
    """Returns the pending invitation of SUPPORTER by HABITANTE."""
    return invite(
        proposal=own_proposal(Proposal.State.RECEIVED),
        author=get_user_model().objects.get(email=HABITANTE),
        email=SUPPORTER,
        now=timezone.now(),
    )


def withdrawal(state: Proposal.State) -> str:
    return f"/propositions/{own_proposal(state).pk}/retirer/"


def draft_answer() -> OfficialAnswer:
    drafts = OfficialAnswer.objects.filter(status=OfficialAnswer.Status.DRAFT)
    service = CityService.objects.first()
    return drafts.first() or OfficialAnswerFactory(status="brouillon", proposal=late_proposal(), service=service)


def others_comment() -> Comment:
    """Returns a published comment of another user, in an open discussion."""
    comments = (
        Comment.objects.published().exclude(author__email=HABITANTE).filter(discussion__proposal=discussed_proposal())
    )
    return comments.order_by("pk").first()


def comment_action(verb: str) -> Callable[[], str]:
    """Returns a function for the page to answer or to report a comment."""
    return lambda: f"/propositions/{discussed_proposal().pk}/commentaires/{others_comment().pk}/{verb}/"


def addendum_report() -> str:
    """Returns the page to report the addendum of the demonstration."""
    addendum = Addendum.objects.published().first()
    return reverse("participation:addendum_report", args=[addendum.proposal_id, addendum.pk])


def already_reported_comment() -> str:
    """Returns the page where SUPPORTER would report an already reported comment."""
    author = get_user_model().objects.get(email=SUPPORTER)
    comment = (
        Comment.objects.published().exclude(author=author).filter(discussion__proposal=discussed_proposal()).last()
    )
    report_text(text=comment, author=author, reason="Le ton est dur.", now=timezone.now())
    return comment.report_url


def own_comment(verb: str) -> Callable[[], str]:
    """Returns a function for the page to change or withdraw a comment of HABITANTE, made if there is none."""

    def path() -> str:
        author = get_user_model().objects.get(email=HABITANTE)
        comment = Comment.objects.filter(
            author=author, state=Comment.State.RECEIVED, discussion__proposal=discussed_proposal()
        )
        found = comment.first() or discussed_proposal().discussion.comments.create(
            author=author, body="Je relis toujours avant d’envoyer.", created_at=timezone.now()
        )
        return found.edit_url if verb == "modifier" else found.withdraw_url

    return path


def own_draft(verb: str) -> Callable[[], str]:
    """Returns a function for a screen of HABITANTE's draft, restored to its original state."""

    def path() -> str:
        draft = ProposalDraft.objects.get(author__email=HABITANTE, title__startswith="Recevoir")
        draft.attachments.all().delete()
        ProposalDraft.objects.filter(pk=draft.pk).update(body="")
        if verb == "supprimer":
            return reverse("participation:deposit_delete", args=[draft.pk])
        return f"{reverse(f'participation:deposit_{DRAFT_SCREENS[verb]}')}?brouillon={draft.pk}"

    return path


DRAFT_SCREENS = {"": "idea", "fichiers": "files"}


def open_poll() -> Poll:
    return Poll.objects.open(timezone.now()).first()


def draft_poll() -> Poll:
    return Poll.objects.filter(is_draft=True).first()


def poll_with_every_kind() -> Poll:
    return Poll.objects.get(slug="toutes-les-questions")


def receipt() -> str:
    """Returns the receipt of an entry of the demonstration."""
    return reverse("desk_entries:receipt", args=[DeskEntry.objects.earliest("pk").pk])


def appealable_refusal() -> str:
    return reverse("participation:appeal", args=[Decision.objects.refusals().get(appeal=None, proposal__gt=0).pk])


def appealed_refusal() -> str:
    return reverse("participation:appeal", args=[Appeal.objects.latest("pk").decision_id])


def closed_poll() -> Poll:
    return Poll.objects.closed(timezone.now()).first()


def call_in(phase: CallPage.Phase) -> Callable[[], str]:
    return lambda: CallPage.objects.live().in_phase(phase, timezone.now()).first().url


def watch_without_result() -> str:
    """Returns filters that have entries each, but none combined."""
    entry = VeilleEntryPage.objects.live().first()
    other = VeilleEntryPage.objects.live().exclude(place=entry.place).exclude(theme=entry.theme).first()
    return f"/veille/?{urlencode({'lieu': other.place, 'theme': entry.theme.slug})}"


def watch_with_filters() -> str:
    entry = VeilleEntryPage.objects.live().first()
    return f"/veille/?{urlencode({'lieu': entry.place, 'theme': entry.theme.slug})}"


def unsubscription(page: str = "", reader: str = READER) -> Callable[[], str]:
    """Returns a function for the unsubscribe link of a mail, or the page beside it."""
    return lambda: f"/desinscription/{unsubscribe_token(Subscriber.objects.get(email=reader))}/{page}"


def former_digest() -> str:
    return reverse("digests:archive", args=[Edition.objects.filter(batch__isnull=False).latest("slot_at").period_key])


def rest_of_a_digest() -> str:
    """Returns the page with all items of a digest's section, as if the mail had no room for any."""
    delivery = Delivery.objects.exclude(items=[]).select_related("subscriber").latest("to_cursor")
    token = further_token(delivery, 0)
    return reverse("digests:further", args=[token])


def second_reading(screen: str = "") -> str:
    """Returns a screen of a news item of REDACTION in a section with second reading: submitted, or to be submitted."""
    author = get_user_model().objects.get(email=REDACTION)
    coordinator = get_user_model().objects.get(email=ANIMATION)
    readers = Group.objects.filter(name__in=["Rédaction", "Animation"])
    ask_for_second_readings(section=NewsIndexPage.objects.get(), groups=readers, by=coordinator)
    page = NewsPageFactory(live=False)
    page.save_revision(user=author)
    if not screen:
        page.get_workflow().start(page, author)
    return f"/admin/relecture/{page.pk}/{screen}"


def invitation_refusal() -> str:
    """Returns the link of a mail with which a member declines an account."""
    return AccountInvitation.objects.exclude(email="").get().refusal_url


def newsletter(screen: str) -> Callable[[], str]:
    """Returns a function for a screen of the draft newsletter of the demonstration."""
    return lambda: f"/admin/messages-aux-lecteurs/{screen}/{Newsletter.objects.get().pk}/"


def reminder(*, past: bool = False) -> str:
    now = timezone.now()
    sessions = SessionPage.objects.published()
    session = sessions.past(now).first() if past else sessions.filter(starts_at__gt=now).earliest("starts_at")
    return reverse("digests:session_reminder", args=[session.slug])


def followed_topic() -> str:
    reader = Subscriber.objects.get(email=HABITANTE)
    return reverse("digests:follow_topic", args=[reader.topics.first().slug])


def other_topic() -> str:
    reader = Subscriber.objects.get(email=HABITANTE)
    topic = TopicPage.objects.published().exclude(readers=reader).first()
    return reverse("digests:follow_topic", args=[topic.slug])


def subscription_confirmation() -> str:
    reader = Subscriber.objects.get(email=UNCONFIRMED)
    token = confirm_token(DigestRequest(reader, Frequency.MONTHLY, reader.created_at))
    return f"/lettre/confirmer/{token}/"


def session_with_actions() -> SessionPage:
    """Returns a session with approved minutes and an assigned action."""
    return SessionPage.objects.published().filter(actions__isnull=False).order_by("-starts_at").first()


def minutes_open_to_corrections() -> SessionMinutes:
    return SessionMinutes.objects.get(state=SessionMinutes.State.OPEN, corrections_until__gte=timezone.localdate())


def approval_of_minutes() -> str:
    """Returns the page to approve minutes whose correction period is over."""
    over = SessionMinutes.objects.get(state=SessionMinutes.State.OPEN, corrections_until__lt=timezone.localdate())
    return reverse("committee:approve_minutes", args=[over.session.slug])


def minutes_page(verb: str = "") -> Callable[[], str]:
    """Returns a function for a members' page of the minutes in their correction period."""

    def path() -> str:
        session = minutes_open_to_corrections().session
        if verb == "corrections":
            waiting = Correction.objects.filter(state=Correction.State.WAITING).first()
            return reverse("committee:decide_correction", args=[session.slug, waiting.pk])
        return reverse(f"committee:{verb}minutes", args=[session.slug])

    return path


def approved_minutes() -> str:
    return reverse("committee:minutes", args=[session_with_actions().slug])


def redacted_entry() -> str:
    """Returns the register, with one decision whose text was removed."""
    first = RegisterEntry.objects.get(number=1)
    if not first.is_redacted:
        actor = get_user_model().objects.get(email=SECRETARIAT)
        redact(entry=first, actor=actor, reason="Demande d’une personne citée.", now=timezone.now())
    return first.get_absolute_url()


def session_in_progress() -> SessionPage:
    """Returns a session in progress with some seats recorded."""
    now = timezone.now()
    starts_at = now - timedelta(minutes=10)
    known = SessionPage.objects.filter(slug=SessionPage.slug_of(starts_at)).first()
    session = known or SessionPageFactory(
        title="Séance en cours", starts_at=starts_at, ends_at=now + timedelta(hours=2)
    )
    officer = get_user_model().objects.get(email=MEMBRE)
    first_seats = [filled.seat.pk for filled in seats_on(day_of(session)) if filled.people][3:6]
    record_sheet(session=session, states=dict.fromkeys(first_seats, State.ONLINE), by=officer, now=now)
    return session


def sheet_of(session: SessionPage, screen: str = "") -> str:
    return f"/membres/seances/{session.slug}/presence/{screen}"


def code_entry() -> str:
    """Returns the page where a member enters the code of a session in progress, not yet entered for this seat."""
    session = session_in_progress()
    Attendance.objects.filter(session=session).exclude(state=State.ONLINE).delete()
    return "/membres/presence/"


def code_entry_without_session() -> str:
    """Returns the same page while no session is in progress."""
    begun = SessionPage.objects.filter(title="Séance en cours")
    # A session with recorded attendance cannot be deleted.
    Attendance.objects.filter(session__in=begun).delete()
    begun.delete()
    return "/membres/presence/"
