"""The calls of the demonstration, and the loading of proposals, supports and comments with their past dates.

Rows are written directly and not through the services: those live in the present, and they would send mails.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.models import Audience, User
from committee.models import TopicPage
from common.markdown import body, french
from demo.clock import Clock
from demo.content.proposal_texts import (
    IDEAS,
    LIBRARIES,
    READABLE,
    SCHOOL,
    SERVICES,
    SIGNED_AS,
    STEPS,
    TEMPLATES,
    AnswerText,
    CommentText,
    ProposalText,
)
from demo.content.proposals import PROPOSALS
from demo.services.coauthors import add_what_came_later
from demo.services.traces import add_decisions, add_draft, add_follows, add_picture
from home.services.publishing import publish_under
from participation.models import (
    AnswerTemplate,
    CallIndexPage,
    CallPage,
    CityService,
    Comment,
    Discussion,
    OfficialAnswer,
    Proposal,
    ProposalStep,
    Support,
)
from participation.models.deadlines import answer_due_on
from participation.services.counters import refresh_comment_count, refresh_support_count
from participation.services.follows import discussion_for_page, discussion_for_proposal

Role = ProposalStep.Role
Phase = CallPage.Phase


@dataclass(frozen=True)
class CallText:
    """`days` says when phases begin, in days from the loading; `rules` are further fields of the page."""

    slug: str
    title: str
    topic: str
    days: Mapping[CallPage.Phase, int]
    introduction: str
    body: str
    comments: tuple[CommentText, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)


CALLS = (
    CallText(
        LIBRARIES,
        "Où ouvrir des lieux d’aide au numérique ?",
        "inclusion-numerique",
        {Phase.PROPOSALS: -300, Phase.DISCUSSION: -240, Phase.CLOSED: -190},
        "Le comité voulait savoir où l’aide manque le plus. L’appel est terminé.",
        """
        Vous avez cité vingt-trois lieux. Le comité en a retenu six, et les a visités.

        ## Ce qui revient souvent

        - Il manque de l’aide le soir et le samedi.
        - On préfère un lieu connu : la médiathèque, le centre socioculturel.
        """,
    ),
    CallText(
        IDEAS,
        "Que doit devenir une idée, une fois envoyée ?",
        "participer-strasbourg-eu",
        {Phase.PROPOSALS: -160, Phase.DISCUSSION: -70},
        "Les propositions sont reçues. Vous pouvez encore les lire, les commenter et les soutenir.",
        """
        Donner une idée prend du temps. Que faut-il faire pour ne pas décevoir ? Dites ce que vous attendez comme
        réponse, et dans quel délai.
        """,
        (
            CommentText(
                "irene",
                60,
                "Deux mois, cela me paraît bien. À condition de tenir parole.",
                (
                    CommentText("gerard", 58, "Tenir parole, voilà. Une date, et on s’y tient."),
                    CommentText("helene", 57, "C’est notre engagement. Un retard sera affiché sur la page."),
                ),
                Comment.Position.FOR,
            ),
            CommentText("omar", 33, "Une réponse courte me suffit, si elle est claire."),
            CommentText("rose", 16, "Et si la réponse est non, dites pourquoi. On peut comprendre."),
        ),
    ),
    CallText(
        STEPS,
        "Qu’est-ce qui vous bloque dans vos démarches en ligne ?",
        "monstrasbourg-eu",
        {Phase.PROPOSALS: -80, Phase.DISCUSSION: 42, Phase.CLOSED: 84},
        "Racontez ce qui vous arrête, et ce qui aiderait. Chaque proposition recevra une réponse.",
        """
        ## La question

        Vous voulez inscrire un enfant, prendre un rendez-vous ou payer une facture. À un moment, vous bloquez. Où ?
        Pourquoi ? Que faudrait-il changer ?

        ## Ce que nous ferons de vos idées

        1. Une personne les lit avant de les publier.
        2. Vous pouvez les commenter et les soutenir.
        3. Le comité les étudie, et répond à chacune.

        ## Sans internet

        Appelez-nous. Nous écrirons votre proposition avec vous.
        """,
        (
            CommentText("brigitte", 25, "Est-ce que les démarches de l’État comptent aussi, comme les impôts ?"),
            CommentText(
                "membre", 24, "Non, seulement celles de la ville et de la métropole. Mais racontez quand même !"
            ),
        ),
    ),
    CallText(
        READABLE,
        "Comment rendre les sites de la ville plus faciles à lire ?",
        "strasbourg-eu",
        {Phase.PROPOSALS: -90, Phase.DISCUSSION: -16, Phase.SUPPORT: -6, Phase.CLOSED: 21},
        "Les idées sont là. Lisez-les, et soutenez celles qui comptent pour vous.",
        """
        Lisez chaque idée. Si elle vous plaît, dites-le : vous pouvez en soutenir plus d’une. Ce que vous aimez le plus
        sera lu en premier.
        """,
    ),
    CallText(
        SCHOOL,
        "Comment inscrire plus simplement un enfant à l’école ?",
        "monstrasbourg-eu",
        {Phase.PROPOSALS: 20, Phase.DISCUSSION: 62, Phase.CLOSED: 83},
        "L’appel ouvre bientôt. Vous pouvez déjà réunir vos idées.",
        """
        Les écoles ouvrent leurs listes en janvier. Dites-nous, avant, ce qui vous prend trop de temps.

        Quels papiers avez-vous dû chercher ? Où avez-vous dû aller, et combien de fois ?
        """,
        rules={"audience": Audience.RESIDENTS, "reading": CallPage.Reading.FIRST},
    ),
)


def load(clock: Clock, people: dict[str, User], topics: dict[str, TopicPage]) -> dict[str, Proposal]:
    """Creates calls, then proposals in the order of their reception, so that numbers follow dates. Returns these."""
    calls = {text.slug: add_call(clock, text, people, topics) for text in CALLS}
    services = {name: CityService.objects.create(name=name, contact_email=email) for name, email in SERVICES.items()}
    for name, decision, reasons, next_steps in TEMPLATES:
        AnswerTemplate.objects.create(
            name=french(name), decision=decision, reasons=french(reasons), next_steps=french(next_steps)
        )
    proposals: dict[str, Proposal] = {}
    for text in sorted(PROPOSALS, key=lambda one: -one.received):
        proposal = add_proposal(clock, text, people, topics)
        proposal.call = calls[text.call] if text.call else None
        proposal.asked_service = services.get(text.service)
        proposal.save()
        proposals[text.key] = proposal
        add_history(clock, proposal, text)
        add_supports(clock, proposal, text, people)
        add_comments(clock, text.comments, people, discussion_for_proposal(proposal=proposal))
    for text in PROPOSALS:
        if text.merged_into:
            merged, kept = proposals[text.key], proposals[text.merged_into]
            merged.state_reason = french(text.reason.format(number=kept.pk))
            merged.merged_into = kept
            merged.save(update_fields=["state_reason", "merged_into"])
            merged.steps.filter(to_state=Proposal.State.MERGED).update(target=kept, reason=merged.state_reason)
    add_what_came_later(clock, proposals, people)
    add_decisions(people["moderation"])
    add_follows()
    add_draft(clock, people["habitante"])
    add_picture(proposals["reprendre"])
    return proposals


def add_call(clock: Clock, text: CallText, people: dict[str, User], topics: dict[str, TopicPage]) -> CallPage:
    """Returns the call, published on the day when it opened (or three days ago), with its discussion."""
    published_at = clock.ago(max(-min(text.days.values()), 3), 9)
    dates = {CallPage.BEGINNINGS[phase]: moment(clock, days) for phase, days in text.days.items()}
    page = CallPage(
        slug=text.slug,
        title=french(text.title),
        introduction=french(text.introduction),
        topic=topics[text.topic],
        body=body(text.body),
        **dates,
        **text.rules,
    )
    publish_under(CallIndexPage.objects.get(), page, published_at)
    add_comments(clock, text.comments, people, discussion_for_page(page=page))
    return page


def moment(clock: Clock, days: int) -> datetime:
    """Returns the beginning of the day that many days after the loading, or before it."""
    return clock.ahead(days, 0) if days > 0 else clock.ago(-days, 0)


def add_proposal(clock: Clock, text: ProposalText, people: dict[str, User], topics: dict[str, TopicPage]) -> Proposal:
    """Returns the proposal, not saved, as it stands today. A person reads it on the day after its reception."""
    received_at, changed_at = clock.ago(text.received, 19), clock.ago(text.changed, 14)
    was_published = text.state in Proposal.PUBLIC_STATES
    first_step = text.state == Proposal.State.PUBLISHED
    published_at = (changed_at if first_step else clock.ago(text.received - 1, 11)) if was_published else None
    return Proposal(
        topic=topics[text.topic],
        title=text.title,
        problem=text.problem,
        body=text.idea,
        district=text.district,
        kind=text.kind,
        author=people[text.author],
        state=text.state,
        state_reason=french(text.reason),
        state_changed_at=max(received_at, changed_at),
        created_at=received_at,
        published_at=published_at,
        answer_due_on=answer_due_on(published_at.date()) if published_at else None,
    )


def add_history(clock: Clock, proposal: Proposal, text: ProposalText) -> None:
    """Adds the steps and the answers of the proposal: it was studied halfway between publication and first answer."""
    steps: list[tuple[str, datetime, ProposalStep.Role, str, OfficialAnswer | None]] = [
        (Proposal.State.RECEIVED, proposal.created_at, Role.AUTHOR, "", None)
    ]
    if proposal.published_at:
        steps.append((Proposal.State.PUBLISHED, proposal.published_at, Role.TEAM, "", None))
    changed_at = proposal.state_changed_at or proposal.created_at
    if proposal.state in Proposal.ANSWERED_STATES and proposal.published_at:
        answers = [add_answer(proposal, text.earlier, clock)] if text.earlier else []
        last = AnswerText(text.changed, text.state, text.reason, text.next_steps)
        answers.append(add_answer(proposal, last, clock))
        first_at = answers[0].published_at or changed_at
        studied_at = proposal.published_at + (first_at - proposal.published_at) / 2
        steps.append((Proposal.State.STUDIED, studied_at, Role.TEAM, "", None))
        steps += [
            (answer.decision, answer.published_at or changed_at, Role.SERVICE, answer.reasons, answer)
            for answer in answers
        ]
        proposal.answered_at = answers[-1].published_at
        proposal.answer_delay = (first_at.date() - proposal.published_at.date()).days
        proposal.save(update_fields=["answered_at", "answer_delay"])
    elif proposal.state != steps[-1][0]:
        role = Role.AUTHOR if proposal.state == Proposal.State.WITHDRAWN else Role.TEAM
        steps.append((proposal.state, changed_at, role, proposal.state_reason, None))
    befores = ["", *(state for state, *_rest in steps)]
    ProposalStep.objects.bulk_create(
        ProposalStep(
            proposal=proposal, from_state=before, to_state=state, at=at, role=role, reason=reason, answer=answer
        )
        for before, (state, at, role, reason, answer) in zip(befores, steps, strict=False)
    )
    if text.reminded is not None:
        ProposalStep.objects.create(
            proposal=proposal,
            kind=ProposalStep.Kind.REMINDER,
            at=clock.ago(text.reminded, 10),
            from_state=proposal.state,
            to_state=proposal.state,
            role=Role.TEAM,
        )


def add_answer(proposal: Proposal, text: AnswerText, clock: Clock) -> OfficialAnswer:
    """Returns the published answer of the service that is asked."""
    return OfficialAnswer.objects.create(
        proposal=proposal,
        decision=text.decision,
        reasons=french(text.reasons),
        next_steps=french(text.next_steps),
        service=proposal.asked_service,
        signed_as=SIGNED_AS,
        status=OfficialAnswer.Status.PUBLISHED,
        published_at=clock.ago(text.days_ago, 14),
    )


def add_supports(clock: Clock, proposal: Proposal, text: ProposalText, people: dict[str, User]) -> None:
    """Adds supports of different people, spread over the days since publication."""
    supporters = [user for key, user in people.items() if key != text.author][: text.supports]
    supports = Support.objects.bulk_create(Support(proposal=proposal, user=user) for user in supporters)
    for number, support in enumerate(supports):
        support.created_at = clock.ago(max(text.received - 2 - number, 0), 8 + number % 12, 7 * number % 60)
    Support.objects.bulk_update(supports, ["created_at"])
    refresh_support_count(proposal=proposal)


def add_comments(clock: Clock, texts: tuple[CommentText, ...], people: dict[str, User], discussion: Discussion) -> None:
    """Fills the discussion and sets its counters."""
    for text in texts:
        add_comment(clock, text, people, discussion, parent=None)
    refresh_comment_count(discussion=discussion)


def add_comment(
    clock: Clock, text: CommentText, people: dict[str, User], discussion: Discussion, parent: Comment | None
) -> None:
    """Creates the comment and its replies; moderation published it an hour later, and removed a bad one next day."""
    written_at = written(clock, text, parent)
    read_at = min(written_at + timedelta(hours=1), clock.now)
    is_waiting, is_removed = text.state == Comment.State.RECEIVED, text.state == Comment.State.REFUSED
    removed_at = written_at + timedelta(days=1) if is_removed else None
    comment = Comment.objects.create(
        discussion=discussion,
        parent=parent,
        thread=(parent.thread or parent) if parent else None,
        depth=parent.depth + 1 if parent else 0,
        position=text.position,
        body=text.text,
        author=people[text.author],
        state=text.state,
        state_reason=text.reason,
        state_changed_at=None if is_waiting else removed_at or read_at,
        created_at=written_at,
        published_at=None if is_waiting else read_at,
    )
    for reply in text.replies:
        add_comment(clock, reply, people, discussion, comment)


def written(clock: Clock, text: CommentText, parent: Comment | None) -> datetime:
    """Returns when the comment was written: a reply on the same day comes two hours after what it answers."""
    at = clock.ago(text.days_ago, 12 + len(text.text) % 8, len(text.text) % 60)
    return max(at, parent.created_at + timedelta(hours=2)) if parent else at
