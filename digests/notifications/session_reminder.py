"""The mail that reminds of a session, or says that it moved or is cancelled."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cms.models import SiteConfiguration
from committee.exports.calendars import attachment_of
from committee.models import SessionPage
from common.templatetags.dates import short_day
from common.urls import absolute_url
from mailing.content import MailContent
from mailing.rendering import render_mail


def reminder_of(session: SessionPage, *, changed: bool, online_link: str = "") -> MailContent:
    """The mail: date, hours and place in words, and the same in a file for calendars. `changed` since the last one.

    The link is in the text for a member, never in the file: calendars are shared with other people.
    """
    configuration = SiteConfiguration.load()
    day = short_day(session.starts_at)
    if session.is_cancelled:
        subject = _("The session of %(day)s is cancelled") % {"day": day}
    elif changed:
        subject = _("Changed: session of %(day)s") % {"day": day}
    else:
        subject = _("Reminder: session of %(day)s") % {"day": day}
    context = {
        "subject": subject,
        "session": session,
        "changed": changed,
        "online_link": online_link,
        "url": absolute_url(session.get_url() or ""),
        "stop_url": absolute_url(reverse("digests:session_reminder", kwargs={"slug": session.slug})),
        **configuration.help_by_phone,
    }
    text, html = render_mail("emails/session_reminder", context)
    return MailContent(
        subject=subject,
        text=text,
        html=html,
        reply_to=[configuration.contact_email],
        attachments=[attachment_of(session)],
    )
