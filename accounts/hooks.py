"""What other apps add to a person's own page.

`accounts` is below the apps that hold what a person wrote or chose. They register a function on the Wagtail hook
`account_links`; it takes the request and returns `AccountLink`s::

    @hooks.register(ACCOUNT_LINKS_HOOK)
    def contributions(request):
        return [AccountLink(order=10, label=_("My contributions"), url=reverse("participation:contributions"), hint=…)]
"""

from dataclasses import dataclass

from django.http import HttpRequest
from wagtail import hooks

ACCOUNT_LINKS_HOOK = "account_links"


@dataclass(frozen=True, kw_only=True)
class AccountLink:
    """A line of the account page: where it leads, and in one sentence what is there."""

    order: int
    label: str
    url: str
    hint: str = ""


def account_links(request: HttpRequest) -> list[AccountLink]:
    """Returns the links that the apps offer to the person of `request`, in order."""
    found = [link for register in hooks.get_hooks(ACCOUNT_LINKS_HOOK) for link in register(request)]
    return sorted(found, key=lambda link: link.order)
