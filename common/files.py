"""Type and size of a file, as a reader wants to know them before the download."""

from django.utils.formats import number_format
from django.utils.translation import gettext

KILO, MEGA = 1_000, 1_000_000


def type_and_size(extension: str, size: int) -> str:
    """Returns for example "PDF, 240 ko" for `size` bytes."""
    if size >= MEGA:
        size_text = gettext("%(number)s MB") % {"number": number_format(size / MEGA, decimal_pos=1)}
    else:
        size_text = gettext("%(number)s kB") % {"number": number_format(max(1, round(size / KILO)))}
    return f"{extension.upper()}, {size_text}"
