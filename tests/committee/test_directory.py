"""Directory of the members: visibility of each field, on the page, in the file and in mails."""

import csv
import datetime as dt
import io
import uuid
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from django.utils.text import slugify

from committee.convocations.notifications import SessionConvened
from committee.convocations.services import convene
from committee.directory.services import choose, shared_fields
from committee.models import DirectoryConsent, Mandate
from common.phones import readable_phone
from common.shown import BY_PROGRAM
from mailing.models import Message
from tests.bulk import submit_edit
from tests.factories import MandateFactory, MemberFactory, SessionPageFactory, UserFactory
from tests.tables import assert_table, queries_of, undone

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
DAY = dt.timedelta(days=1)
TODAY = NOW.date()
DIRECTORY, FILE, OWN = "/membres/annuaire/", "/membres/annuaire/annuaire.csv", "/membres/annuaire/moi/"
EMAIL, PHONE = "odile@courriel.example", "06 39 98 00 12"
FIELDS = {"email": EMAIL, "phone": PHONE}
NOTHING, GIVEN, WITHDRAWN = "nothing", "given", "withdrawn"
# Shared fields of a viewer: e-mail address, phone number.
VIEWERS = {
    "anonymous": None,
    "account": None,
    "member without consent": (False, False),
    "member with e-mail": (True, False),
    "member with phone": (False, True),
    "member with both": (True, True),
    "former member with both": (True, True),
    "coordinator without consent": (False, False),
    "coordinator with both": (True, True),
    "secretariat": None,
}


def make_member(email, **mandate):
    return MandateFactory(member__user=UserFactory(email=email), **mandate).member


def show(member, *, email=False, phone=False, now=NOW - 3 * DAY):
    choose(member=member, show_email=email, phone=PHONE if phone is True else phone or "", now=now)


def make_owner(field, consent, *, is_over):
    """Returns Odile, with `consent` for `field` and none for the other field."""
    owner = make_member(EMAIL, member__name="Odile M.", ends_on=TODAY - DAY if is_over else None)
    if consent != NOTHING:
        show(owner, **{field: True})
    if consent == WITHDRAWN:
        show(owner, now=NOW - DAY)
    return owner


def make_viewer(kind, editor_of):
    if kind == "anonymous":
        return None
    if kind == "account":
        return UserFactory()
    if kind == "secretariat":
        return editor_of("Secrétariat")
    mandate = {"ends_on": TODAY - DAY} if kind.startswith("former") else {}
    viewer = make_member(f"{slugify(kind)}@courriel.example", **mandate)
    if kind.startswith("coordinator"):
        MandateFactory(member=viewer, role=Mandate.Role.COORDINATOR, seat=None)
    email, phone = VIEWERS[kind]
    show(viewer, email=email, phone="06 39 98 00 99" if phone else "")
    return viewer.user


def signed_in(user):
    client = Client()
    if user:
        client.force_login(user)
    return client


def read(client, address):
    return text_of(client.get(address))


def text_of(answer):
    return plain(b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode())


def visible_fields(client, address):
    """Returns the status of the response, and the fields of Odile in it."""
    answer = client.get(address)
    text = text_of(answer)
    return answer.status_code, {field for field, value in FIELDS.items() if value in text}


def plain(text):
    """Returns `text` with plain spaces instead of the no-break spaces of phone numbers."""
    return text.replace("\u00a0", " ")


def expected_visibility(kind, field, consent, *, is_over):
    """Returns the status and the fields of Odile for `kind`: members in office who share a field see it."""
    may_enter = VIEWERS[kind] is not None and not kind.startswith("former")
    shows = dict(zip(FIELDS, VIEWERS[kind] or (False, False), strict=True))
    sees = may_enter and shows[field] and consent == GIVEN and not is_over
    return 200 if may_enter else 302 if kind == "anonymous" else 403, {field} if sees else set()


def test_visibility_of_each_field(editor_of):
    """The whole matrix: never the other field, and no way to derive a hidden one."""
    results, expected = {}, {}
    # A committee has one coordinator at a time.
    for kinds in (VIEWERS.keys() - {"coordinator with both"}, {"coordinator with both"}):
        with undone():
            clients = {kind: signed_in(make_viewer(kind, editor_of)) for kind in kinds}
            for field, consent, is_over in product(FIELDS, (NOTHING, GIVEN, WITHDRAWN), (False, True)):
                with undone():
                    make_owner(field, consent, is_over=is_over)
                    for (kind, client), address in product(clients.items(), (DIRECTORY, FILE)):
                        cell = (kind, field, consent, "over" if is_over else "sits", address)
                        expected[cell] = expected_visibility(kind, field, consent, is_over=is_over)
                        results[cell] = visible_fields(client, address)
    assert len(expected) == 240
    assert_table(results, expected)


