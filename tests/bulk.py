"""Bulk actions of the admin as a person uses them: the page is read, then its button pressed."""


def shown(page):
    """Fingerprints that a page of confirmation carries, for the form to send back; none where it was refused."""
    return [one["shown"] for one in (page.context or {}).get("items", [])]


def press(client, url, data=None, **options):
    """Opens `url`, and presses its button with `data`."""
    return client.post(url, {"shown": shown(client.get(url)), **(data or {})}, **options)
