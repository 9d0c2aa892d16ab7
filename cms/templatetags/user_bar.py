"""Wagtail's user bar: on the site, "Modifier cette page"; in a preview, what counts the faults of the page."""

from django import template
from django.template.context import Context
from wagtail.admin.templatetags.wagtailuserbar import get_page_instance
from wagtail.admin.userbar import Userbar

from cms.permissions import has_user_bar

register = template.Library()


@register.simple_tag(takes_context=True)
def user_bar(context: Context) -> str:
    """Draws the bar for who may enter the admin. For all others nothing is drawn, and nothing asked."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not has_user_bar(user):
        return ""
    return Userbar(object=get_page_instance(context)).render_html(context)
