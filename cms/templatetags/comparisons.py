"""Template tag of the screen that compares two versions in the admin."""

from django import template
from django.utils.translation import gettext
from wagtail.models import Revision, RevisionMixin

from common.templatetags.dates import hour, short_day

register = template.Library()


@register.simple_tag
def version_in_words(thing: RevisionMixin, which: str) -> str:
    """Returns day, hour and author of a version; `which` is `live`, `earliest`, `latest` or a primary key."""
    version = _version(thing, which)
    if version is None:
        return gettext("The published version")
    sentence = (
        gettext("Version of %(day)s at %(hour)s, by %(name)s")
        if version.user
        else gettext("Version of %(day)s at %(hour)s")
    )
    text = sentence % {"day": short_day(version.created_at), "hour": hour(version.created_at), "name": version.user}
    return gettext("%(version)s; it is the published one") % {"version": text} if which == "live" else text


def _version(thing: RevisionMixin, which: str) -> Revision | None:
    """Returns the revision; None for a published object without one, such as an import."""
    versions = thing.revisions.select_related("user")
    match which:
        case "live":
            return versions.filter(pk=getattr(thing, "live_revision_id", None)).first()
        case "earliest":
            return versions.order_by("created_at", "pk").first()
        case "latest":
            return versions.order_by("created_at", "pk").last()
    return versions.filter(pk=which).first()
