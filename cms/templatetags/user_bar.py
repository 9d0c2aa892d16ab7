"""Wagtail's user bar: the link "Modifier cette page"; in a preview, the content checks."""

from django import template
from django.template.context import Context
from wagtail.admin.templatetags.wagtailuserbar import get_page_instance
from wagtail.admin.userbar import Userbar

from cms.permissions import has_user_bar

register = template.Library()


@register.simple_tag(takes_context=True)
def user_bar(context: Context) -> str:
    """Renders the bar for users of the admin. For others, nothing is rendered and nothing queried."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not has_user_bar(user):
        return ""
    return Userbar(object=get_page_instance(context)).render_html(context)
