"""Tag that writes the steps of a timeline: in Python, because a template asks ten questions of each."""

from collections.abc import Iterable

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.templatetags.dates import in_paris, short_day
from common.templatetags.typography import typo
from participation.queries.timeline import CURRENT, Step

register = template.Library()


@register.simple_tag
def timeline(steps: Iterable[Step]) -> SafeString:
    """Returns where a proposal stands: its `steps`, those to come last."""
    return SafeString(f'<ol class="timeline">\n{"".join(map(_item, steps))}</ol>')


def _item(step: Step) -> str:
    label = typo(step.label)
    said = [f'<strong><a href="{escape(step.url)}">{label}</a></strong>' if step.url else f"<strong>{label}</strong>"]
    if step.at:
        said.append(f'<time datetime="{in_paris(step.at).date().isoformat()}">{short_day(step.at)}</time>')
    if step.due:
        due = _("Answer expected since %(date)s.") if step.is_late else _("Answer expected before %(date)s.")
        said.append(due % {"date": short_day(step.due)})
    if step.reminded_at:
        said.append(_("We reminded the service on %(date)s.") % {"date": short_day(step.reminded_at)})
    elif step.is_late:
        said.append(_("We are late, and we are working on it."))
    if step.note:
        said.append(f"<p>{linebreaksbr(typo(step.note))}</p>")
    current = ' aria-current="step"' if step.kind == CURRENT else ""
    return f'<li class="{step.kind}"{current}>{" ".join(said)}</li>\n'
