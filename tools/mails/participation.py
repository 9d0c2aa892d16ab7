"""Acts of participation: mails to authors, followers, moderators and services."""

import uuid
from datetime import datetime, time, timedelta

from django.utils import timezone

from accounts.models import User
from common.origins import Origin
from common.shown import BY_PROGRAM
from common.templatetags.dates import CITY_ZONE
from participation.models import (
    CityService,
    CoAuthor,
    Comment,
    DeskEntry,
    OfficialAnswer,
    Proposal,
    ProposalStep,
)
from participation.services.addenda import (
    add_addendum,
)
from participation.services.answers import (
    publish_answer,
)
from participation.services.coauthors import (
    invite,
    remove_coauthor,
)
from participation.services.desk import (
    Sender,
    enter_comment,
    enter_proposal,
)
from participation.services.follows import (
    set_follow,
)
from participation.services.reminders import (
    remind_of_due_answers,
)
from participation.services.states import (
    change_state,
    remind_service,
)
from tools.mails.stage import Stage
from tools.mails.texts import (
    open_call,
    published_comment,
    published_proposal,
    read_by_moderators,
    sent_comment,
    sent_proposal,
)

LEFT_ADDRESS = "germaine@courriel.example"
REASONS = (
    "La ville partage votre constat. Beaucoup de personnes perdent leur texte quand la page se ferme.\n\n"
    "Le service des démarches a fait un essai avec trois formulaires cet été."
)
NEXT_STEPS = "Les formulaires de la cantine suivent en janvier. Le comité regarde le résultat en séance."
State, Role = Proposal.State, ProposalStep.Role


def _moved(stage: Stage, proposal: Proposal, state: State, reason: str = "", target: Proposal | None = None) -> None:
    role, actor = (Role.AUTHOR, "habitante") if state == State.WITHDRAWN else (Role.TEAM, "animation")
    change_state(
        proposal=proposal,
        state=state,
        role=role,
        actor=stage.user(actor),
        now=stage.now,
        reason=reason,
        target=target,
        shown=BY_PROGRAM,
    )


def _answered(stage: Stage, proposal: Proposal) -> None:
    answer = OfficialAnswer.objects.create(
        proposal=proposal,
        decision=State.ACCEPTED,
        reasons=REASONS,
        next_steps=NEXT_STEPS,
        service=CityService.objects.order_by("pk").first(),
        signed_as="responsable du service",
    )
    publish_answer(answer=answer, actor=stage.user("services"), now=stage.now, shown=BY_PROGRAM)


def _entered(stage: Stage) -> DeskEntry:
    """Returns a proposal entered by an agent for a person who left an address."""
    entry, _code = enter_proposal(
        agent=stage.user("accueil"),
        sender=Sender("Germaine S.", LEFT_ADDRESS, Origin.DESK, stage.ago(1)),
        call=open_call(stage),
        title="Des bancs devant les bornes",
        problem="J’attends debout devant la borne, et j’ai mal au dos.",
        body="Mettre un banc près de chaque borne.",
        topic=None,
        district="",
        key=uuid.uuid4(),
        now=stage.now,
    )
    return entry


def proposal_received(stage: Stage) -> str:
    """Acknowledges the receipt of a proposal."""
    return sent_proposal(stage).author.email


def proposal_published(stage: Stage) -> str:
    """Publishes the proposal."""
    return published_proposal(stage).author.email


def proposal_refused(stage: Stage) -> str:
    """Refuses the proposal; the author can appeal."""
    proposal = sent_proposal(stage)
    read_by_moderators(stage, proposal, "REFUSED")
    return proposal.author.email


def proposal_refused_at_a_desk(stage: Stage) -> str:
    """Refuses the proposal of a person without an account, who can appeal by telephone."""
    read_by_moderators(stage, _entered(stage).proposal, "REFUSED")
    return LEFT_ADDRESS


def proposal_studied(stage: Stage) -> str:
    """Changes the state of the proposal, with a short text and a date."""
    proposal = published_proposal(stage)
    _moved(stage, proposal, State.STUDIED, "Le groupe « démarches en ligne » la lit en octobre.")
    return proposal.author.email


