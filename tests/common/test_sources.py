"""URL of a source: on the web, or on this site, whose host name may have no dot."""

import pytest
from django.core.exceptions import ValidationError
from django.db import models

from common.sources import SourceURLField


class SourceValidation:
    """Validation by both: the form field and the model field."""

    def __init__(self):
        self.field = SourceURLField(max_length=60)

    def refusals(self, url):
        answers = []
        for ask in (self.field.formfield(assume_scheme="https").clean, lambda url: self.field.clean(url, None)):
            try:
                ask(url)
            except ValidationError:
                answers.append(True)
            else:
                answers.append(False)
        return answers


@pytest.mark.parametrize(
    ("url", "is_refused"),
    [
        ("https://www.insee.fr/fr/statistiques/4241397", False),
        ("http://comite/donnees-ouvertes/", False),
        ("http://comite/donnees ouvertes", True),
        ("http://comite.autre", False),
        ("http://voisin/donnees-ouvertes/", True),
        ("javascript:alert(1)", True),
        ("http://comite/" + "a" * 60, True),
    ],
)
def test_host_without_dot_is_accepted_only_if_it_is_this_site(settings, url, is_refused):
    settings.BASE_URL = "http://comite"
    assert SourceValidation().refusals(url) == [is_refused, is_refused]


def test_field_is_deconstructed_like_urlfield():
    """SQLite would rebuild the tables, without the triggers that protect published figures."""
    assert SourceURLField().deconstruct()[1] == models.URLField().deconstruct()[1]
