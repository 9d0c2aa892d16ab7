"""Helpers for acts with a confirmation page: open it, then submit its form as it was shown."""


def shown(page):
    """Returns the fingerprints that the confirmation form of `page` sends back; none if the action was refused."""
    return [one["shown"] for one in (page.context or {}).get("items", [])]


def press(client, url, data=None, **options):
    """Opens the confirmation page at `url` and submits its form with `data`."""
    return client.post(url, {"shown": shown(client.get(url)), **(data or {})}, **options)


def confirm(client, url, data=None, **options):
    """Opens the page of an act, and submits its form as it was shown, with what it showed if it is bound to that."""
    page = client.get(url)
    is_bound = page.context is not None and "confirmation" in page.context
    shown_there = {"shown": page.context["confirmation"].field} if is_bound else {}
    return client.post(url, {**shown_there, **(data or {})}, **options)


def fill(client, url, data, **options):
    """Opens the form at `url`, and submits it with its hidden fields and `data`."""
    form = (client.get(url).context or {}).get("form")
    hidden = {field.html_name: str(field.value() or "") for field in form.hidden_fields()} if form else {}
    return client.post(url, {**hidden, **data}, **options)


def read_then_send(client, url, data=None, act="now", **options):
    """Reads the mail that the form at `url` writes from `data`, then sends it as it was shown."""
    shown_there = client.post(url, {**(data or {}), "act": "show"}).context["confirmation"].field
    return client.post(url, {"shown": shown_there, **(data or {}), "act": act}, **options)
