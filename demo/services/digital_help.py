"""Digital help: invented places, marked as such; future and past workshops; resources, most of them real."""

from datetime import time, timedelta

from common.communes import COMMUNES
from common.markdown import french
from demo.clock import Clock, paris
from demo.content import Text, read
from inclusion.models import Place, PlaceReport, Resource, Workshop

SOURCE = "Inventé pour la démonstration"
# Columns of a place with several codes, and with a text or a number.
CODES = ("services", "fees", "access_modes", "help_modes", "audiences", "special_care", "kinds", "itinerancy")
PLAIN = ("postal_code", "phone", "address", "latitude", "longitude", "hours")
WORDS = ("title", "learns", "where", "how_to_come", "seats", "cancelled_because")


def load(clock: Clock) -> None:
    """Publishes all of them. One place was last checked more than a year ago, one never."""
    texts = read("digital_help")
    for text in texts["places"]:
        _place(clock, text)
    for text in texts["workshops"]:
        _workshop(clock, text)
    for text in texts["resources"]:
        _resource(clock, text)


def _place(clock: Clock, text: Text) -> None:
    checked = text.get("checked_days_ago")
    place = Place.objects.create(
        name=french(text["name"]),
        insee_code=text["commune"],
        commune=COMMUNES[text["commune"]],
        summary=french(text.get("summary", "")),
        source=SOURCE,
        is_invented=True,
        checked_on=clock.ago(checked).date() if checked else None,
        published_at=clock.ago(200),
        **{name: tuple(text.get(name, ())) for name in CODES},
        **{name: text[name] for name in PLAIN if name in text},
    )
    if report := text.get("report"):
        PlaceReport.objects.create(place=place, text=french(report), created_at=clock.ago(2))


def _workshop(clock: Clock, text: Text) -> None:
    day = clock.opening_day(text["ahead"]) if "ahead" in text else clock.day(text["day"])
    starts_at = paris(day, time(text["hour"]))
    name = french(text["where"]).partition(", ")[0]
    made = Workshop.objects.create(
        place=Place.objects.filter(name=name).first(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=text["length"]),
        published_at=clock.ago(text["days_ago"]),
        **{name: french(text.get(name, "")) for name in WORDS},
        **{name: text[name] for name in ("need", "commune")},
    )
    # Same date as its announcement, so that calendars count no change.
    Workshop.objects.filter(pk=made.pk).update(changed_at=clock.ago(text["days_ago"]))


def _resource(clock: Clock, text: Text) -> None:
    Resource.objects.create(
        published_at=clock.ago(text["days_ago"]),
        **{name: french(text.get(name, "")) for name in ("title", "learns", "maker", "audience", "licence")},
        **{name: text[name] for name in ("need", "level", "form", "language", "minutes", "url") if name in text},
    )
