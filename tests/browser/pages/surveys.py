"""Field surveys: public pages, the online sheet, and « Sur le terrain » for participants."""

from django.utils import timezone

from fieldwork.models import Outing, SurveyPage
from tests.browser.pages.accounts import ANIMATION, DESK, HABITANTE, MEMBRE, REDACTION
from tests.browser.pages.admin import admin
from tests.browser.pages.audited import ERROR, Audited, press, read


def survey(screen: str = "", *, over: bool = False) -> str:
    now = timezone.now()
    surveys = SurveyPage.objects.published().select_related("poll")
    return f"{next(one for one in surveys if one.poll.is_open(now) is not over).url}{screen}"


def outing(screen: str = "") -> str:
    coming = Outing.objects.filter(starts_at__gt=timezone.now(), survey__live=True).earliest("starts_at")
    return f"/membres/terrain/sorties/{coming.pk}/{screen}"


SURVEYS_READING = (
    read("field surveys", "/enquetes/"),
    read("survey under way", survey),
    read("survey that is over", lambda: survey(over=True)),
    read("answered with a sheet", lambda: survey("repondre/merci/")),
)
SURVEYS_FORMS = (
    Audited("answer with a sheet", lambda: survey("repondre/"), None, "Envoyer mes réponses"),
    Audited("answer with a sheet, errors", lambda: survey("repondre/"), press("Envoyer mes réponses"), ERROR),
    Audited("answer with a sheet, over", lambda: survey("repondre/", over=True)),
    Audited("on the ground", "/membres/terrain/", viewer=MEMBRE),
    Audited("on the ground, closed", "/membres/terrain/", viewer=HABITANTE, status=403),
    Audited("outing", outing, viewer=MEMBRE),
)

SURVEYS_ADMIN = (
    admin("field surveys", "/admin/enquetes-de-terrain/", ANIMATION),
    admin("survey sheets", "/admin/fiches-enquetes/", DESK),
    admin("texts of surveys", "/admin/textes-des-enquetes/", REDACTION),
)
