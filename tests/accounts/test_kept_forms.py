"""A form whose session has ended is kept until the sign-in, then displayed, and sent by a button.

Its page is also that of a form with an old CSRF token (`tests/common/test_views.py`).
"""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from accounts.middleware import MAX_KEPT_LENGTH
from cms.models import NewsIndexPage, NewsPage, Spotlight
from committee.models import Member
from common.kept_forms import KEY, LIFE
from common.limits import TEXTS_PER_NETWORK_AND_HOUR
from participation.models import Addendum, OfficialAnswer
from tests.addresses import NEVER, patterns
from tests.cms.page_forms import news_form
from tests.factories import CityServiceFactory, NewsPageFactory, ProposalFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]

AGAIN = "/compte/texte-garde/"
SIGN_IN = f"/compte/connexion/?next={AGAIN}"
NAME, WORDS = reverse("accounts:public_name"), "Odile du quai des Bateliers"


def kept(client):
    return KEY in client.session


def read(client):
    answer = client.get(AGAIN)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def send_again(client):
    """Submits the form of the page as a browser does; returns the answer."""
    form = read(client).select_one("main form[method=post]")
    data = QueryDict(mutable=True)
    for field in form.select("[name]"):
        value = field.get_text().removeprefix("\n") if field.name == "textarea" else field.get("value", "")
        data.appendlist(field["name"], value)
    return client.post(form["action"], data.urlencode(), content_type="application/x-www-form-urlencoded")


def snippet():
    data = {
        **dict.fromkeys(("college", "presentation", "user", "photo", "named_since"), ""),
        **{"name": "Nora de la Krutenau", "portrait": "house", "is_named": "on", "mandates": inline_formset([])},
    }
    return reverse("wagtailsnippets_committee_member:add"), nested_form_data(data), Member, "name"


def page():
    long = "".join(f"<p>Réunion n° {number} : « l’été », à 14 h, chez l’habitant.</p>" for number in range(1_500))
    address = reverse("wagtailadmin_pages:add", args=["cms", "newspage", NewsIndexPage.objects.get().pk])
    form = news_form(long)
    assert sum(map(len, form.values())) > 300_000, "control: a long page"
    return address, form, NewsPage, "introduction"


def setting():
    news, values = NewsPageFactory(), {"alert_text": "La séance est reportée.", "alert_until": "24/11/2099 18:30"}
    blank = dict.fromkeys(("alert_url", "alert_link_text", "first", "second", "third"), "")
    address = reverse("wagtailsettings:edit", args=["cms", "spotlight", Spotlight.load().pk])
    return address, {**blank, **values, "alert_page": news.pk}, Spotlight, "alert_text"


def action():
    values = {"proposal": ProposalFactory().pk, "decision": "acceptee", "reasons": "Voici pourquoi.", "next_steps": ""}
    values |= {"service": CityServiceFactory().pk, "signed_as": "responsable du service"}
    return reverse("answers:add"), values, OfficialAnswer, "reasons"


@pytest.mark.parametrize("make", [snippet, page, setting, action], ids=lambda make: make.__name__)
def test_form_of_the_admin_is_displayed_after_the_sign_in_and_saved_by_a_button(client, make):
    editor = UserFactory(is_superuser=True)
    address, data, model, field = make()

    def stored():
        return {str(value) for value in model.objects.values_list(field, flat=True)}

    client.force_login(editor)
    opened = client.get(address).context
    data |= {"shown": opened["edit"].field} if "edit" in opened else {}
    client.logout()
    assert client.post(address, data).url == SIGN_IN
    assert BeautifulSoup(client.get(SIGN_IN).content, "html.parser").select_one(".notice--info")
    client.force_login(editor)
    assert data[field] in read(client).select_one("main").get_text()
    assert data[field] not in stored(), "nothing is done unseen"
    assert send_again(client).status_code == 302
    assert data[field] in stored()
    assert not kept(client)


def test_text_of_a_resident_survives_the_sign_in(client):
    proposal = ProposalFactory()
    author = proposal.author
    author.set_password("cigogne sur un toit rouge")
    author.save()
    author.verify_email()
    address = reverse("participation:addendum", args=[proposal.pk])
    assert client.post(address, {"body": "Un\r\nperroquet."}).url == SIGN_IN
    assert client.session.get_expiry_age() == LIFE.total_seconds()
    credentials = {"login": author.email, "password": "cigogne sur un toit rouge", "next": AGAIN}
    assert client.post("/compte/connexion/", credentials).url == AGAIN
    assert client.session.get_expiry_age() > dt.timedelta(days=13).total_seconds()
    assert send_again(client).status_code == 302
    assert Addendum.objects.get().body.split() == ["Un", "perroquet."]