def proposal_merged(stage: Stage) -> str:
    """Merges the proposal into another one."""
    proposal = published_proposal(stage)
    target = published_proposal(stage, "helene", title="Suivre son dossier pas à pas")
    _moved(stage, proposal, State.MERGED, target=target)
    return proposal.author.email


def proposal_answered(stage: Stage) -> str:
    """Answers the proposal; the mail has the whole official answer."""
    proposal = published_proposal(stage)
    _answered(stage, proposal)
    return proposal.author.email


def _followed(stage: Stage) -> tuple[Proposal, User]:
    proposal, follower = published_proposal(stage), stage.user("membre")
    set_follow(user=follower, discussion=proposal.discussion, following=True, now=stage.ago(40))
    return proposal, follower


def followed_studied(stage: Stage) -> str:
    """Notifies a follower of a change of state."""
    proposal, follower = _followed(stage)
    _moved(stage, proposal, State.STUDIED, "Le groupe « démarches en ligne » la lit en octobre.")
    return follower.email


def followed_answered(stage: Stage) -> str:
    """Notifies a follower of the official answer."""
    proposal, follower = _followed(stage)
    _answered(stage, proposal)
    return follower.email


def followed_merged(stage: Stage) -> str:
    """Notifies a follower of a merge."""
    proposal, follower = _followed(stage)
    _moved(
        stage, proposal, State.MERGED, target=published_proposal(stage, "helene", title="Suivre son dossier pas à pas")
    )
    return follower.email


def followed_withdrawn(stage: Stage) -> str:
    """Notifies a follower that the proposal is withdrawn from publication."""
    proposal, follower = _followed(stage)
    _moved(stage, proposal, State.WITHDRAWN)
    return follower.email


def comment_answered(stage: Stage) -> str:
    """Replies to a comment of the recipient."""
    comment = published_comment(stage, "membre", "Le samedi matin, il y a du monde au marché : c’est le bon jour.")
    published_comment(stage, "habitante", "D’accord pour le samedi.\n\nEt le soir, pour qui travaille ?", comment)
    return comment.author.email


def comment_names_me(stage: Stage) -> str:
    """Mentions the recipient in a comment."""
    comment = published_comment(stage, "membre", "Le samedi matin, il y a du monde au marché : c’est le bon jour.")
    published_comment(stage, "habitante", "Comme le dit @Karim B., le samedi est le bon jour.")
    return comment.author.email


def comment_on_mine(stage: Stage) -> str:
    """Comments on the recipient's proposal."""
    published_comment(stage, "habitante", "Le samedi, le marché prend toute la place.")
    return str(published_proposal(stage).author.email)


def comment_published(stage: Stage) -> str:
    """Publishes a comment after premoderation."""
    read_by_moderators(stage, comment := _comment_that_waits(stage), "PUBLISHED")
    return comment.author.email


def comment_refused(stage: Stage) -> str:
    """Removes a comment; the author can appeal."""
    read_by_moderators(
        stage, comment := sent_comment(stage, "habitante", "Venez voir mon magasin, tout y est."), "REFUSED"
    )
    return comment.author.email


def _comment_that_waits(stage: Stage) -> Comment:
    comment = sent_comment(stage, "habitante", "Un banc et un écran plus bas, s’il vous plaît.")
    if comment.state == Comment.State.PUBLISHED:
        read_by_moderators(stage, comment, "REFUSED")
    return Comment.objects.get(pk=comment.pk)


def comment_refused_at_a_desk(stage: Stage) -> str:
    """Refuses the comment of a person without an account."""
    read_by_moderators(stage, _entered_comment(stage).comment, "REFUSED")
    return LEFT_ADDRESS


def _entered_comment(stage: Stage) -> DeskEntry:
    entry, _code = enter_comment(
        agent=stage.user("accueil"),
        sender=Sender("Germaine S.", LEFT_ADDRESS, Origin.PAPER, stage.now),
        discussion=published_proposal(stage, "helene").discussion,
        body="Je veux bien un e-mail, mais aussi une lettre.",
        key=uuid.uuid4(),
        now=stage.now,
    )
    return entry


