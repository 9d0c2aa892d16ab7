"""Where a page says what was just done."""

import re
from urllib.parse import urlsplit


def notice_after(client, answer) -> str:
    """Returns what is said at the anchor to which `answer` redirects; it takes the focus, and nothing repeats it."""
    assert answer.status_code == 302
    url = urlsplit(answer.headers["Location"])
    page = client.get(f"{url.path}?{url.query}").content.decode()
    (said,) = re.findall(rf'<p class="notice [^"]*" id="{url.fragment}" tabindex="-1">(.*?)</p>', page)
    assert page.count(said) == 1
    return said
