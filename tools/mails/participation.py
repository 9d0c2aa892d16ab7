"""Acts of participation: what authors, followers, moderators and services are told."""

import uuid
from datetime import timedelta

from accounts.models import User
from common.origins import Origin
from mailing.hooks import contact_address
from participation.models import (
    CallPage,
    CityService,
    CoAuthor,
    Comment,
    Decision,
    DeskEntry,
    OfficialAnswer,
    Proposal,
    ProposalStep,
    Report,
)
from participation.models.texts import ModeratedText
from participation.services import appeals
from participation.services.addenda import (
    add_addendum,
)
from participation.services.answers import (
    publish_answer,
)
from participation.services.appeals import (
    appeal,
    decide_appeal,
)
from participation.services.coauthors import (
    invite,
    remove_coauthor,
)
from participation.services.comments import (
    post_comment,
)
from participation.services.desk import (
    Sender,
    enter_comment,
    enter_proposal,
)
from participation.services.follows import (
    set_follow,
)
from participation.services.moderation import (
    moderate,
)
from participation.services.proposals import (
    submit_proposal,
)
from participation.services.reports import (
    dismiss_reports,
    report_text,
)
from participation.services.states import (
    change_state,
    remind_service,
)
from tools.mails.stage import Stage

LEFT_ADDRESS = "germaine@courriel.example"
REFUSAL = "Votre texte présente un commerce. Le site ne sert pas à la publicité."
REASONS = (
    "La ville partage votre constat. Beaucoup de personnes perdent leur texte quand la page se ferme.\n\n"
    "Le service des démarches a fait un essai avec trois formulaires cet été."
)
NEXT_STEPS = "Les formulaires de la cantine suivent en janvier. Le comité regarde le résultat en séance."
State, Role = Proposal.State, ProposalStep.Role


def _call(stage: Stage) -> CallPage:
    return CallPage.objects.accepting_proposals(stage.now).order_by("pk")[0]


def _proposal(stage: Stage, key: str = "habitante", *, title: str = "Prévenir quand un dossier avance") -> Proposal:
    """A proposal that somebody has just sent."""
    return submit_proposal(
        author=stage.person(key),
        call=_call(stage),
        title=title,
        problem="Je ne sais jamais si mon dossier est lu, ni par qui. J’appelle pour le savoir.",
        body="Envoyer un e-mail à chaque étape : reçu, lu, décidé. Dire la date de la suite.",
        topic=None,
        district="",
        key=uuid.uuid4(),
        now=stage.now,
    )


def _moderated(stage: Stage, text: ModeratedText, state: str) -> None:
    ground = "advertising" if state == "REFUSED" else ""
    reason = REFUSAL if ground else ""
    moderator = stage.person("moderation")
    moderate(text=text, state=text.State[state], moderator=moderator, now=stage.now, ground=ground, reason=reason)


def _published(stage: Stage, key: str = "habitante", **texts: str) -> Proposal:
    proposal = _proposal(stage, key, **texts)
    _moderated(stage, proposal, "PUBLISHED")
    return Proposal.objects.get(pk=proposal.pk)


def _moved(stage: Stage, proposal: Proposal, state: State, reason: str = "", target: Proposal | None = None) -> None:
    role, actor = (Role.AUTHOR, "habitante") if state == State.WITHDRAWN else (Role.TEAM, "animation")
    change_state(
        proposal=proposal,
        state=state,
        role=role,
        actor=stage.person(actor),
        now=stage.now,
        reason=reason,
        target=target,
    )


def _answered(stage: Stage, proposal: Proposal) -> None:
    answer = OfficialAnswer.objects.create(
        proposal=proposal,
        decision=State.ACCEPTED,
        reasons=REASONS,
        next_steps=NEXT_STEPS,
        service=CityService.objects.order_by("pk").first(),
    )
    publish_answer(answer=answer, actor=stage.person("services"), now=stage.now)


