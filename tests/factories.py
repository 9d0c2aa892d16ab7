"""Factories of objects for tests. Tests pass the values that matter; the others have plausible defaults."""

import datetime as dt

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from wagtail.rich_text import RichText

from accounts.models import User
from cms.models import NewsIndexPage, NewsPage
from committee.models import Mandate, Member, ProgrammePage, Seat, SessionIndexPage, SessionPage, TopicPage
from inclusion.models import Place, PlaceReport
from participation.models import (
    Addendum,
    CallIndexPage,
    CallPage,
    CityService,
    CoAuthor,
    Comment,
    Discussion,
    Follow,
    OfficialAnswer,
    Proposal,
    ProposalStep,
)
from veille.models import ReadingItem, Source, Theme, VeilleEntryPage, VeilleIndexPage, item_key

# Before every moment that a test uses.
LONG_AGO = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@courriel.example")
    public_name = factory.Sequence(lambda n: f"Personne {n}")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.objects.create_user(*args, **kwargs)


class PageFactory(DjangoModelFactory):
    """Adds a page below the only page of the model `parent_model`."""

    class Meta:
        abstract = True

    parent_model = None

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        kwargs.pop("parent_model", None)
        return cls.parent_model.objects.get().add_child(instance=model_class(*args, **kwargs))

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        now = timezone.now()
        if kwargs.get("live", True):
            kwargs.setdefault("first_published_at", now)
            kwargs.setdefault("last_published_at", now)
        return kwargs


def _page_factory(model, parent, **defaults):
    """Returns a factory of pages of `model` below the only `parent` page of the tree."""
    attributes = {
        "Meta": type("Meta", (), {"model": model}),
        "parent_model": parent,
        "title": factory.Sequence(lambda n: f"Titre {n}"),
        **defaults,
    }
    return type(f"{model.__name__}Factory", (PageFactory,), attributes)


NewsPageFactory = _page_factory(NewsPage, NewsIndexPage, body=[("text", RichText("<p>Venez nombreux.</p>"))])
TopicPageFactory = _page_factory(
    TopicPage, ProgrammePage, number=factory.Sequence(lambda n: n + 1), question="Comment mieux faire ?"
)
SessionPageFactory = _page_factory(
    SessionPage,
    SessionIndexPage,
    slug=factory.LazyAttribute(lambda page: page.starts_at.date().isoformat()),
    starts_at=factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=14)),
    ends_at=factory.LazyAttribute(lambda page: page.starts_at + dt.timedelta(hours=2)),
    place="Centre administratif",
)


class SeatFactory(DjangoModelFactory):
    class Meta:
        model = Seat

    name = factory.Sequence(lambda n: f"Siège {n}")
    starts_on = LONG_AGO.date()
    order = factory.Sequence(lambda n: n)


class MemberFactory(DjangoModelFactory):
    class Meta:
        model = Member

    name = factory.Sequence(lambda n: f"Membre {n}")
    is_named = True


class MandateFactory(DjangoModelFactory):
    """Mandate of a new member on a new seat, begun long ago; for an office pass `seat=None`."""

    class Meta:
        model = Mandate

    member = factory.SubFactory(MemberFactory)
    seat = factory.SubFactory(SeatFactory)
    starts_on = LONG_AGO.date()


class CallPageFactory(PageFactory):
    """Call that takes proposals, unless `phase` or dates are given."""

    class Meta:
        model = CallPage

    parent_model = CallIndexPage
    title = factory.Sequence(lambda n: f"Titre {n}")

    @classmethod
    def _adjust_kwargs(cls, phase=CallPage.Phase.PROPOSALS, **kwargs):
        if beginning := CallPage.BEGINNINGS.get(phase):
            kwargs.setdefault(beginning, LONG_AGO)
        return super()._adjust_kwargs(**kwargs)


class ThemeFactory(DjangoModelFactory):
    class Meta:
        model = Theme

    name = factory.Sequence(lambda n: f"Thème {n}")
    slug = factory.Sequence(lambda n: f"theme-{n}")


VeilleEntryPageFactory = _page_factory(
    VeilleEntryPage,
    VeilleIndexPage,
    theme=factory.SubFactory(ThemeFactory),
    place="Nantes",
    year=2026,
    source_url="https://exemple.example/source",
    lesson="Nous pouvons en retenir une idée.",
)


class SourceFactory(DjangoModelFactory):
    class Meta:
        model = Source

    name = factory.Sequence(lambda n: f"Source {n}")
    feed_url = factory.Sequence(lambda n: f"http://source-{n}.example/flux")


class ReadingItemFactory(DjangoModelFactory):
    class Meta:
        model = ReadingItem

    source = factory.SubFactory(SourceFactory)
    key = factory.Sequence(lambda n: item_key(f"made here {n}"))
    title = factory.Sequence(lambda n: f"À lire {n}")
    url = factory.Sequence(lambda n: f"https://exemple.example/{n}")


