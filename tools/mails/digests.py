"""Acts about digests, sign-in codes and the monitoring of the outbox."""

from datetime import timedelta
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.conf import settings
from django.test import RequestFactory

from committee.models import SessionPage, TopicPage
from common.shown import BY_PROGRAM
from digests.models import Frequency, Newsletter
from digests.services import previews, subscriptions
from digests.services.newsletters import plan_newsletters, schedule
from digests.services.planning import plan_due
from digests.services.reminders import due_at, send_reminders, set_reminder
from mailing.alerts import BatchPaused
from mailing.hooks import contact_address
from mailing.models import Batch
from participation.models import CityService, OfficialAnswer, Proposal
from participation.services.answers import publish_answer
from participation.services.follows import set_follow
from tools.mails.stage import Stage

VISITOR = "lectrice@courriel.example"
CODE = "4F7-K2M"


def digest_of_a_visitor(stage: Stage) -> str:
    """Monthly digest of a subscriber without an account."""
    request = subscriptions.ask_by_mail(email=VISITOR, frequency=Frequency.MONTHLY, now=stage.ago(40))
    subscriptions.confirm(request, now=stage.ago(40))
    plan_due(now=stage.now)
    return VISITOR


def digest_of_a_member(stage: Stage) -> str:
    """Weekly digest of a member who follows a topic."""
    plan_due(now=stage.now)
    return stage.user("membre").email


def digest_with_everything(stage: Stage) -> str:
    """Monthly digest of a user with all kinds of news: answers, comments, everything that they follow."""
    reader, just_before = stage.user("habitante"), stage.now - timedelta(hours=1)
    open_states = (Proposal.State.PUBLISHED, Proposal.State.STUDIED)
    for proposal in Proposal.objects.filter(state__in=open_states).order_by("pk")[:12]:
        set_follow(user=reader, discussion=proposal.discussion, following=True, now=stage.ago(40))
    for proposal in Proposal.objects.filter(state=Proposal.State.STUDIED).order_by("pk")[:2]:
        answer = OfficialAnswer.objects.create(
            proposal=proposal,
            decision=Proposal.State.ACCEPTED,
            reasons="La ville partage votre constat.\n\nLe service des démarches y travaille depuis l’été.",
            service=CityService.objects.order_by("pk").first(),
            signed_as="responsable du service",
        )
        publish_answer(answer=answer, actor=stage.user("services"), now=just_before, shown=BY_PROGRAM)
    plan_due(now=stage.now)
    return reader.email


def digest_of_one_subject(stage: Stage) -> previews.Preview:
    """Monthly digest of a subscriber to a single topic."""
    return previews.for_visitor(Frequency.MONTHLY, now=stage.now, topic=TopicPage.objects.get(number=1))


def newsletter(stage: Stage) -> str:
    """Message of the editors to the subscribers."""
    schedule(newsletter=Newsletter.objects.get(), actor=stage.user("animation"), now=stage.now, shown=BY_PROGRAM)
    plan_newsletters(now=stage.now)
    return stage.user("habitante").email


def member_message(stage: Stage) -> str:
    """Message of the office to the members of the committee."""
    draft = Newsletter.objects.get()
    draft.audience = Newsletter.Audience.MEMBERS
    draft.save(update_fields=["audience"])
    schedule(newsletter=draft, actor=stage.user("secretariat"), now=stage.now, shown=BY_PROGRAM)
    plan_newsletters(now=stage.now)
    return stage.user("membre").email


def trial(stage: Stage) -> str:
    """Test digest that an editor sends to their own address."""
    editor = stage.user("redaction")
    content = previews.for_visitor(Frequency.MONTHLY, now=stage.now).content
    if content is None or not previews.send_trial(user=editor, content=content, now=stage.now):
        raise LookupError("There is no digest to try.")
    return editor.email


def confirmation(stage: Stage) -> str:
    """Confirmation mail of a subscription (double opt-in)."""
    return subscriptions.ask_by_mail(email=VISITOR, frequency=Frequency.WEEKLY, now=stage.now).subscriber.email


def session_reminder(stage: Stage) -> str:
    """Reminder on the day before a session."""
    return _reminded(stage, is_reminded=False)


def session_moved(stage: Stage) -> str:
    """Change of room of the same session after the reminder."""
    return _reminded(stage, is_reminded=True, place="Centre administratif, salle 102")


def session_cancelled(stage: Stage) -> str:
    """Cancellation of the same session."""
    return _reminded(stage, is_reminded=True, status=SessionPage.Status.CANCELLED)


def _reminded(stage: Stage, *, is_reminded: bool, **changes: str) -> str:
    user = stage.user("membre")
    session = SessionPage.objects.published().next(stage.now)
    # The session moves so that its reminder is due now.
    session.starts_at += stage.now - due_at(session)
    session.ends_at = session.starts_at + timedelta(hours=2)
    session.save()
    set_reminder(user=user, session=session, is_wanted=True, now=stage.ago(1))
    if is_reminded:
        send_reminders(now=stage.now)
        SessionPage.objects.filter(pk=session.pk).update(**changes)
    send_reminders(now=stage.now)
    return user.email


def sending_paused(stage: Stage) -> str:
    """Alert to the editors: the sending is paused until one of them resumes it."""
    return _paused(stage, Batch.PauseReason.PERMANENT)


def sending_paused_for_now(stage: Stage) -> str:
    """Alert to the editors: the mail server defers mails (4xx)."""
    return _paused(stage, Batch.PauseReason.TEMPORARY)


def _paused(stage: Stage, reason: Batch.PauseReason) -> str:
    batch = Batch.objects.create(kind="digest.weekly", label="Lettre de la semaine", created_at=stage.now)
    BatchPaused(batch, reason).send(now=stage.now)
    return contact_address()


def code_to_sign_in(stage: Stage) -> str:
    """Sign-in code of an existing user."""
    return _of_the_account(stage, "login_code", code=CODE)


def code_to_create_an_account(stage: Stage) -> str:
    """Code of a person who creates an account."""
    return _of_the_account(stage, "email_confirmation_signup", code=CODE)


def code_to_check_an_address(stage: Stage) -> str:
    """Code that verifies a new address."""
    return _of_the_account(stage, "email_confirmation", code=CODE)


def no_account_here(stage: Stage) -> str:
    """Request of a sign-in code for an address without an account."""
    return _of_the_account(stage, "unknown_account", code=CODE)


def account_exists(stage: Stage) -> str:
    """Request of a new account for an address that already has one."""
    return _of_the_account(stage, "account_already_exists")


def _of_the_account(stage: Stage, name: str, **context: str) -> str:
    to = stage.user("habitante").email
    host = urlsplit(settings.BASE_URL).hostname
    with request_context(RequestFactory(SERVER_NAME=host).get("/")):
        get_adapter().send_mail(f"account/email/{name}", to, context)
    return to
