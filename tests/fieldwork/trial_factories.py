"""Campaigns, trials and findings for tests; a finding has the fields that the constraints require for its state."""

import datetime as dt

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from fieldwork.models import CampaignPage, Finding, FindingStep, Scenario, Trial, TrialIndexPage
from tests.factories import CityServiceFactory, PageFactory, UserFactory

STATES = Finding.State


class CampaignFactory(PageFactory):
    """Published campaign, from half a month ago to half a month ahead."""

    class Meta:
        model = CampaignPage

    parent_model = TrialIndexPage
    title = factory.Sequence(lambda n: f"Campagne {n}")
    service_name = "monstrasbourg.eu"
    service_url = "https://monstrasbourg.example/"
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=15))
    ends_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=15))
    answered_by = factory.SubFactory(CityServiceFactory)


class ScenarioFactory(DjangoModelFactory):
    class Meta:
        model = Scenario

    campaign = factory.SubFactory(CampaignFactory)
    goal = factory.Sequence(lambda n: f"Inscrire un enfant à la cantine {n}")
    steps = "Ouvrir la page d’accueil.\nChercher « cantine »."
    expected = "Une page confirme l’inscription."


class TrialFactory(DjangoModelFactory):
    class Meta:
        model = Trial

    scenario = factory.SubFactory(ScenarioFactory)
    tester = factory.SubFactory(UserFactory)
    device = Trial.Device.PHONE
    outcome = Trial.Outcome.ALONE
    minutes = 12
    ease = 3
    tried_on = factory.LazyAttribute(lambda trial: timezone.localdate(trial.created_at))
    created_at = factory.LazyFunction(timezone.now)


class FindingFactory(DjangoModelFactory):
    """Confirmed finding, unless `state` is given. A duplicate needs `duplicate_of`."""

    class Meta:
        model = Finding
        skip_postgeneration_save = True

    trial = factory.SubFactory(TrialFactory)
    what_happened = factory.Sequence(lambda n: f"Le bouton {n} ne répond pas.")
    expected = "La page suivante s’ouvre."
    severity = Finding.Severity.BLOCKS
    state = STATES.CONFIRMED
    created_at = factory.LazyFunction(timezone.now)
    state_changed_at = factory.SelfAttribute("created_at")
    confirmed_at = factory.LazyAttribute(lambda one: one.created_at if one.state in Finding.PUBLIC_STATES else None)
    state_reason = factory.LazyAttribute(lambda one: "Voici pourquoi." if one.state in Finding.NEGATIVE_STATES else "")
    verified_at = factory.LazyAttribute(lambda one: one.created_at if one.state == STATES.VERIFIED else None)
    fixed_in = factory.LazyAttribute(lambda one: "4.3" if one.state in (STATES.SAID_FIXED, STATES.VERIFIED) else "")

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        if kwargs["state"] in Finding.SENT_STATES:
            kwargs.setdefault("service", kwargs["trial"].campaign.answered_by)
            kwargs.setdefault("sent_at", kwargs["created_at"])
            kwargs.setdefault("answer_due_on", timezone.localdate(kwargs["created_at"]) + dt.timedelta(days=56))
        return kwargs

    @factory.post_generation
    def history(finding, create, extracted, **kwargs):
        if create:
            FindingStep.objects.create(
                finding=finding, at=finding.created_at, to_state=STATES.REPORTED, role=FindingStep.Role.TESTER
            )
