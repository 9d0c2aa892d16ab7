"""Helpers for pages that are bound to what they showed: open one, then submit its form as it was shown."""

from bs4 import BeautifulSoup


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


def submit_edit(client, url, data, **options):
    """Opens the edit form at `url` and submits `data`, bound to the values that it showed."""
    page = client.get(url)
    bound = {"shown": page.context["edit"].field} if page.context and "edit" in page.context else {}
    return client.post(url, bound | data, **options)


def fields_of(page):
    """Returns the data that the longest form of `page` would submit."""
    soup = BeautifulSoup(page.content, "html.parser")
    forms = soup.select("main form[method=POST], main form[method=post]")
    form = max(forms, key=lambda one: len(one.select("[name]")))
    data = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(field["name"]), field.get("type")
        if field.name == "select":
            data[name] = [one.get("value", "") for one in field.select("option[selected]")]
        elif field.name == "textarea":
            data[name] = field.text.removeprefix("\n")
        elif kind not in ("checkbox", "radio") or field.has_attr("checked"):
            value = field.get("value", "on" if kind in ("checkbox", "radio") else "")
            data.setdefault(name, []).append(value)
    return data
