"""Template tag of the screen that compares two versions in the admin."""

from django import template
from django.utils.translation import gettext
from wagtail.models import Revision, RevisionMixin

from common.templatetags.dates import hour, short_day

register = template.Library()


@register.simple_tag
def version_in_words(obj: RevisionMixin, revision_key: str) -> str:
    """Returns day, hour and author of a version; `revision_key` is `live`, `earliest`, `latest` or a primary key."""
    version = _version(obj, revision_key)
    if version is None:
        return gettext("The published version")
    sentence = (
        gettext("Version of %(day)s at %(hour)s, by %(name)s")
        if version.user
        else gettext("Version of %(day)s at %(hour)s")
    )
    text = sentence % {"day": short_day(version.created_at), "hour": hour(version.created_at), "name": version.user}
    return gettext("%(version)s; it is the published one") % {"version": text} if revision_key == "live" else text


def _version(obj: RevisionMixin, revision_key: str) -> Revision | None:
    """Returns the revision; None for a published object without one, such as an import."""
    versions = obj.revisions.select_related("user")
    match revision_key:
        case "live":
            return versions.filter(pk=getattr(obj, "live_revision_id", None)).first()
        case "earliest":
            return versions.order_by("created_at", "pk").first()
        case "latest":
            return versions.order_by("created_at", "pk").last()
    return versions.filter(pk=revision_key).first()
