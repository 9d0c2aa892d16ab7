"""Page heads of digital help."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

# Pictogram and colours of the topic.
ABOUT = {"pictogram": "inclusion", "family": "inclusion"}


def head(title: str, *parents: tuple[str, str]) -> dict[str, Any]:
    """Returns the context of a head with `title`; `parents` are the breadcrumb pages below the first one."""
    first = (reverse("inclusion:places"), _("Digital help"))
    return {"about": ABOUT, "current": title, "parents": [first, *parents]}
