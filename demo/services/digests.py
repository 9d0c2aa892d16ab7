"""The readers of the letter: a member who gets it every week, and a resident who gets it every month."""

from accounts.models import User
from committee.models import SessionPage, TopicPage
from demo.clock import Clock
from digests.models import EditorialWord, Frequency, Newsletter
from digests.services.reminders import set_reminder
from digests.services.subscriptions import choose

# Account, frequency, and for how many days: longer than the period, so that the first tick has a letter to send.
READERS = (
    ("membre", Frequency.WEEKLY, 9),
    ("habitante", Frequency.MONTHLY, 40),
)
WORD = (
    "Le comité a reçu beaucoup de propositions ce mois-ci. Merci à toutes et à tous !\n\n"
    "Venez à la prochaine séance : elle est ouverte, et nous lisons vos idées ensemble."
)
# A message that nobody has sent yet.
MESSAGE = "La prochaine séance change de salle"
MESSAGE_BLOCKS = (
    ("text", "La salle prévue est en travaux. La séance a lieu au même jour et à la même heure, dans une autre salle."),
    ("heading", "Pour venir"),
    (
        "points",
        ["tram B, arrêt Esplanade", "entrée de plain-pied, ascenseur", "une boucle pour les appareils auditifs"],
    ),
    ("button", {"label": "Voir toutes les séances", "page": None, "url": "https://comite.example/le-comite/seances/"}),
)
# Both follow this subject; the resident is reminded of the next session.
FOLLOWED_TOPIC = 1


def load(clock: Clock, people: dict[str, User]) -> None:
    """Subscribes the readers, as they would have done from their own pages."""
    topic = TopicPage.objects.get(number=FOLLOWED_TOPIC)
    for key, frequency, days_ago in READERS:
        choose(user=people[key], frequency=frequency, now=clock.ago(days_ago), added=[topic.pk])
    session = SessionPage.objects.published().next(clock.now)
    if session is not None:
        set_reminder(user=people["habitante"], session=session, wanted=True, now=clock.ago(3))
    load_words(clock, people)


def load_words(clock: Clock, people: dict[str, User]) -> None:
    """A word at the top of the next letters, and a draft of a message to the readers."""
    word = EditorialWord.objects.create(body=WORD, signature="La rédaction", until=(clock.ahead(40)).date(), live=False)
    word.save_revision(user=people["redaction"]).publish()
    Newsletter.objects.create(
        subject=MESSAGE, body=list(MESSAGE_BLOCKS), created_at=clock.ago(1), writer=people["redaction"]
    )
