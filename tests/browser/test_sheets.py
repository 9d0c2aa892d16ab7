"""A survey from its sheets to its results: forty sheets, entered by two agents at once; then coding of the texts."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from fieldwork.models import SheetRegister
from fieldwork.surveys.services.sheets import make_sheets
from polls.models import Participation, SecretTexts
from polls.queries.results import tallies
from polls.services.answers import count_sheet
from tests.browser.people import PHONE_WIDTH, Pointing
from tests.browser.walker import Walker
from tests.fieldwork.survey_factories import make_survey
from tests.polls.factories import choice_ids, make_survey_poll, sheet_of

pytestmark = [
    pytest.mark.browser,
    # `tests/fieldwork/test_sheets.py` has the races, on both.
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

SHEETS, WEEK = 40, dt.timedelta(days=7)
CHECK, SAVE = "Relire la fiche", "Enregistrer et passer à la suivante"


class Desk(Walker):
    """Agent with a pile of different sheets."""

    def begin(self, survey) -> None:
        self.survey = survey
        self.work_as("Accueil")
        self.choose("Au guichet", "Une fiche d’enquête")
        self.follow(survey.title)

    def type(self, number: int, text: str) -> None:
        """Fills in a sheet: the group and the choices depend on its number."""
        making, several, optional, free = self.survey.poll.questions.all()
        groups, choices, others = (choice_ids(self.survey.poll, place) for place in range(3))
        self.fill(number=str(number))
        self.tick(f"question_{making.pk}", str(groups[number % 3]))
        self.tick(f"question_{several.pk}", str(choices[0]))
        self.tick(f"question_{several.pk}", str(choices[1 + number % 2]))
        self.tick(f"question_{optional.pk}", str(others[2]))
        self.fill(**{f"question_{free.pk}": text})

    def entered_values(self) -> tuple[list[str], str]:
        """Returns the values in the form besides the number: ticked boxes and text."""
        ticked = self.page.locator("main form input:checked")
        return ticked.evaluate_all("fields => fields.map(field => field.value)"), self.page.locator(
            "main textarea"
        ).input_value()


def press_simultaneously(name: str, *desks: Desk) -> None:
    """Presses the button on each desk before any response arrives."""
    first, second = desks
    with first.leaving(), second.leaving():
        for desk in desks:
            Pointing.press(desk, name)
    for desk in desks:
        desk._settle()


@pytest.mark.guide("Saisir les fiches d’une enquête")
def test_two_agents_enter_forty_sheets_concurrently(watched, live_server, settings, editor_of):
    settings.BASE_URL = live_server.url
    now = timezone.now()
    survey = make_survey(poll=make_survey_poll(opens_at=now - WEEK, closes_at=now + WEEK))
    make_sheets(survey=survey, number=SHEETS, outing=None, by=editor_of("Animation"), now=now)
    half, statuses = SHEETS // 2, (400, 404, 422)
    with watched(width=1280, statuses=statuses) as wide, watched(width=PHONE_WIDTH, statuses=statuses) as narrow:
        desks = Desk(wide, live_server.url), Desk(narrow, live_server.url)
        for desk in desks:
            desk.begin(survey)
        for number in range(1, half):
            for desk, own in zip(desks, (number, half + number), strict=True):
                desk.type(own, f"Fiche {own:02}")
            press_simultaneously(CHECK, *desks)
            for desk, own in zip(desks, (number, half + number), strict=True):
                desk.read(f"Relisez la fiche {own}", f"Fiche {own:02}")
            press_simultaneously(SAVE, *desks)
            for desk, own in zip(desks, (number, half + number), strict=True):
                desk.shows_message(f"La fiche {own} est enregistrée")
                expect(desk.page.locator("[name=number]")).to_have_value(str(own + 1))

        # The number of the second agent's sheet was misread: both enter the last sheet of the first pile.
        for desk, text in zip(desks, ("Un mot de l’une", "Un mot de l’autre"), strict=True):
            desk.type(half, text)
        written = [desk.entered_values() for desk in desks]
        press_simultaneously(CHECK, *desks)
        press_simultaneously(SAVE, *desks)
        refused_desks = [desk for desk in desks if desk.page.get_by_role("alert").is_visible()]
        assert len(refused_desks) == 1, "one of the two agents gets an error"
        (late,) = refused_desks
        late.read("Il y a quelque chose à corriger", f"La fiche {half} a déjà une réponse")
        assert late.entered_values() == written[desks.index(late)]
        late.fill(number=str(SHEETS))
        late.press(CHECK)
        late.press(SAVE)
        late.shows_message(f"La fiche {SHEETS} est enregistrée")

        # A sheet already entered by the other agent is reported before it is entered again.
        late.type(1, "Une copie")
        late.press(CHECK)
        late.read("La fiche 1 a déjà une réponse")
        assert late.entered_values()[1] == "Une copie"

    assert Participation.objects.count() == SHEETS
    assert list(SheetRegister.objects.get().entered) == [str(number) for number in range(1, SHEETS + 1)]
    texts = [f"Fiche {number:02}" for number in range(1, SHEETS) if number != half]
    assert sorted(SecretTexts.objects.get().texts) == sorted([*texts, "Un mot de l’une", "Un mot de l’autre"])
    by_choice = [{line.choice.text: line.people for line in tally.lines} for tally in tallies(survey.poll)]
    numbers = [*range(1, SHEETS), half]
    assert by_choice == [
        {f"Choix {group}": sum(number % 3 == group for number in numbers) for group in range(3)},
        {"Choix 0": SHEETS, "Choix 1": count_with_remainder(numbers, 0), "Choix 2": count_with_remainder(numbers, 1)},
        {"Choix 0": 0, "Choix 1": 0, "Choix 2": SHEETS},
    ]


def count_with_remainder(numbers: list[int], rest: int) -> int:
    return sum(number % 2 == rest for number in numbers)


@pytest.mark.guide("Coder les textes d’une enquête")
def test_an_editor_codes_the_texts_and_readers_see_counts(walker):
    now = timezone.now()
    survey = make_survey(poll=make_survey_poll(opens_at=now - WEEK, closes_at=now - WEEK / 7))
    for text, times in (("L’attente est longue", 6), ("Trop d’attente", 1), ("Un seul guichet", 5)):
        for _time in range(times):
            count_sheet(poll=survey.poll, answers=sheet_of(survey.poll, 0, 0, text=text), now=now - 2 * WEEK / 7)
    walker.work_as("Rédaction")
    walker.choose("Terrain", "Textes des enquêtes")
    walker.follow("Question 3")
    walker.read("3 textes sans code", "Pas encore de code")
    walker.fill(text_0="Attente")
    walker.press("Enregistrer les codes")
    walker.shows_message("Les codes sont enregistrés")
    walker.read("2 textes sans code")
    walker.fill(text_1="1", text_2="7, Guichets")
    walker.press("Enregistrer les codes")
    walker.read("Il y a quelque chose à corriger", "pas de code 7")
    expect(walker.page.locator("[name=text_1]")).to_have_value("1")
    walker.fill(text_2="Guichets, 1")
    walker.press("Enregistrer les codes")
    walker.read("Chaque texte a un code")
    walker.follow("Voir tous les textes")
    expect(walker.page.locator("[name=text_2]")).to_have_value("1, 2")
    walker.fill(text_2="2")
    walker.press("Enregistrer les codes")
    walker.follow("Attente")
    walker.fill(sentence="On attend longtemps.")
    walker.press("Enregistrer le code")
    walker.follow("Voir la page de l’enquête")
    walker.read("Attente", "On attend longtemps.", "Guichets")
    for text in ("L’attente est longue", "Un seul guichet"):
        walker.misses(text)
