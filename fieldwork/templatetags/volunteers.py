"""Template tag `{% load volunteers %}`: whether to show « J’y vais » on a public page."""

from django import template
from django.template.context import RequestContext
from django.utils import timezone

from fieldwork.permissions import can_volunteer

register = template.Library()


@register.simple_tag(takes_context=True)
def may_volunteer(context: RequestContext) -> bool:
    """Returns whether the reader is a current member. No query for anonymous visitors."""
    request = context.get("request")
    return request is not None and can_volunteer(request.user, timezone.localdate())