def test_withdrawn_field_is_removed_from_page_file_and_pending_mail(client):
    owner = make_member(EMAIL, member__name="Odile M.")
    viewer = make_member("qui@courriel.example", seat=owner.mandates.get().seat, role=Mandate.Role.SUBSTITUTE)
    for member, phone in ((owner, PHONE), (viewer, "06 39 98 00 99")):
        show(member, email=True, phone=phone)
    session = SessionPageFactory(starts_at=NOW + 5 * DAY)
    convene(session=session, words="", online_link="", sender=owner.user, key=uuid.uuid4(), shown=BY_PROGRAM, now=NOW)
    message = Message.objects.get(to_email="qui@courriel.example")
    client.force_login(viewer.user)

    def contents():
        mail = SessionConvened.writer([message], now=NOW)(message)
        return [read(client, DIRECTORY), read(client, FILE), mail.text, plain(mail.html)]

    assert all(EMAIL in place and PHONE in place for place in contents())
    show(owner, email=False, phone=PHONE, now=NOW)
    assert all(EMAIL not in place and PHONE in place for place in contents())
    show(viewer, email=True, phone="", now=NOW)
    assert all(PHONE not in place for place in contents())


def test_the_file_is_not_cached_and_has_no_formula(client):
    viewer = make_member("qui@courriel.example")
    show(viewer, email=True, phone="+49 78511234")
    MandateFactory(member__name="=1+1")
    client.force_login(viewer.user)
    answer = client.get(FILE)
    assert "no-store" in answer["Cache-Control"]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    names = [row[0] for row in csv.reader(io.StringIO(text), delimiter=";")]
    assert "'=1+1" in names


def test_each_change_of_consent_is_recorded(client):
    member = make_member("qui@courriel.example")
    client.force_login(member.user)
    assert submit_edit(client, OWN, {"show_email": "on", "show_phone": "on", "phone": "0639980012"}).status_code == 302
    member.refresh_from_db()
    assert member.phone == "06 39 98 00 12"
    assert set(shared_fields(member)) == {"email", "phone"}
    submit_edit(client, OWN, {"show_email": "on", "show_phone": "on", "phone": "06.39.98.00.13"})
    assert DirectoryConsent.objects.count() == 2
    submit_edit(client, OWN, {"show_email": "on", "phone": "06 39 98 00 13"})
    member.refresh_from_db()
    assert member.phone == ""
    consents = DirectoryConsent.objects.values_list("field", "is_given", "at")
    assert list(consents) == [("email", True, NOW), ("phone", True, NOW), ("phone", False, NOW)]
    page = client.get(OWN).content.decode()
    assert "caché depuis le" in page
    assert "06 39" not in page.replace("06 39 98 00 12", "").replace("Exemple", "")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"show_phone": "on", "phone": ""}, "Écrivez votre numéro, ou décochez"),
        ({"show_phone": "on", "phone": "06 39"}, "dix chiffres"),
        ({"show_phone": "on", "phone": "<script>"}, "dix chiffres"),
        ({"show_email": "on", "phone": "06 39 98 00 12"}, "Cochez la case au-dessus, ou videz ce champ"),
    ],
)
def test_invalid_phone_number_is_refused_with_a_message(client, data, message):
    client.force_login(make_member("qui@courriel.example").user)
    assert message in submit_edit(client, OWN, data).content.decode()
    assert not DirectoryConsent.objects.exists()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0639980012", "06 39 98 00 12"),
        ("+33 (0)6 39 98 00 12", "06 39 98 00 12"),
        ("0033639980012", "06 39 98 00 12"),
        ("+49 7851 1234-5", "+49 785112345"),
        ("0049 7851 12345", "+49 785112345"),
        ("+352 26 12 34 56", "+352 26123456"),
        ("00352 26 12 34 56", "+352 26123456"),
        ("+1 202 555 0100", "+1 2025550100"),
    ],
)
def test_phone_number_is_normalized(typed, stored):
    assert readable_phone(typed) == stored


@pytest.mark.parametrize("typed", ["0639", "+0123456789", "0012345", "0033639980", "abc", "06399800123", ""])
def test_invalid_phone_number_raises_validation_error(typed):
    with pytest.raises(ValidationError):
        readable_phone(typed)


def test_consent_cannot_be_changed():
    consent = DirectoryConsent.objects.create(member=MemberFactory(), field="email", is_given=True, at=timezone.now())
    consent.is_given = False
    with pytest.raises(ValueError, match="never rewritten"):
        consent.save()


def test_queries_of_the_directory_do_not_grow_with_members(client):
    viewer = make_member("qui@courriel.example")
    show(viewer, email=True, phone="06 39 98 00 99")
    client.force_login(viewer.user)
    costs = []
    for _time in range(2):
        for _one in range(3):
            show(MandateFactory(member__user=UserFactory()).member, email=True, phone=PHONE)
        costs.append(queries_of(client, DIRECTORY))
    assert costs == [6, 6]
