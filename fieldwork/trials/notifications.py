"""Mails about findings: to their reporters, to the services of the city, and to the team about sensitive ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.hooks import opted_out
from accounts.models import User
from common.urls import absolute_url
from fieldwork.models import Finding, FindingStep
from fieldwork.trials.queries.news import readable_steps
from mailing.content import MailContent
from mailing.hooks import contact_address
from mailing.models import Message
from mailing.notifications import DeferredNotification, DropReason, Notification, Recipient, Writer
from participation.models import CityService


@dataclass(frozen=True)
class SensitiveReported(Notification):
    """Informs the team of a sensitive finding to read. The mail contains its number only."""

    finding: Finding

    kind = "fieldwork.sensitive-reported"
    verbose_name = gettext_lazy("Sensitive finding reported, to the team")
    template = "emails/fieldwork/sensitive_reported"
    subjects = (gettext_lazy("A sensitive finding waits to be read: no. %(number)s"),)

    def recipients(self) -> list[Recipient]:
        return [Recipient(contact_address(), key=f"{self.kind}:{self.finding.pk}")]

    def subject(self) -> str:
        return self.subjects[0] % {"number": self.finding.pk}

    def context(self) -> dict[str, Any]:
        return {"admin_url": absolute_url(reverse("findings:inspect", args=[self.finding.pk]))}


@dataclass(frozen=True)
class FindingsSent(Notification):
    """Sends findings to a service, with the due date of the answer. A sensitive one by its number only."""

    service: CityService
    findings: tuple[Finding, ...]

    kind = "fieldwork.findings-sent"
    verbose_name = gettext_lazy("Findings, to a service of the city")
    template = "emails/fieldwork/findings_sent"
    subjects: ClassVar[Sequence[Any]] = (
        ngettext_lazy(
            "%(number)d finding to repair or to answer", "%(number)d findings to repair or to answer", "number"
        ),
        ngettext_lazy("%(number)d finding came back", "%(number)d findings came back", "number"),
    )

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.service.contact_email)]

    def subject(self) -> str:
        has_come_back = len(self.subjects) > 1 and all(finding.returns for finding in self.findings)
        return self.subjects[int(has_come_back)] % {"number": len(self.findings)}

    def context(self) -> dict[str, Any]:
        due = [finding.answer_due_on for finding in self.findings if finding.answer_due_on]
        return {
            "service": self.service,
            "findings": self.findings,
            "due": min(due, default=None),
            "admin_url": absolute_url(reverse("findings_to_answer:list")),
        }


@dataclass(frozen=True)
class ServiceRemindedOfFindings(FindingsSent):
    """Reminds a service of unanswered findings; `message` is a text by the coordinator."""

    message: str
    today: date

    kind = "fieldwork.service-reminded"
    verbose_name = gettext_lazy("Reminder to a service about findings")
    template = "emails/fieldwork/service_reminded"
    subjects = (
        ngettext_lazy(
            "Reminder: %(number)d finding waits for your answer",
            "Reminder: %(number)d findings wait for your answer",
            "number",
        ),
    )

    def context(self) -> dict[str, Any]:
        context = super().context()
        return context | {
            "message": self.message,
            "is_late": any(finding.is_overdue(self.today) for finding in self.findings),
        }


class FindingsMoved(DeferredNotification):
    """Informs a reporter of changes to their findings, in at most one mail a day.

    Rendered when it is sent: findings marked as sensitive after its planning are left out.
    """

    kind = "fieldwork.findings-moved"
    verbose_name = gettext_lazy("News of findings, to those who reported them")
    template = "emails/fieldwork/findings_moved"
    subjects = (ngettext_lazy("News of what you found", "News of %(number)d things that you found", "number"),)

    def __init__(self, lines: Sequence[tuple[Finding, FindingStep]]) -> None:
        self.lines = lines

    @classmethod
    def tell(cls, news: dict[User, list[tuple[int, int]]], *, until: datetime, now: datetime) -> None:
        """Plans the mails. `news` maps each recipient to (step pk, pk of their own finding) pairs."""
        recipients = [
            Recipient(
                user.email,
                key=f"{cls.kind}:{user.pk}:{until:%Y-%m-%d}",
                context={"user": user.pk, "news": [list(pair) for pair in pairs]},
            )
            for user, pairs in news.items()
        ]
        cls.plan(recipients, now=now)

    def subject(self) -> str:
        number = len(self.lines)
        return self.subjects[0] % {"number": number}

    def context(self) -> dict[str, Any]:
        """Returns each finding with its last step and the URL of its page, or that of its original for a duplicate."""
        followed = [own.duplicate_of_id or own.pk for own, _step in self.lines]
        public = Finding.objects.public().with_context().in_bulk(followed)
        urls = {key: absolute_url(finding.get_absolute_url()) for key, finding in public.items()}
        return {
            "lines": [
                {"own": own, "step": step, "followed": key, "url": urls.get(key, "")}
                for (own, step), key in zip(self.lines, followed, strict=True)
            ]
        }

    @classmethod
    def writer(cls, messages: Sequence[Message], *, now: datetime) -> Writer:
        step_pks = {pair[0] for message in messages for pair in message.context["news"]}
        steps = {step.pk: step for step in readable_steps(step_pks)}
        finding_pks = {pair[1] for message in messages for pair in message.context["news"]}
        findings = Finding.objects.filter(is_sensitive=False, trial__tester__is_active=True).with_context()
        own = findings.in_bulk(finding_pks)
        silent = opted_out([message.context["user"] for message in messages])

        def write(message: Message) -> MailContent | DropReason:
            user_pk = message.context["user"]
            if user_pk in silent:
                return DropReason(Message.State.CANCELLED, "the person wants no e-mail")
            # Last step of each finding: its page shows those before.
            last: dict[int, tuple[Finding, FindingStep]] = {}
            for step_pk, finding_pk in message.context["news"]:
                finding = own.get(finding_pk)
                if step_pk in steps and finding is not None and finding.trial.tester_id == user_pk:
                    last[finding_pk] = (finding, steps[step_pk])
            if not last:
                return DropReason(Message.State.CANCELLED, "nothing of it may be told any more")
            return cls(list(last.values())).content()

        return write
