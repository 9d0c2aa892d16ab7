"""Template tags of the sign-in: e-mail field and identity provider."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from accounts.forms.sign_in import RequestCodeForm
from accounts.services.openid import is_configured

register = template.Library()


@register.simple_tag
def provider_name() -> str:
    """Returns the name of the identity provider; "" if the site has none."""
    return settings.OIDC_NAME if is_configured() else ""


@register.inclusion_tag("accounts/includes/ask_email.html", takes_context=True)
def ask_email(context: template.Context, name: str = "", *, only_signs_in: bool = False) -> dict[str, Any]:
    """Renders the e-mail field and the button (`name`, if given) at the end of a visitor's form.

    With `only_signs_in` the visitor returns to the page to act there.
    """
    form = RequestCodeForm(initial={"email": context["request"].POST.get("email", "")})
    form.fields["email"].help_text = (
        _("We send you a code, you copy it, and you come back here. There is no password.")
        if only_signs_in
        else _("We send you a code, you copy it, and it is done. There is no password.")
    )
    return {"field": form["email"], "name": name}
