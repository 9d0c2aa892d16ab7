"""Confirmation messages of pages."""

import re
from urllib.parse import urlsplit


def notice_after(client, answer) -> str:
    """Returns the message at the anchor of the redirect `answer`; asserts that it is focusable and shown once."""
    assert answer.status_code == 302
    url = urlsplit(answer.headers["Location"])
    page = client.get(f"{url.path}?{url.query}").content.decode()
    (said,) = re.findall(rf'<p class="notice [^"]*" id="{url.fragment}" tabindex="-1">(.*?)</p>', page)
    assert page.count(said) == 1
    return said