def entry_received(stage: Stage) -> str:
    """Acknowledges a text entered at a desk."""
    return _entered(stage).email


def comment_entered(stage: Stage) -> str:
    """Acknowledges a paper comment on a proposal."""
    return _entered_comment(stage).email


def addendum_published(stage: Stage) -> str:
    """Publishes an addendum."""
    return _added(stage, "PUBLISHED")


def addendum_refused(stage: Stage) -> str:
    """Refuses an addendum."""
    return _added(stage, "REFUSED")


def _added(stage: Stage, state: str) -> str:
    proposal = published_proposal(stage)
    addendum = add_addendum(
        proposal=proposal,
        author=proposal.author,
        body="Deux voisines ont le même souci avec la cantine.",
        key=uuid.uuid4(),
        now=stage.now,
    )
    read_by_moderators(stage, addendum, state)
    return proposal.author.email


def coauthor_invited(stage: Stage) -> str:
    """Invites a co-author to a published proposal."""
    return _invited(stage, published_proposal(stage))


def coauthor_invited_unread(stage: Stage) -> str:
    """Invites a co-author to an unmoderated proposal: the mail must not quote it."""
    return _invited(stage, sent_proposal(stage))


def coauthor_removed(stage: Stage) -> str:
    """Removes a co-author."""
    proposal, joined = published_proposal(stage), stage.user("nadia")
    CoAuthor.objects.create(proposal=proposal, user=joined, since=stage.ago(1))
    remove_coauthor(proposal=proposal, user=joined, author=proposal.author, now=stage.now)
    return joined.email


def _invited(stage: Stage, proposal: Proposal) -> str:
    email = "nadia@courriel.example"
    return invite(proposal=proposal, author=proposal.author, email=email, now=stage.now).email


def proposals_given(stage: Stage) -> str:
    """Gives a proposal to a service."""
    proposal, service = published_proposal(stage), CityService.objects.order_by("pk")[0]
    change_state(
        proposal=proposal,
        state=State.STUDIED,
        role=Role.TEAM,
        actor=stage.user("animation"),
        now=stage.now,
        service=service,
        shown=BY_PROGRAM,
    )
    return service.contact_email


def answers_due(stage: Stage) -> str:
    """Reminds a service of an answer, a week before the announced day."""
    address = proposals_given(stage)
    _announced_in(stage, timedelta(days=7))
    return address


def answers_due_today(stage: Stage) -> str:
    """Reminds a service of an answer, on the announced day."""
    address = proposals_given(stage)
    _announced_in(stage, timedelta())
    return address


def _announced_in(stage: Stage, delay: timedelta) -> None:
    given = Proposal.objects.filter(asked_service__isnull=False, state=State.STUDIED).order_by("-pk")[:1]
    Proposal.objects.filter(pk__in=[row.pk for row in given]).update(
        answer_due_on=timezone.localdate(stage.now + delay), state_changed_at=stage.ago(30)
    )
    remind_of_due_answers(now=datetime.combine(timezone.localdate(stage.now), time(10), tzinfo=CITY_ZONE))


def service_reminded(stage: Stage) -> str:
    """Reminds a service of the announced answer."""
    return _asked_again(stage)


def service_reminded_late(stage: Stage) -> str:
    """Reminds a service after the announced date."""
    return _asked_again(stage, late_by=timedelta(days=20))


def _asked_again(stage: Stage, late_by: timedelta | None = None) -> str:
    proposal, service = published_proposal(stage), CityService.objects.order_by("pk")[0]
    _moved(stage, proposal, State.STUDIED)
    if late_by:
        Proposal.objects.filter(pk=proposal.pk).update(answer_due_on=(stage.now - late_by).date())
    remind_service(
        proposal=proposal,
        service=service,
        actor=stage.user("animation"),
        now=stage.now,
        message="Le comité en parle jeudi. Une réponse, même courte, nous aiderait.",
    )
    return service.contact_email