class ProposalFactory(DjangoModelFactory):
    """Published proposal, unless `state` is given."""

    class Meta:
        model = Proposal
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Proposition {n}")
    problem = "Il y a un problème."
    body = "Voici une idée."
    author = factory.SubFactory(UserFactory)
    state = Proposal.State.PUBLISHED
    created_at = factory.LazyFunction(timezone.now)
    published_at = factory.LazyAttribute(
        lambda proposal: proposal.created_at if proposal.state in Proposal.PUBLIC_STATES else None
    )

    @factory.post_generation
    def history(proposal, create, extracted, **kwargs):
        """Creates the steps that the state of the row implies, unless `history=[…]` gives others."""
        if create:
            ProposalStep.objects.bulk_create(extracted if extracted is not None else steps_of(proposal))


def steps_of(proposal):
    """Returns the steps of reception, of publication and of the present state, each with its date."""
    Role = ProposalStep.Role
    known = [("recue", proposal.created_at, Role.AUTHOR)]
    if proposal.published_at:
        known.append(("publiee", proposal.published_at, Role.TEAM))
    if proposal.state != known[-1][0]:
        role = Role.AUTHOR if proposal.state == "retiree" else Role.TEAM
        known.append((proposal.state, proposal.state_changed_at or known[-1][1], role))
    befores = ["", *(state for state, _at, _role in known)]
    return [
        ProposalStep(proposal=proposal, from_state=before, to_state=state, at=at, role=role)
        for before, (state, at, role) in zip(befores, known, strict=False)
    ]


class CityServiceFactory(DjangoModelFactory):
    class Meta:
        model = CityService

    name = factory.Sequence(lambda n: f"Service {n}")
    contact_email = factory.Sequence(lambda n: f"service{n}@ville.example")


class CoAuthorFactory(DjangoModelFactory):
    class Meta:
        model = CoAuthor

    proposal = factory.SubFactory(ProposalFactory)
    user = factory.SubFactory(UserFactory)
    since = factory.LazyFunction(timezone.now)


class AddendumFactory(DjangoModelFactory):
    """Published addendum by the author of a published proposal."""

    class Meta:
        model = Addendum

    proposal = factory.SubFactory(ProposalFactory)
    author = factory.SelfAttribute("proposal.author")
    body = "Une précision."
    state = Addendum.State.PUBLISHED
    created_at = factory.LazyFunction(timezone.now)
    published_at = factory.LazyAttribute(
        lambda addendum: addendum.created_at if addendum.state == Addendum.State.PUBLISHED else None
    )


class OfficialAnswerFactory(DjangoModelFactory):
    """Published answer with its step in the history of the proposal; `status` sets another one."""

    class Meta:
        model = OfficialAnswer
        skip_postgeneration_save = True

    proposal = factory.SubFactory(ProposalFactory)
    decision = Proposal.State.ACCEPTED
    reasons = "Voici pourquoi."
    service = factory.SubFactory(CityServiceFactory)
    signed_as = "responsable du service"
    status = OfficialAnswer.Status.PUBLISHED
    published_at = factory.LazyAttribute(
        lambda answer: timezone.now() if answer.status == OfficialAnswer.Status.PUBLISHED else None
    )

    @factory.post_generation
    def trace(answer, create, extracted, **kwargs):
        if create and answer.is_published:
            Proposal.objects.filter(pk=answer.proposal_id).update(
                state=answer.decision, state_changed_at=answer.published_at, answered_at=answer.published_at
            )
            answer.proposal.refresh_from_db()


class DiscussionFactory(DjangoModelFactory):
    class Meta:
        model = Discussion

    proposal = factory.SubFactory(ProposalFactory)


class FollowFactory(DjangoModelFactory):
    """Explicit follow, begun long ago."""

    class Meta:
        model = Follow

    user = factory.SubFactory(UserFactory)
    discussion = factory.SubFactory(DiscussionFactory)
    source = Follow.Source.CHOSEN
    created_at = LONG_AGO


class CommentFactory(DjangoModelFactory):
    """Published comment on a published proposal."""

    class Meta:
        model = Comment

    discussion = factory.SubFactory(DiscussionFactory)
    body = "Bonne idée."
    author = factory.SubFactory(UserFactory)
    state = Comment.State.PUBLISHED
    created_at = factory.LazyFunction(timezone.now)
    published_at = factory.LazyAttribute(lambda comment: comment.created_at)


class PlaceFactory(DjangoModelFactory):
    """Public place of help in Strasbourg, open on weekdays."""

    class Meta:
        model = Place

    name = factory.Sequence(lambda n: f"Espace numérique {n}")
    commune, postal_code, insee_code = "Strasbourg", "67000", "67482"
    address = "1 rue de l’Exemple"
    latitude, longitude = 48.58, 7.75
    phone = "03 00 00 00 00"
    hours = "Mo-Fr 09:00-12:00,14:00-17:00"
    services = ("Aide aux démarches administratives",)
    fees = ("Gratuit",)
    published_at = LONG_AGO


class PlaceReportFactory(DjangoModelFactory):
    class Meta:
        model = PlaceReport

    place = factory.SubFactory(PlaceFactory)
    text = "Le numéro de téléphone ne répond plus."
    created_at = factory.LazyFunction(timezone.now)
