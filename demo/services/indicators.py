"""Indicators of the committee: adopted in 2019, measured by the site on its demonstration data, or proposed."""

from datetime import time
from decimal import Decimal

from committee.models import SessionPage, TopicPage
from common.markdown import french
from common.shown import BY_PROGRAM
from demo.clock import Clock, paris
from demo.content import Text, read
from demo.services.sessions import programme_day
from indicators.defined.services import adopt, leave, measure_due
from indicators.models import Indicator, Measurement

WORDS = ("title", "question", "definition", "method", "grain")


def load(clock: Clock) -> None:
    """Creates the indicators, with values from the site or from a real source."""
    texts = read("indicators")
    session = SessionPage.objects.get(slug=texts["session"])
    # Next session of the committee with a site to measure them.
    noted = paris(programme_day(clock), time(20))
    for text in texts["adopted"]:
        indicator = create(text)
        adopt(indicator=indicator, session=session, now=noted, shown=BY_PROGRAM)
        indicator.refresh_from_db()
        for value in text.get("values", []):
            Measurement.objects.create(
                indicator=indicator,
                period=value["period"],
                value=Decimal(str(value["value"])),
                source_url=value.get("url", indicator.source_url),
                source_title=french(value["title"]),
                source_seen_on=value["seen_on"],
            )
    measure_due(now=clock.now)
    for text in texts["proposed"]:
        create(text)
    for text in texts["left_ones"]:
        leave(indicator=create(text), reason=french(texts["left"]), now=clock.ago(60))


def create(text: Text) -> Indicator:
    words = {name: french(text[name]) for name in WORDS if name in text}
    named = ("unit", "measure", "better", "frequency", "source_url", "source_name", "target", "target_on")
    indicator = Indicator(
        **words,
        **{name: text[name] for name in named if name in text},
        topic=TopicPage.objects.filter(slug=text.get("topic")).first(),
    )
    indicator.full_clean(exclude=["slug"])
    indicator.save()
    return indicator
