"""Gives the proposals that exist the history and the answers that their rows imply. What is not known is not invented.

A proposal has the date of its reception, of its publication and of its last change; nothing says what came between.
"""

from django.db import migrations
from django.utils import timezone

ANSWERED = ("acceptee", "acceptee-en-partie", "non-retenue", "en-cours", "realisee")
BATCH = 500


def role_of(proposal, state):
    if proposal.source_url:
        return "import"
    return "auteur" if state in ("recue", "retiree") else "equipe"


def known_states(proposal):
    """The states that the row tells, each with its date."""
    known = [("recue", proposal.created_at)]
    if proposal.source_url:
        known = []
    if proposal.published_at:
        known.append(("publiee", proposal.published_at))
    if not known or proposal.state != known[-1][0]:
        latest = proposal.state_changed_at or proposal.published_at or proposal.created_at
        known.append((proposal.state, latest))
    return known


def in_batches(model, keys):
    for start in range(0, len(keys), BATCH):
        yield from model.objects.filter(pk__in=keys[start : start + BATCH]).order_by("pk")


def tell(apps, schema_editor):
    Proposal = apps.get_model("participation", "Proposal")
    Step = apps.get_model("participation", "ProposalStep")
    Answer = apps.get_model("participation", "OfficialAnswer")
    answered, answers, steps = [], [], []
    # All numbers first: what is read and what is written never mix.
    keys = list(Proposal.objects.filter(steps__isnull=True).order_by("pk").values_list("pk", flat=True))
    for proposal in in_batches(Proposal, keys):
        before = ""
        for state, at in known_states(proposal):
            is_last = state == proposal.state
            step = Step(
                proposal=proposal,
                at=at,
                from_state=before,
                to_state=state,
                role=role_of(proposal, state),
                reason=proposal.state_reason if is_last else "",
            )
            if is_last and state in ANSWERED and proposal.state_reason:
                answer = Answer(
                    proposal=proposal,
                    decision=state,
                    reasons=proposal.state_reason,
                    status="publiee",
                    published_at=at,
                )
                answers.append(answer)
                step.answer = answer
                proposal.answered_at = at
                if proposal.published_at and not proposal.source_url:
                    published_on = timezone.localdate(proposal.published_at)
                    proposal.answer_delay = max(0, (timezone.localdate(at) - published_on).days)
                answered.append(proposal)
            steps.append(step)
            before = state
        if len(steps) >= BATCH:
            save(Proposal, Answer, Step, answered, answers, steps)
    save(Proposal, Answer, Step, answered, answers, steps)


def save(Proposal, Answer, Step, answered, answers, steps):
    Answer.objects.bulk_create(answers)
    for step in steps:
        if step.answer is not None:
            step.answer_id = step.answer.pk
    Step.objects.bulk_create(steps)
    Proposal.objects.bulk_update(answered, ["answered_at", "answer_delay"])
    for batch in (answered, answers, steps):
        batch.clear()


class Migration(migrations.Migration):
    dependencies = [("participation", "0004_history_and_answers")]
    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
