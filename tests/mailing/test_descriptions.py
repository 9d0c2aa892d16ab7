"""Description of each mail for the admin, made from its class and templates."""

import pytest

from mailing.descriptions import describe
from mailing.notifications import kinds
from tests.architecture.faults import faults

# Kinds whose subject and text are written by the team or a library, or composed from what happened.
COMPOSED = {"newsletter", "newsletter.members", "digest.daily", "digest.weekly", "digest.monthly", "digest.trial"}
WITHOUT_TEMPLATE = {"library", "site"}


def all_texts(kind):
    described = describe(kinds()[kind])
    return [*described.subjects, *described.reason, *described.text]


def test_every_kind_has_subjects_and_text_except_composed_ones():
    described = {kind: describe(one) for kind, one in kinds().items()}
    assert {kind for kind, one in described.items() if not one.subjects} == COMPOSED | WITHOUT_TEMPLATE
    assert {kind for kind in described if not all_texts(kind)} == WITHOUT_TEMPLATE


def test_descriptions_contain_no_placeholder_or_template_tag():
    assert faults(kinds(), lambda kind: [one for one in all_texts(kind) if {"%", "{", "}"} & {*one}]) == {}


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        # A plural, a template that is included, a context, a subject in a template of its own.
        ("operations.faults", "Le site a rencontré 2 erreurs"),
        ("committee.convocation", "Heures :"),
        ("committee.convocation", "Les experts invités"),
        ("account.login_code", "Votre code pour vous connecter"),
        # The reason of the mail that its template extends.
        ("fieldwork.service-reminded", "Vous recevez cet e-mail à l’adresse de contact de ce service : (…)."),
    ],
)
def test_sentences_of_every_template_construct_are_extracted(kind, sentence):
    assert sentence in [one.replace("\xa0", " ") for one in all_texts(kind)]
