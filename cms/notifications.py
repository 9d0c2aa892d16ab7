"""Mails of the contact form and of second readings."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.permissions import page_permission_policy

from cms.models import SiteConfiguration
from common.urls import absolute_url
from mailing.notifications import Notification, Recipient


@dataclass(frozen=True)
class ContactMessage(Notification):
    """Message of the contact form, sent to the committee with the author in Reply-To.

    There are no copies except `ContactCopy`: otherwise the form could send any text to any address.
    """

    topic: str
    body: str
    email: str
    name: str
    now: datetime

    kind = "contact.message"
    verbose_name = gettext_lazy("Message to the committee")
    template = "emails/contact_message"
    subjects = (gettext_lazy("Message to the committee: %(topic)s"),)

    def recipients(self) -> list[Recipient]:
        """Returns the contact address; the key deduplicates the same message on the same day (page sent again)."""
        return [Recipient(SiteConfiguration.load().contact_email, key=self._key())]

    def _key(self) -> str:
        values = (localdate(self.now).isoformat(), self.topic, self.body, self.email.lower(), self.name)
        return f"{self.kind}:{salted_hmac('cms.contact', chr(0).join(values), algorithm='sha256').hexdigest()}"

    def subject(self) -> str:
        return self.subjects[0] % {"topic": self.topic}

    def context(self) -> dict[str, Any]:
        return {"topic": self.topic, "body": self.body, "email": self.email, "name": self.name}

    def reply_to(self) -> list[str]:
        return [self.email]

    def expires_at(self, *, now: datetime) -> datetime:
        """Returns `now` plus 30 days, so that an outage of the mail server does not lose a message."""
        return now + timedelta(days=30)


@dataclass(frozen=True)
class ContactCopy(ContactMessage):
    """Copy for an author with an account whose verified address is `email`."""

    kind = "contact.copy"
    verbose_name = gettext_lazy("Copy of a message to the committee")
    template = "emails/contact_copy"
    subjects = (gettext_lazy("Your message to the committee: %(topic)s"),)

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.email, key=self._key())]

    def context(self) -> dict[str, Any]:
        return {"body": self.body, "delay": SiteConfiguration.load().answer_delay}

    def reply_to(self) -> list[str]:
        return []


@dataclass(frozen=True)
class ReadingAsked(Notification):
    """Request for a second reading, to the second readers of a section except the authors of the page."""

    reading: TaskState

    kind = "cms.reading-asked"
    verbose_name = gettext_lazy("Second reading to do")
    template = "emails/cms/reading_asked"
    subjects = (gettext_lazy("To read before publication: “%(title)s”"),)

    @property
    def page(self) -> Page:
        return self.reading.revision.as_object()

    def readers(self) -> list[Any]:
        """Returns the recipients as accounts."""
        page = self.page
        users = (
            page_permission_policy.users_with_permission_for_instance("publish", page)
            .filter(is_active=True, groups__in=self.reading.task.specific.groups.all())
            .exclude(pk__in=page.draft_authors() | {self.reading.workflow_state.requested_by_id})
            .exclude(wagtail_userprofile__submitted_notifications=False)
            .distinct()
        )
        return list(users)

    def recipients(self) -> list[Recipient]:
        return [_to(reader, f"{self.kind}:{self.reading.pk}") for reader in self.readers()]

    def subject(self) -> str:
        return self.subjects[0] % {"title": self.page.title}

    def context(self) -> dict[str, Any]:
        page, state = self.page, self.reading.workflow_state
        return {
            "author": str(state.requested_by or ""),
            "introduction": page.introduction,
            "go_live_at": page.go_live_at,
            "url": absolute_url(reverse("second_reading:read", args=[page.pk])),
        }


class _Answer(Notification):
    """Base of the decisions, sent to the user who asked unless they switched these mails off."""

    state: WorkflowState
    preference: str

    @property
    def reading(self) -> TaskState:
        return self.state.current_task_state

    @property
    def page(self) -> Page:
        return self.reading.revision.as_object()

    def recipients(self) -> list[Recipient]:
        authors = get_user_model().objects.filter(pk=self.state.requested_by_id, is_active=True)
        subscribed = authors.exclude(**{f"wagtail_userprofile__{self.preference}": False})
        return [_to(author, f"{self.kind}:{self.reading.pk}") for author in subscribed]

    def subject(self) -> str:
        return self.subjects[0] % {"title": self.page.title}

    def context(self) -> dict[str, Any]:
        return {"reader": str(self.reading.finished_by or ""), "comment": self.reading.comment}


@dataclass(frozen=True)
class TextApproved(_Answer):
    """Approval by a second reader, to the author: the page is published, or will be at its date."""

    state: WorkflowState

    kind = "cms.text-approved"
    verbose_name = gettext_lazy("Page approved by a second reader")
    template = "emails/cms/text_approved"
    subjects = (gettext_lazy("“%(title)s” is approved"),)
    preference = "approved_notifications"

    def context(self) -> dict[str, Any]:
        online = Page.objects.get(pk=self.page.pk)
        scheduled = online.scheduled_revision
        # Until its date, a scheduled page is in the admin only.
        public_url = online.get_url() if online.live else None
        return {
            **super().context(),
            "go_live_at": scheduled.approved_go_live_at if scheduled else None,
            "url": absolute_url(public_url or reverse("wagtailadmin_pages:edit", args=[online.pk])),
        }


@dataclass(frozen=True)
class TextGivenBack(_Answer):
    """Return by a second reader, to the author, with the requested changes."""

    state: WorkflowState

    kind = "cms.text-given-back"
    verbose_name = gettext_lazy("Page given back by a second reader")
    template = "emails/cms/text_given_back"
    subjects = (gettext_lazy("“%(title)s” is to be changed before it is published"),)
    preference = "rejected_notifications"

    def context(self) -> dict[str, Any]:
        edit = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        return {**super().context(), "url": absolute_url(edit)}


def _to(user: Any, event: str) -> Recipient:
    """Returns the recipient, with one mail per event and user."""
    return Recipient(user.email, key=f"{event}:{user.pk}")
