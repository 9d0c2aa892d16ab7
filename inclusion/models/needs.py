"""Needs of residents, in everyday words."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Need(TextChoices):
    """Need of a resident; `services` are the codes of the national schema that meet it."""

    FORMALITIES = "demarches", _("Do paperwork online")
    LEARN = "apprendre", _("Learn to use a computer or a phone")
    USE = "materiel", _("Use a computer and the internet")
    BUY = "equipement", _("Get a computer at a low price")
    WORK = "emploi", _("Look for work")
    SAFETY = "securite", _("Protect myself from scams")
    CHILDREN = "enfants", _("Help my children with the screen")
    CREATE = "creer", _("Create, understand, try things out")

    @property
    def services(self) -> tuple[str, ...]:
        return SERVICES_OF[self]


SERVICES_OF = {
    Need.FORMALITIES: ("Aide aux démarches administratives",),
    Need.LEARN: ("Maîtrise des outils numériques du quotidien",),
    Need.USE: ("Accès internet et matériel informatique",),
    Need.BUY: ("Acquisition de matériel informatique à prix solidaire",),
    Need.WORK: ("Insertion professionnelle via le numérique",),
    Need.SAFETY: ("Utilisation sécurisée du numérique",),
    Need.CHILDREN: ("Parentalité et éducation avec le numérique",),
    Need.CREATE: ("Loisirs et créations numériques", "Compréhension du monde numérique"),
}
