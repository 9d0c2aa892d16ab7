"""Participations in polls, and answers.

An answer to a question is an integer for each choice that it names (see `polls.models.ballots`). Its storage depends on
the ballot: a row per person and question if nominative, one count of equal answers if secret.

The database refuses changes to a poll after its first answer, and additions after its end (`VOTE`).
"""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.guards import Guard, differ, exists
from common.origins import WithOrigin
from polls.models.polls import Choice, Poll, Question


class Participation(models.Model):
    """Record that a person answered a poll, without the time and, for a secret poll, without the answer.

    The row outlives the account, without its name, so that the number of respondents stays correct. It has no account
    either if an agent entered a nominative answer (`AgentEntry`).
    """

    poll = models.ForeignKey(Poll, verbose_name=_("poll"), on_delete=models.PROTECT, related_name="participations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="poll_participations",
    )
    # Key of the seat, for a poll put to the seats. See `polls.hooks.VotingSeat`.
    voice = models.CharField(_("voice"), max_length=40, blank=True, default="", db_default="", editable=False)

    class Meta:
        verbose_name = _("participation in a poll")
        verbose_name_plural = _("participations in polls")
        constraints = [
            models.UniqueConstraint(fields=["poll", "user"], name="polls_participation_one_answer_per_person"),
            models.UniqueConstraint(
                fields=["poll", "voice"], condition=~models.Q(voice=""), name="polls_participation_one_answer_per_voice"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id}: {self.user_id}"


class AgentEntry(WithOrigin):
    """Nominative answer entered by an agent: the person's name, and how they contacted the agent.

    A separate table, since participations, which secret polls use too, hold no name and no agent. The name is kept for
    a short time after the end, to detect double answers.
    """

    # Time after the end during which a doubt about who answered can be settled.
    NAME_KEPT = timedelta(days=30)

    participation = models.OneToOneField(
        Participation, verbose_name=_("participation in a poll"), on_delete=models.CASCADE, related_name="entry"
    )
    poll = models.ForeignKey(Poll, verbose_name=_("poll"), on_delete=models.CASCADE, related_name="entries")
    name = models.CharField(_("answered for"), max_length=120, blank=True)
    # Normalised name (`services.agent_entries.key_of`), equal for different spellings.
    key = models.CharField(max_length=120, blank=True, editable=False)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("poll answer entered by an agent")
        verbose_name_plural = _("poll answers entered by agents")
        permissions = [("enter_for_others", _("Can answer nominative polls for other people"))]
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "key"], condition=~models.Q(key=""), name="polls_entry_one_answer_per_name"
            ),
            models.CheckConstraint(condition=~models.Q(origin="en-ligne"), name="polls_entry_did_not_come_on_line"),
        ]

    def __str__(self) -> str:
        return f"n° {self.pk}"


class NominativeAnswer(models.Model):
    """Answer of a person to a question of a nominative poll, in the format of `polls.models.ballots`."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="nominative_answers")
    answer = models.CharField(max_length=400)

    class Meta:
        verbose_name = _("nominative answer")
        verbose_name_plural = _("nominative answers")
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "question"], name="polls_nominative_one_answer_per_question"
            )
        ]

    def __str__(self) -> str:
        return f"{self.participation_id}: {self.question_id}"


class SecretTally(models.Model):
    """Counts of equal answers to a question of a secret poll: `{answer: number of people}`.

    If another question makes groups, each answer is counted by the person's group (`ballots.in_group`).

    One row per question, whatever the number of answers. With one row per answer, primary keys or the order in a dump
    would reveal which answer came first or last, hence whose it is. This row does not depend on the order.
    """

    question = models.OneToOneField(Question, on_delete=models.PROTECT, related_name="secret_tally")
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("secret tally")
        verbose_name_plural = _("secret tallies")

    def __str__(self) -> str:
        return str(self.question_id)

    def add(self, answer: str) -> None:
        """Counts `answer` once more. The caller holds the row lock."""
        self.counts = dict(sorted({**self.counts, answer: self.counts.get(answer, 0) + 1}.items()))
        self.save(update_fields=["counts"])


class SecretTexts(models.Model):
    """Free-text answers to a question of a secret poll, in alphabetical order.

    One row per question, for the same reason as `SecretTally`. Texts are stored without the group, since they are more
    identifying than a tick.
    """

    question = models.OneToOneField(Question, on_delete=models.PROTECT, related_name="secret_texts")
    texts = models.JSONField(default=list)

    class Meta:
        verbose_name = _("secret texts")
        verbose_name_plural = _("secret texts")

    def __str__(self) -> str:
        return str(self.question_id)

    def add(self, text: str) -> None:
        """Adds `text`, in order. The caller holds the row lock."""
        self.texts = sorted([*self.texts, text])
        self.save(update_fields=["texts"])


VOTE = Guard("polls_vote_switch", "A vote that has begun is neither changed nor deleted.")


def _answered(poll: str) -> str:
    return exists("polls_participation a", f"a.poll_id = {poll}")


def _is_over(question: str) -> str:
    polls = "polls_question q JOIN polls_poll p ON p.id = q.poll_id"
    return exists(polls, f"q.id = {question} AND DAYS_SINCE(p.closes_at) >= 0")


# From the first answer on, questions and choices stay, and of the poll all but an end that is to come.
VOTE.append_only(Poll, once=_answered("ROW.id"), mutable_fields=["closes_at"])
VOTE.refuse(Poll, "UPDATE", f"{_answered('OLD.id')} AND {differ(['closes_at'])} AND DAYS_SINCE(OLD.closes_at) >= 0")
VOTE.closed(Question, once=_answered("ROW.poll_id"))
VOTE.closed(
    Choice,
    once=exists("polls_question q JOIN polls_participation a ON a.poll_id = q.poll_id", "q.id = ROW.question_id"),
)
# Answers change until the end, and nothing is added after it. Texts can be emptied then: they stay until coded.
VOTE.append_only(Participation, nullable_fields=["user"])
VOTE.append_only(AgentEntry, mutable_fields=["origin", "name", "key", "agent"])
for counted in (Participation, AgentEntry):
    VOTE.refuse(counted, "INSERT", exists("polls_poll p", "p.id = NEW.poll_id AND DAYS_SINCE(p.closes_at) >= 0"))
VOTE.append_only(NominativeAnswer, mutable_fields=["answer"], upserts=True)
VOTE.append_only(SecretTally, mutable_fields=["counts"])
VOTE.append_only(SecretTexts, mutable_fields=["texts"])
for answers in (NominativeAnswer, SecretTally, SecretTexts):
    VOTE.refuse(answers, "INSERT", _is_over("NEW.question_id"))
VOTE.refuse(NominativeAnswer, "UPDATE", _is_over("OLD.question_id"))
VOTE.refuse(SecretTally, "UPDATE", _is_over("OLD.question_id"))
VOTE.refuse(SecretTexts, "UPDATE", f"{_is_over('OLD.question_id')} AND NEW.texts <> '[]'")
