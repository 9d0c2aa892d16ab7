"""Follow-up of the proposals of a load: steps, official answers, follows, addenda, co-authors, pictures."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from io import BytesIO
from random import Random

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from demo.load.batches import in_batches, new_key
from demo.load.texts import Writer
from participation.models import (
    Addendum,
    Attachment,
    CityService,
    CoAuthor,
    Discussion,
    Follow,
    OfficialAnswer,
    Proposal,
    ProposalStep,
)
from participation.models.attachments import FOLDER

State = Proposal.State
# Maximum days until a first answer, and from there to a further answer about the result.
LONGEST_ANSWER = timedelta(days=90)
# For accepted proposals, a second answer has the progress or completion.
ANSWERED_TWICE = (State.IN_PROGRESS, State.DONE)
MOST_FOLLOWS = 6
ADDENDUM_ONE_IN, COAUTHORS_ONE_IN, FILES_ONE_IN = 33, 20, 20
PICTURE_SIZE = (640, 360)


def answers_to(
    proposal: Proposal, service: CityService, *, writer: Writer, rng: Random, now: datetime
) -> list[OfficialAnswer]:
    """Returns the unsaved answers that led `proposal` to its state, and sets the dates of its row."""
    if proposal.state not in Proposal.ANSWERED_STATES or proposal.published_at is None:
        return []
    decisions = [State.ACCEPTED, proposal.state] if proposal.state in ANSWERED_TWICE else [proposal.state]
    answers: list[OfficialAnswer] = []
    at = proposal.published_at
    for decision in decisions:
        at += min(LONGEST_ANSWER, (now - at) / 2) * rng.uniform(0.1, 1)
        answers.append(
            OfficialAnswer(
                proposal=proposal,
                decision=decision,
                reasons=writer.text(2, 6),
                next_steps=writer.text(1, 2) if decision != State.NOT_RETAINED else "",
                service=service,
                signed_as="Direction de projet",
                status=OfficialAnswer.Status.PUBLISHED,
                published_at=at,
            )
        )
    first_on, published_on = (timezone.localdate(one) for one in (answers[0].published_at, proposal.published_at))
    proposal.answered_at, proposal.answer_delay = at, (first_on - published_on).days
    return answers


def make_steps(proposals: Iterable[Proposal], answers: Iterable[OfficialAnswer]) -> None:
    """Writes the history of each public proposal: received, published, studied, then each answer."""
    answers_of: dict[int, list[OfficialAnswer]] = {}
    for answer in answers:
        answers_of.setdefault(answer.proposal_id, []).append(answer)
    in_batches(
        ProposalStep,
        (step for one in proposals if one.is_public for step in _steps_of(one, answers_of.get(one.pk, []))),
    )


def _steps_of(proposal: Proposal, answers: Iterable[OfficialAnswer]) -> Iterator[ProposalStep]:
    state = ""

    def step(
        to_state: str, role: ProposalStep.Role, at: datetime | None, answer: OfficialAnswer | None = None
    ) -> ProposalStep:
        nonlocal state
        assert at is not None, "what is public was published"  # noqa: S101
        made = ProposalStep(
            proposal_id=proposal.pk, from_state=state, to_state=to_state, role=role, at=at, answer=answer
        )
        state = to_state
        return made

    yield step(State.RECEIVED, ProposalStep.Role.AUTHOR, proposal.created_at)
    yield step(State.PUBLISHED, ProposalStep.Role.TEAM, proposal.published_at)
    for answer in answers:
        yield step(answer.decision, ProposalStep.Role.SERVICE, answer.published_at, answer)
    if proposal.state != state:
        yield step(proposal.state, ProposalStep.Role.TEAM, proposal.state_changed_at)


def make_follows(proposals: Iterable[Proposal], accounts: list[int], *, rng: Random) -> None:
    """Makes authors follow their proposals, and all accounts a few others."""
    ours = Discussion.objects.filter(proposal__in=[one.pk for one in proposals if one.is_public])
    about = {
        pk: (author, at)
        for pk, author, at in ours.order_by("pk").values_list("pk", "proposal__author", "proposal__created_at")
    }
    discussions = list(about)

    def follow(account: int, discussion: int, source: Follow.Source) -> Follow:
        return Follow(user_id=account, discussion_id=discussion, source=source, created_at=about[discussion][1])

    def rows() -> Iterator[Follow]:
        made: dict[int, list[int]] = {}
        for discussion, (author, _at) in about.items():
            made.setdefault(author, []).append(discussion)
        for account in accounts:
            own = made.get(account, [])
            for discussion in own:
                yield follow(account, discussion, Follow.Source.OWN)
            for discussion in rng.sample(discussions, min(len(discussions), rng.randint(0, MOST_FOLLOWS))):
                if discussion not in own:
                    yield follow(account, discussion, Follow.Source.CHOSEN)

    in_batches(Follow, rows())


def make_additions(proposals: Iterable[Proposal], accounts: list[int], *, rng: Random, now: datetime) -> None:
    """Adds rare objects to a few public proposals: addendum, co-authors, picture. All pictures are one file."""
    public = [one for one in proposals if one.is_public]
    writer = Writer(rng)
    picture, size = _picture()

    def addenda() -> Iterator[Addendum]:
        for proposal in public[::ADDENDUM_ONE_IN]:
            at = proposal.created_at + (now - proposal.created_at) * rng.random()
            yield Addendum(
                proposal=proposal,
                author_id=proposal.author_id,
                body=writer.text(1, 3),
                state=Addendum.State.PUBLISHED,
                created_at=at,
                published_at=at,
                idempotency_key=new_key(rng),
            )

    def coauthors() -> Iterator[CoAuthor]:
        for proposal in public[1::COAUTHORS_ONE_IN]:
            for account in rng.sample(accounts, min(len(accounts), rng.randint(1, 3))):
                if account != proposal.author_id:
                    yield CoAuthor(proposal=proposal, user_id=account, since=proposal.created_at)

    def pictures() -> Iterator[Attachment]:
        for proposal in public[2::FILES_ONE_IN]:
            yield Attachment(
                key=new_key(rng),
                proposal=proposal,
                file=picture,
                type=Attachment.Type.JPEG,
                description=writer.title(),
                size=size,
                width=PICTURE_SIZE[0],
                height=PICTURE_SIZE[1],
                created_at=proposal.created_at,
            )

    in_batches(Addendum, addenda())
    in_batches(CoAuthor, coauthors())
    in_batches(Attachment, pictures())


def _picture() -> tuple[str, int]:
    """Saves a plain picture; returns the name of its file and its size."""
    content = BytesIO()
    Image.new("RGB", PICTURE_SIZE, "#c8d5d9").save(content, "JPEG")
    return default_storage.save(f"{FOLDER}/charge.jpg", ContentFile(content.getvalue())), content.tell()
