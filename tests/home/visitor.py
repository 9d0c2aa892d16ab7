"""Visitor for journeys: opens pages, follows links, and submits the forms that the pages really have."""

from collections.abc import Container
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from django.test import Client

from tests.outbox import code_for


class Visitor:
    """Client that keeps the current page. It follows redirects; responses must have one of `statuses`."""

    def __init__(self, statuses: Container[int] = (200,)) -> None:
        self.statuses = statuses
        self.client = Client()
        self.path = "/"
        self.page = BeautifulSoup("", "html.parser")

    @property
    def text(self) -> str:
        """Text of the page, with words separated by one space."""
        return " ".join(self.page.get_text(" ").split())

    @property
    def title(self) -> str:
        return " ".join(self.page.h1.get_text(" ").split())

    def open(self, path: str) -> "Visitor":
        return self._show(self.client.get(path, follow=True), path)

    def follow(self, words: str) -> "Visitor":
        """Follows the first link whose text contains `words`."""
        links = [link for link in self.page.find_all("a", href=True) if words in " ".join(link.get_text(" ").split())]
        assert links, f"no link “{words}” on {self.path}"
        return self.open(urljoin(self.path, links[0]["href"]))

    def send(self, button: str, **values: str) -> "Visitor":
        """Fills in and submits the form with the button `button`. Each name of `values` must be a field of the form."""
        form, pressed = self._form_with(button)
        data = self._values(form)
        unknown = set(values) - {field.get("name") for field in form.find_all(["input", "textarea", "select"])}
        assert not unknown, f"no field {unknown} in the form of “{button}” on {self.path}"
        data |= values
        if pressed.get("name"):
            data[pressed["name"]] = pressed.get("value", "")
        target = urljoin(self.path, form.get("action") or self.path)
        answer = self.client.post(target, data, follow=True)
        return self._show(answer, target)

    def create_account(self, email: str, public_name: str) -> "Visitor":
        """Completes the two pages of a new account, starting from the current one."""
        self.send("Créer mon compte", email=email, public_name=public_name)
        return self.send("Ouvrir mon compte", code=code_for(email))

    def prove(self, email: str, public_name: str = "") -> "Visitor":
        """Enters the code sent to `email`; a new address then enters `public_name`."""
        self.send("Continuer", code=code_for(email))
        return self.send("Continuer", public_name=public_name) if public_name else self

    def _show(self, answer, path: str) -> "Visitor":
        self.path = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        assert answer.status_code in self.statuses, f"{self.path} answered {answer.status_code}"
        assert not urlsplit(self.path).netloc, f"{self.path} is not on this site"
        self.page = BeautifulSoup(answer.content.decode(), "html.parser")
        return self

    def _form_with(self, button: str) -> tuple[Tag, Tag]:
        for pressed in self.page.select("form button, form input[type=submit]"):
            words = " ".join(pressed.get_text(" ").split()) or pressed.get("value", "")
            if button in words:
                return pressed.find_parent("form"), pressed
        raise AssertionError(f"no button “{button}” on {self.path}: {self.text[:500]}")

    @staticmethod
    def _values(form: Tag) -> dict[str, str]:
        """Returns the current values of the form."""
        values: dict[str, str] = {}
        for field in form.find_all(["input", "textarea", "select"]):
            name, kind = field.get("name"), field.get("type", "text")
            if not name or kind in ("submit", "button"):
                continue
            if field.name == "textarea":
                values[name] = field.get_text().removeprefix("\n")
            elif field.name == "select":
                chosen = field.find("option", selected=True) or field.find("option")
                values[name] = chosen.get("value", "") if chosen else ""
            elif kind in ("checkbox", "radio"):
                if field.has_attr("checked"):
                    values[name] = field.get("value", "on")
            else:
                values[name] = field.get("value", "")
        return values
