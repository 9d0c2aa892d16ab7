"""Helpers for bulk actions of the admin: open the confirmation page, then submit its form."""


def shown(page):
    """Returns the fingerprints that the confirmation form of `page` sends back; none if the action was refused."""
    return [one["shown"] for one in (page.context or {}).get("items", [])]


def press(client, url, data=None, **options):
    """Opens the confirmation page at `url` and submits its form with `data`."""
    return client.post(url, {"shown": shown(client.get(url)), **(data or {})}, **options)
