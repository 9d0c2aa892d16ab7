"""Template tags of participation: breadcrumbs of its views, the list of calls, the lines of a card."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.templatetags.typography import typo
from participation.models import CallPage, Discussion, Proposal
from participation.queries import call_phases

register = template.Library()

BETWEEN_FACTS = " · "


@register.inclusion_tag("components/breadcrumb.html", takes_context=True)
def participation_breadcrumb(
    context: RequestContext, current: str, proposal: Proposal | None = None, discussion: Discussion | None = None
) -> dict[str, Any]:
    """Draws the breadcrumb: the list of proposals, then the proposal or what is discussed, then `current`."""
    parents = [(reverse("participation:proposal_list"), _("Proposals"))]
    if proposal is not None:
        parents.append((proposal.get_absolute_url(), proposal.title))
    if discussion is not None:
        parents.append((discussion.subject_url, discussion.subject_title))
    return {"parents": parents, "current": current, "request": context.get("request")}


@register.simple_tag
def calls_by_phase() -> list[tuple[str, list[tuple[CallPage, str]]]]:
    """Returns the calls for their list, under a heading for each phase. See the query of the same name."""
    return call_phases.calls_by_phase(timezone.now())


# The lines of a card are written here, not in the template: a list has fifteen, and takes ten times as long to ask.
# They take values, not a proposal: the process keeps cards under all that they show.


@register.simple_tag
def facts_of_card(number: int, is_need: bool, district: str, handed_in: str) -> SafeString:
    """Returns the number of a proposal, its kind if it is a need, its place, and how it came."""
    facts: list[str] = [_("No. %(number)s") % {"number": localize(number)}]
    if is_need:
        facts.append(str(Proposal.Kind.NEED.label))
    if district:
        facts.append(typo(district))
    if handed_in:
        facts.append(_("handed in %(how)s") % {"how": handed_in})
    return SafeString(BETWEEN_FACTS.join(map(conditional_escape, facts)))


@register.simple_tag
def counts_of_card(supports: int, imported: int, comments: int) -> SafeString:
    """Returns how many people support a proposal, those of the platform of origin, and how many comments it has."""
    counts = [ngettext("%(number)s support", "%(number)s supports", supports) % {"number": localize(supports)}]
    if imported:
        said = ngettext("%(number)s support taken over", "%(number)s supports taken over", imported)
        counts.append(said % {"number": localize(imported)})
    counts.append(ngettext("%(number)s comment", "%(number)s comments", comments) % {"number": localize(comments)})
    return SafeString(BETWEEN_FACTS.join(map(conditional_escape, counts)))
