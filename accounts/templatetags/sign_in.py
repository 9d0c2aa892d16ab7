"""Tags of signing in: the field for the e-mail address, and the provider of identities."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from accounts.forms.sign_in import RequestCodeForm
from accounts.services.openid import is_configured

register = template.Library()


@register.simple_tag
def provider_name() -> str:
    """Returns what people call the provider; "" where the site has none."""
    return settings.OIDC_NAME if is_configured() else ""


@register.inclusion_tag("accounts/includes/ask_email.html", takes_context=True)
def ask_email(context: template.Context, name: str = "", *, only_signs_in: bool = False) -> dict[str, Any]:
    """Shows the field for the e-mail address and the button (`name`, if given), at the end of a visitor's form.

    A form that `only_signs_in` leads back to the page, where something is to be done then.
    """
    form = RequestCodeForm(initial={"email": context["request"].POST.get("email", "")})
    form.fields["email"].help_text = (
        _("We send you a code, you copy it, and you come back here. There is no password.")
        if only_signs_in
        else _("We send you a code, you copy it, and it is done. There is no password.")
    )
    return {"field": form["email"], "name": name}
