"""Mails about findings: to those who reported them, to the services of the city, to the team about a hole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.hooks import opted_out
from accounts.models import User
from common.urls import absolute_url
from fieldwork.models import Finding, FindingStep
from fieldwork.trials.queries.news import readable_steps
from mailing.content import MailContent
from mailing.hooks import contact_address
from mailing.models import Message
from mailing.notifications import DeferredNotification, Drop, Notification, Recipient, Writer
from participation.models import CityService


@dataclass(frozen=True)
class SensitiveReported(Notification):
    """Tells the team that something sensitive waits to be read. Nothing of it is in the mail but its number."""

    finding: Finding

    kind = "fieldwork.sensitive-reported"
    verbose_name = gettext_lazy("Sensitive finding reported, to the team")
    template = "emails/fieldwork/sensitive_reported"

    def recipients(self) -> list[Recipient]:
        return [Recipient(contact_address(), key=f"{self.kind}:{self.finding.pk}")]

    def subject(self) -> str:
        return _("A sensitive finding waits to be read: no. %(number)s") % {"number": self.finding.pk}

    def context(self) -> dict[str, Any]:
        return {"admin_url": absolute_url(reverse("findings:inspect", args=[self.finding.pk]))}


@dataclass(frozen=True)
class FindingsSent(Notification):
    """Sends a batch of findings to a service, with the date of the answer. Of a sensitive one only the number."""

    service: CityService
    findings: tuple[Finding, ...]

    kind = "fieldwork.findings-sent"
    verbose_name = gettext_lazy("Findings, to a service of the city")
    template = "emails/fieldwork/findings_sent"

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.service.contact_email)]

    def subject(self) -> str:
        number = len(self.findings)
        return ngettext(
            "%(number)d finding to repair or to answer", "%(number)d findings to repair or to answer", number
        ) % {"number": number}

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
    """Asks a service again for its answers; `message` is what the coordinator adds."""

    message: str
    today: date

    kind = "fieldwork.service-reminded"
    verbose_name = gettext_lazy("Reminder to a service about findings")
    template = "emails/fieldwork/service_reminded"

    def subject(self) -> str:
        number = len(self.findings)
        return ngettext(
            "Reminder: %(number)d finding waits for your answer",
            "Reminder: %(number)d findings wait for your answer",
            number,
        ) % {"number": number}

    def context(self) -> dict[str, Any]:
        context = super().context()
        return context | {
            "message": self.message,
            "is_late": any(finding.is_overdue(self.today) for finding in self.findings),
        }


class FindingsMoved(DeferredNotification):
    """Tells a person what became of what she reported: one mail a day, however many findings moved.

    It is written when it leaves: what was marked sensitive after it was planned is not in it.
    """

    kind = "fieldwork.findings-moved"
    verbose_name = gettext_lazy("News of findings, to those who reported them")
    template = "emails/fieldwork/findings_moved"

    def __init__(self, lines: Sequence[tuple[Finding, FindingStep]]) -> None:
        self.lines = lines

    @classmethod
    def tell(cls, news: dict[User, list[tuple[int, int]]], *, until: datetime, now: datetime) -> None:
        """Plans the mail of each person: numbers of steps, each with that of the finding that she reported."""
        recipients = [
            Recipient(
                person.email,
                key=f"{cls.kind}:{person.pk}:{until:%Y-%m-%d}",
                context={"user": person.pk, "news": [list(pair) for pair in pairs]},
            )
            for person, pairs in news.items()
        ]
        cls.plan(recipients, now=now)

    def subject(self) -> str:
        number = len(self.lines)
        return ngettext("News of what you found", "News of %(number)d things that you found", number) % {
            "number": number
        }

    def context(self) -> dict[str, Any]:
        """Each finding with its last step, and the page to read: that of the original, of a duplicate."""
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
        told = {pair[0] for message in messages for pair in message.context["news"]}
        steps = {step.pk: step for step in readable_steps(told)}
        numbers = {pair[1] for message in messages for pair in message.context["news"]}
        findings = Finding.objects.filter(is_sensitive=False, trial__tester__is_active=True).with_context()
        own = findings.in_bulk(numbers)
        silent = opted_out([message.context["user"] for message in messages])

        def write(message: Message) -> MailContent | Drop:
            person = message.context["user"]
            if person in silent:
                return Drop(Message.State.CANCELLED, "the person wants no e-mail")
            # The last step of each finding: what it went through in a day is on its page.
            last: dict[int, tuple[Finding, FindingStep]] = {}
            for step, number in message.context["news"]:
                finding = own.get(number)
                if step in steps and finding is not None and finding.trial.tester_id == person:
                    last[number] = (finding, steps[step])
            if not last:
                return Drop(Message.State.CANCELLED, "nothing of it may be told any more")
            return cls(list(last.values())).content()

        return write
