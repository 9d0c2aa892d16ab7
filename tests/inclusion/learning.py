"""Resources and workshops for tests."""

import datetime as dt

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from inclusion.models import Need, Resource, Workshop


class ResourceFactory(DjangoModelFactory):
    class Meta:
        model = Resource

    title = factory.Sequence(lambda n: f"Ressource {n}")
    learns = "Se servir d’une souris."
    need = Need.LEARN
    maker = "Une association"
    url = factory.Sequence(lambda n: f"https://ressources.example/{n}")
    published_at = factory.LazyFunction(timezone.now)


class WorkshopFactory(DjangoModelFactory):
    class Meta:
        model = Workshop

    title = factory.Sequence(lambda n: f"Atelier {n}")
    learns = "Envoyer un e-mail."
    need = Need.LEARN
    starts_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=7))
    ends_at = factory.LazyAttribute(lambda workshop: workshop.starts_at + dt.timedelta(hours=2))
    where = "Médiathèque, 1 rue des Tanneurs"
    commune = "67482"
    how_to_come = "Sans rendez-vous."
    published_at = factory.LazyFunction(timezone.now)
