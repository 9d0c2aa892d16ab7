"""Dashboard panel of what a new site has still to say before people are invited to it. It goes when all is said."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from cms.admin.dashboard import DashboardPanel, Task, Work
from cms.models import PageCheck, SiteConfiguration
from cms.permissions import can_configure_site
from committee.models import SessionIndexPage, SessionPage
from mailing.models import Heartbeat
from mailing.ticking import MAIL_DNS
from operations.checks import has_sender


class OpeningPanel(DashboardPanel):
    """Pages with a place to fill in, the contact, the sender and the DNS of the mails, the first session."""

    name = "ouverture"
    order = 5
    heading = gettext_lazy("Before the site opens")
    icon = "key"
    limit = 12
    guide = "animation"
    goes_when_done = True

    @classmethod
    def may_see(cls, user: Any) -> bool:
        return can_configure_site(user)

    def work(self) -> Work:
        return Work(tasks=[*self._pages(), *self._contact(), *self._mail(), *self._session()])

    def _pages(self) -> Iterator[Task]:
        """The legal notice is one of them, as the site is delivered."""
        unfinished = PageCheck.objects.filter(placeholders__gt=0, page__live=True).select_related("page")
        for found in unfinished.order_by("page__title", "pk")[: self.limit]:
            url = reverse("wagtailadmin_pages:edit", args=[found.page_id])
            yield Task(found.page.title, url, note=found.said_to_fill_in())

    def _contact(self) -> Iterator[Task]:
        url = reverse("wagtailsettings:edit", args=["cms", "siteconfiguration"])
        shown = SiteConfiguration.load()
        if not shown.has_contact_email:
            note = gettext("“%(address)s” is an example: nobody reads it.") % {"address": shown.contact_email}
            yield Task(gettext("Write the contact address of the site"), url, note=note)
        if not shown.has_phone:
            note = gettext("“%(phone)s” is an example: nobody answers.") % {"phone": shown.phone}
            yield Task(gettext("Write the phone number of the site"), url, note=note)
        if not shown.desk_address:
            yield Task(gettext("Say where paper forms are brought"), url)

    def _mail(self) -> Iterator[Task]:
        """Only who runs the machine can do these."""
        url = reverse("guide_chapter", args=["animation"])
        if not has_sender():
            note = gettext("Ask the person who runs the server. Now: %(sender)s")
            yield Task(
                gettext("Give the mails a sender that exists"), url, note=note % {"sender": settings.DEFAULT_FROM_EMAIL}
            )
        if not Heartbeat.objects.filter(name=MAIL_DNS).exists():
            note = gettext("Ask the person who runs the server: the check of the domain has not found everything yet.")
            yield Task(gettext("Prepare the domain of the mails (DNS)"), url, note=note)

    def _session(self) -> Iterator[Task]:
        if not SessionPage.objects.live().exists():
            index = SessionIndexPage.objects.get()
            url = reverse("wagtailadmin_pages:add", args=["committee", "sessionpage", index.pk])
            yield Task(gettext("Publish the first session"), url)
