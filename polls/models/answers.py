"""Answers to polls: who took part, and what was answered.

An answer to a question is a whole number for each choice that it names (see `polls.models.ballots`). Where it is kept
depends on the ballot: a nominative one has a row for each person and question, a secret one a single count of equal
answers.

Triggers of the database refuse what would change a vote after its first answer (`polls/migrations/_vote_guard.py`).
"""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.origins import WithOrigin
from polls.models.polls import Poll, Question


class Participation(models.Model):
    """That a person answered a poll: never when, and for a secret poll never what.

    The row outlives the account, without its name, so that the number of those who answered stays true. It has no
    account either where an agent entered a nominative answer (`AgentEntry`).
    """

    poll = models.ForeignKey(Poll, verbose_name=_("poll"), on_delete=models.PROTECT, related_name="participations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="poll_participations",
    )
    # Where one answers for a seat: which one. See `polls.hooks.Voice`.
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
    """For whom an agent answered a nominative poll, and how that person reached the agent.

    A table of its own: that of participations, which secret polls use too, keeps no name and no agent. The name is kept
    until soon after the end, to see that nobody answers twice.
    """

    # How long after the end a doubt about who answered can be settled.
    NAME_KEPT = timedelta(days=30)

    participation = models.OneToOneField(
        Participation, verbose_name=_("participation in a poll"), on_delete=models.CASCADE, related_name="entry"
    )
    poll = models.ForeignKey(Poll, verbose_name=_("poll"), on_delete=models.CASCADE, related_name="entries")
    name = models.CharField(_("answered for"), max_length=120, blank=True)
    # The name as `services.agent_entries.key_of` writes it: two spellings of one name are the same.
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
    """Answer of a person to a question of a nominative poll, in the writing of `polls.models.ballots`."""

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
    """Number of times that each answer was given to a question of a secret poll: `{answer: number of people}`.

    Where another question makes groups, each answer is counted with the group of who gave it (`ballots.in_group`).

    One row for a question, whatever the number of answers. A row for each answer would say, by its number or by its
    place in a dump, which answer came first and which came last, hence whose it is. This one row says the same whoever
    came first.
    """

    question = models.OneToOneField(Question, on_delete=models.PROTECT, related_name="secret_tally")
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("secret tally")
        verbose_name_plural = _("secret tallies")

    def __str__(self) -> str:
        return str(self.question_id)

    def add(self, answer: str) -> None:
        """Counts `answer` once more. The caller holds the lock of this row."""
        self.counts = dict(sorted({**self.counts, answer: self.counts.get(answer, 0) + 1}.items()))
        self.save(update_fields=["counts"])


class SecretTexts(models.Model):
    """What people wrote in answer to a question of a secret poll: the texts in the order of the alphabet, no more.

    One row for a question, as `SecretTally` is, and for the same reason. A text is not kept with its group: what
    somebody wrote tells more than a tick.
    """

    question = models.OneToOneField(Question, on_delete=models.PROTECT, related_name="secret_texts")
    texts = models.JSONField(default=list)

    class Meta:
        verbose_name = _("secret texts")
        verbose_name_plural = _("secret texts")

    def __str__(self) -> str:
        return str(self.question_id)

    def add(self, text: str) -> None:
        """Puts `text` among the others. The caller holds the lock of this row."""
        self.texts = sorted([*self.texts, text])
        self.save(update_fields=["texts"])
