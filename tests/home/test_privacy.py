"""docs/privacy.md and the privacy page for residents match the code."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from accounts.services.browsers import COOKIE_LIFE
from common.hooks import personal_data
from common.personal_data import in_words
from common.themes import COOKIE_AGE
from home.services.starter_texts import read_text

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "privacy.md"

# Phrases of the privacy page for each line of the retention table; every line must have one.
PHRASES = {
    "accounts.accounts": ["une adresse e-mail et un nom à montrer", "dire votre commune"],
    "accounts.unproved": ["jamais confirmée est effacé au bout de {}"],
    "accounts.unused": ["Après {} sans connexion"],
    "accounts.sessions": ["oubliée {} après", "nom du navigateur et une partie de l’adresse du réseau"],
    "accounts.codes": ["ne sert plus au bout de {}"],
    "accounts.factors": ["une clé d’accès ou un deuxième facteur"],
    "accounts.exports": ["effacée au bout de {}. Un compte supprimé"],
    "accounts.leaving": ["Un compte supprimé est effacé au bout de {}"],
    "accounts.erased": ["une marque secrète"],
    "participation.proposals": ["Vos propositions et vos commentaires"],
    "participation.comments": ["Vos propositions et vos commentaires"],
    "participation.supports": ["Un soutien est lié à votre compte"],
    "participation.follows": ["Vous suivez une discussion ? Nous le notons avec votre compte"],
    "participation.agents": ["Un agent de la ville peut être rattaché à un service"],
    "participation.moderation": ["Nous gardons le signalement, la décision et ses raisons"],
    "participation.drafts": ["gardé {} après votre dernier changement"],
    "participation.drafts_without_account": ["et {} sinon"],
    "participation.invitations": ["Son adresse est oubliée au bout de {}"],
    "participation.desk_emails": ["pour avoir des nouvelles est effacée {} après"],
    "fieldwork.trials": ["votre essai, vos constats et vos images", "C’est une donnée de santé"],
    "fieldwork.pictures": ["que nous écartons est effacée au bout de {}"],
    "fieldwork.drafts": ["Un essai commencé est gardé {}"],
    "fieldwork.echoes": ["le même problème : personne ne voit"],
    "fieldwork.volunteers": ["à une campagne d’essais sont notés pendant {}"],
    "fieldwork.texts": ["avec vos mots est effacé {} après la fin de l’enquête"],
    "veille.suggestions": ["votre compte et votre raison {} après"],
    "veille.texts": ["que nous écartons sont effacés au bout de {}"],
    "veille.findings": ["quel compte a publié ou changé une page, une valeur"],
    "inclusion.reports": ["Ce signalement est effacé {} après"],
    "inclusion.places": ["une valeur ou un lieu"],
    "polls.agent_names": ["répond par un agent est effacé {} après"],
    "polls.participations": ["Nous notons qui a répondu", "nominatif, votre réponse est gardée avec votre compte"],
    "indicators.surveys": ["Trois questions facultatives"],
    "indicators.recorded": ["une valeur ou un lieu"],
    "indicators.adoptions": ["une valeur ou un lieu"],
    "digests.readers": ["chaque jour, chaque semaine ou chaque mois"],
    "digests.unconfirmed": ["qui ne confirme pas est effacée au bout de {}"],
    "digests.stopped": ["votre adresse est alors effacée au bout de {}"],
    "digests.consents": ["la preuve de votre accord"],
    "digests.member_messages": ["gardons quel membre a reçu quel message"],
    "digests.reminders": ["un rappel avant une séance"],
    "committee.members": ["le nom, le collège, les mandats et les présences", "photo, présentation, téléphone"],
    "committee.leaving_members": ["supprime son compte pendant son mandat"],
    "committee.private_contacts": ["seul le secrétariat les voit", "effacés {} après son dernier mandat"],
    "committee.invitations": [
        "invité à créer un compte est oubliée {} après l’invitation",
        "S’il refuse, elle l’est tout de suite",
    ],
    "committee.office_rights": ["droits d’administration pour sa fonction. Nous gardons qui les a donnés, et quand"],
    "committee.minutes": ["Les comptes rendus et les décisions"],
    "mailing.messages": ["chaque e-mail pendant {}"],
    "mailing.suppressions": ["Une adresse qui refuse nos e-mails"],
    "home.empty_searches": ["Les mots d’un mois sont effacés au bout de {}"],
    "cms.missing_addresses": ["ne demande plus est effacée au bout de {}"],
    "cms.history": ["L’historique dit quel compte"],
    "common.counts": ["sous une forme illisible, pendant {}"],
    "common.cache": ["sous une forme illisible, pendant {}"],
    "common.server_log": ["Ce journal est effacé au bout de {}"],
    "auditlog.entries": ["Le journal de sécurité garde {}"],
    "operations.faults": ["Les erreurs du site sont notées {}"],
}
# Lines without personal data: leftovers of deleted data, until the machine removes them after some minutes.
LEFTOVERS = {"common.journal", "common.files"}


def between(text: str, name: str) -> str:
    return text.partition(f"<!-- {name} -->\n")[2].partition(f"<!-- /{name} -->")[0]


def test_retention_table_matches_the_code():
    """If this fails: replace the table by the output of `manage.py retention_table`."""
    written = StringIO()
    call_command("retention_table", stdout=written)
    assert between(DOCUMENT.read_text(encoding="utf-8"), "retention") == written.getvalue()


def page_for_residents() -> str:
    return " ".join(read_text("donnees-personnelles").replace("\xa0", " ").split())


def test_privacy_page_covers_each_line_of_the_table():
    """If this fails for a new line: write a sentence for residents, and add it to `PHRASES`."""
    page, rules = page_for_residents(), {rule.name: rule for rule in personal_data()}
    assert PHRASES.keys() | LEFTOVERS == rules.keys()
    phrases = {name: [words.format(rules[name].duration) for words in PHRASES[name]] for name in PHRASES}
    assert {name: words for name, words in phrases.items() if any(one not in page for one in words)} == {}
    # Lines with a retention period must state it.
    timed = {name for name, rule in rules.items() if rule.period} - LEFTOVERS
    assert [name for name in timed if not any("{}" in words for words in PHRASES[name])] == []


def test_privacy_page_states_the_lifetimes_of_the_cookies():
    assert f"un troisième garde ce choix pendant {in_words(timedelta(seconds=COOKIE_AGE))}" in page_for_residents()
    assert f"un quatrième reste {in_words(COOKIE_LIFE)}. Seule la page de connexion" in page_for_residents()