def _entered(stage: Stage) -> DeskEntry:
    """A proposal that an agent wrote down for a person who left an address."""
    entry, _code = enter_proposal(
        agent=stage.person("accueil"),
        sender=Sender("Germaine S.", LEFT_ADDRESS, Origin.DESK, stage.ago(1)),
        call=_call(stage),
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
    """The proposal has arrived."""
    return _proposal(stage).author.email


def proposal_published(stage: Stage) -> str:
    """The moderators published it."""
    return _published(stage).author.email


def proposal_refused(stage: Stage) -> str:
    """The moderators did not publish it; the author can appeal."""
    proposal = _proposal(stage)
    _moderated(stage, proposal, "REFUSED")
    return proposal.author.email


def proposal_refused_at_a_desk(stage: Stage) -> str:
    """The same for a person without an account: she calls."""
    _moderated(stage, _entered(stage).proposal, "REFUSED")
    return LEFT_ADDRESS


def proposal_studied(stage: Stage) -> str:
    """The proposal changes its state, with a few words and a date."""
    proposal = _published(stage)
    _moved(stage, proposal, State.STUDIED, "Le groupe « démarches en ligne » la lit en octobre.")
    return proposal.author.email


def proposal_merged(stage: Stage) -> str:
    """The proposal goes on in another one."""
    proposal = _published(stage)
    target = _published(stage, "helene", title="Suivre son dossier pas à pas")
    _moved(stage, proposal, State.MERGED, target=target)
    return proposal.author.email


def proposal_answered(stage: Stage) -> str:
    """The official answer, whole."""
    proposal = _published(stage)
    _answered(stage, proposal)
    return proposal.author.email


def _followed(stage: Stage) -> tuple[Proposal, User]:
    proposal, follower = _published(stage), stage.person("membre")
    set_follow(user=follower, discussion=proposal.discussion, following=True, now=stage.ago(40))
    return proposal, follower


def followed_studied(stage: Stage) -> str:
    """A follower is told a change of state."""
    proposal, follower = _followed(stage)
    _moved(stage, proposal, State.STUDIED, "Le groupe « démarches en ligne » la lit en octobre.")
    return follower.email


def followed_answered(stage: Stage) -> str:
    """A follower is told the official answer."""
    proposal, follower = _followed(stage)
    _answered(stage, proposal)
    return follower.email


def followed_merged(stage: Stage) -> str:
    """A follower is told that two proposals go on together."""
    proposal, follower = _followed(stage)
    _moved(stage, proposal, State.MERGED, target=_published(stage, "helene", title="Suivre son dossier pas à pas"))
    return follower.email


def followed_withdrawn(stage: Stage) -> str:
    """A follower is told that nobody can read it any more."""
    proposal, follower = _followed(stage)
    _moved(stage, proposal, State.WITHDRAWN)
    return follower.email


def _comment(stage: Stage, key: str, body: str, parent: Comment | None = None) -> Comment:
    """A comment that has just been sent, on the first proposal that can be discussed."""
    proposal = Proposal.objects.filter(state=State.PUBLISHED).order_by("pk").first() or _published(stage, "helene")
    return post_comment(
        author=stage.person(key),
        discussion=parent.discussion if parent else proposal.discussion,
        body=body,
        key=uuid.uuid4(),
        now=stage.now,
        parent=parent,
    )


def _published_comment(stage: Stage, key: str, body: str, parent: Comment | None = None) -> Comment:
    comment = _comment(stage, key, body, parent)
    if comment.state != Comment.State.PUBLISHED:
        _moderated(stage, comment, "PUBLISHED")
    return Comment.objects.get(pk=comment.pk)


def comment_answered(stage: Stage) -> str:
    """Somebody answers a comment of ours."""
    mine = _published_comment(stage, "membre", "Le samedi matin, il y a du monde au marché : c’est le bon jour.")
    _published_comment(stage, "habitante", "D’accord pour le samedi.\n\nEt le soir, pour qui travaille ?", mine)
    return mine.author.email


def comment_names_me(stage: Stage) -> str:
    """A comment names us."""
    mine = _published_comment(stage, "membre", "Le samedi matin, il y a du monde au marché : c’est le bon jour.")
    _published_comment(stage, "habitante", "Comme le dit @Karim B., le samedi est le bon jour.")
    return mine.author.email


def comment_published(stage: Stage) -> str:
    """A comment was read first, then published."""
    _moderated(stage, comment := _comment_that_waits(stage), "PUBLISHED")
    return comment.author.email


def comment_refused(stage: Stage) -> str:
    """A comment is removed; the author can appeal."""
    _moderated(stage, comment := _comment(stage, "habitante", "Venez voir mon magasin, tout y est."), "REFUSED")
    return comment.author.email


def _comment_that_waits(stage: Stage) -> Comment:
    comment = _comment(stage, "habitante", "Un banc et un écran plus bas, s’il vous plaît.")
    if comment.state == Comment.State.PUBLISHED:
        _moderated(stage, comment, "REFUSED")
    return Comment.objects.get(pk=comment.pk)


def comment_refused_at_a_desk(stage: Stage) -> str:
    """The comment of a person without an account is not shown."""
    _moderated(stage, _entered_comment(stage).comment, "REFUSED")
    return LEFT_ADDRESS


def _entered_comment(stage: Stage) -> DeskEntry:
    entry, _code = enter_comment(
        agent=stage.person("accueil"),
        sender=Sender("Germaine S.", LEFT_ADDRESS, Origin.PAPER, stage.now),
        discussion=_published(stage, "helene").discussion,
        body="Je veux bien un e-mail, mais aussi une lettre.",
        key=uuid.uuid4(),
        now=stage.now,
    )
    return entry


def entry_received(stage: Stage) -> str:
    """Receipt of what a person said at a desk."""
    return _entered(stage).email


def comment_entered(stage: Stage) -> str:
    """Receipt of what a person wrote on paper about a proposal."""
    return _entered_comment(stage).email


def addendum_published(stage: Stage) -> str:
    """An addendum is shown."""
    return _added(stage, "PUBLISHED")


def addendum_refused(stage: Stage) -> str:
    """An addendum is not shown."""
    return _added(stage, "REFUSED")


def _added(stage: Stage, state: str) -> str:
    proposal = _published(stage)
    addendum = add_addendum(
        proposal=proposal,
        author=proposal.author,
        body="Deux voisines ont le même souci avec la cantine.",
        key=uuid.uuid4(),
        now=stage.now,
    )
    _moderated(stage, addendum, state)
    return proposal.author.email


def coauthor_invited(stage: Stage) -> str:
    """An author asks somebody to join a published proposal."""
    return _invited(stage, _published(stage))


def coauthor_invited_unread(stage: Stage) -> str:
    """The same while nobody has read the proposal: no word of it goes to a stranger."""
    return _invited(stage, _proposal(stage))


def coauthor_removed(stage: Stage) -> str:
    """The first author goes on alone."""
    proposal, joined = _published(stage), stage.person("nadia")
    CoAuthor.objects.create(proposal=proposal, user=joined, since=stage.ago(1))
    remove_coauthor(proposal=proposal, user=joined, author=proposal.author, now=stage.now)
    return joined.email


def _invited(stage: Stage, proposal: Proposal) -> str:
    email = "nadia@courriel.example"
    return invite(proposal=proposal, author=proposal.author, email=email, now=stage.now).email


def service_reminded(stage: Stage) -> str:
    """A service is asked for the answer that was announced."""
    return _asked_again(stage)


def service_reminded_late(stage: Stage) -> str:
    """The same once the date is past."""
    return _asked_again(stage, late_by=timedelta(days=20))


def _asked_again(stage: Stage, late_by: timedelta | None = None) -> str:
    proposal, service = _published(stage), CityService.objects.order_by("pk")[0]
    _moved(stage, proposal, State.STUDIED)
    if late_by:
        Proposal.objects.filter(pk=proposal.pk).update(answer_due_on=(stage.now - late_by).date())
    remind_service(
        proposal=proposal,
        service=service,
        actor=stage.person("animation"),
        now=stage.now,
        message="Le comité en parle jeudi. Une réponse, même courte, nous aiderait.",
    )
    return service.contact_email


def appeal_received(stage: Stage) -> str:
    """The team is told that an author appeals."""
    _appealed(stage)
    return contact_address()


def appeal_upheld(stage: Stage) -> str:
    """The author is told that another person decided the same."""
    asked = _appealed(stage)
    decide_appeal(appeal=asked, overturned=False, moderator=stage.person("animation"), now=stage.now, reason=REFUSAL)
    return asked.decision.text.author.email


def _appealed(stage: Stage) -> appeals.Appeal:
    proposal = _proposal(stage)
    _moderated(stage, proposal, "REFUSED")
    decision = Decision.objects.filter(proposal=proposal).latest("pk")
    return appeal(
        decision=decision, author=proposal.author, body="C’est un service pour tous, pas un commerce.", now=stage.now
    )


def text_reported(stage: Stage) -> str:
    """The moderators are asked to read a comment again."""
    _reported(stage)
    return contact_address()


def report_answered(stage: Stage) -> str:
    """Whoever reported a comment is thanked, and reads that it stays."""
    report = _reported(stage)
    dismiss_reports(text=report.text, moderator=stage.person("animation"), reason="Vif, mais poli.", now=stage.now)
    return report.author.email


def report_answered_by_removing(stage: Stage) -> str:
    """Whoever reported a comment is thanked, and reads that it is removed."""
    report = _reported(stage)
    _moderated(stage, report.text, "REFUSED")
    return report.author.email


def _reported(stage: Stage) -> Report:
    comment = _published_comment(stage, "membre", "Il suffit d’aller au guichet, comme tout le monde.")
    author = stage.person("habitante")
    return report_text(text=comment, author=author, reason="Ce ton est blessant.", now=stage.now)[0]