def test_all_values_are_sent_again_but_no_password(client, user):
    data = {"public_name": [WORDS, "\nDeux  lignes\net une"], "rooms": ["a", "b"], "empty": "", "password1": "secret-1"}
    client.post(NAME, data | {"code": "123456"})
    client.force_login(user)
    found = read(client)
    sent = [(field["name"], field.get("value") or field.get_text()[1:]) for field in found.select("main form [name]")]
    values = [(name, value) for name, value in sent if name != "csrfmiddlewaretoken"]
    texts = [("public_name", WORDS), ("public_name", "\nDeux  lignes\net une")]
    assert values == [*texts, ("rooms", "a"), ("rooms", "b"), ("empty", "")]
    assert "rooms = a" in found.select_one("main details").get_text()
    assert "secret-1" not in str(client.session.items())


def test_file_is_named_and_chosen_again(client, user):
    data = {"body": "Un plan joint.", "file": SimpleUploadedFile("plan.pdf", b"x")}
    client.post(reverse("participation:addendum", args=[ProposalFactory().pk]), data)
    client.force_login(user)
    form = read(client).select_one("main form[enctype]")
    assert form.select_one("input[type=file]")["name"] == "file"
    assert "plan.pdf" in form.get_text()


@pytest.mark.parametrize("too", ["long", "often"])
def test_form_that_cannot_be_kept_is_displayed_at_once(client, user, too):
    data = {"public_name": WORDS, "more": "x" * MAX_KEPT_LENGTH if too == "long" else ""}
    for _time in range(TEXTS_PER_NETWORK_AND_HOUR if too == "often" else 0):
        client.post(NAME, data)
    answer = client.post(NAME, data)
    assert answer.status_code == 403
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.select_one("main textarea").get_text().strip() == WORDS
    assert page.select_one("main a[target=_blank]")["href"] == reverse("account_login")


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        ({"public_name": WORDS}, {"Origin": "https://ailleurs.example"}),
        ({"public_name": WORDS}, {"Origin": "null"}),
        ({"public_name": WORDS, "autosave": "oui"}, {"Sec-Fetch-Mode": "cors"}),
        ({"next": "/admin/", "shown": "comment.1:ab"}, {}),
        ({"password": "secret de la nuit"}, {}),
    ],
    ids=["another site", "hidden origin", "request of a script", "confirmation", "password only"],
)
def test_only_forms_that_a_person_filled_in_here_are_kept(client, data, headers):
    assert client.post(NAME, data, headers=headers).url == f"/compte/connexion/?next={NAME}"
    assert not kept(client)


def test_kept_form_is_offered_for_an_hour_until_sent_to_the_same_url_or_signed_out(client, user, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    client.post(f"{NAME}?un=1", {"public_name": WORDS})
    assert client.get(AGAIN).url == SIGN_IN, "an account is required"
    client.force_login(user)
    client.post(NAME, {"public_name": "Odile"})
    assert read(client).select_one("main form")["action"] == f"{NAME}?un=1"
    client.get(f"{NAME}?suite=1")
    user.refresh_from_db()
    assert user.public_name == "Odile", "a link sends nothing"
    session = client.session
    session.set_expiry(None)
    session.save()
    time_machine.shift(LIFE + dt.timedelta(seconds=1))
    assert client.get(AGAIN).url == "/compte/"
    assert not kept(client)
    client.logout()
    client.post(NAME, {"public_name": WORDS})
    client.force_login(user)
    client.logout()
    client.force_login(UserFactory())
    assert not kept(client)


@pytest.mark.thorough
def test_every_view_that_requires_an_account_keeps_a_form(client, monkeypatch):
    monkeypatch.setattr("common.limits.TEXTS_PER_NETWORK_AND_HOUR", 10_000)
    addresses = {one.filled(lambda name: "1") for one in patterns() if not NEVER.search(one.written)}
    answers = {address: Client().post(address, {"body": "Un canari."}) for address in sorted(addresses)}
    led = {address: answer.url for address, answer in answers.items() if "next=" in answer.headers.get("Location", "")}
    assert len(led) > 400, "control"
    assert {address: url for address, url in led.items() if url != SIGN_IN} == {}
