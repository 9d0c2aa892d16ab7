"""Page with each component in all its states, for designers and for the tests of pages.

It uses the templates of the site, with invented content that is not for readers.
"""

from datetime import datetime
from types import SimpleNamespace as Made
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.messages import constants as levels
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.models import CustomImage
from committee.models import Pictogram, SessionPage
from committee.models.portraits import Portrait
from common.differences import mark
from common.filters import ListFilters
from home.views.sample_charts import CHARTS
from participation.models import Comment
from participation.queries.timeline import TimelineStep

DAY = datetime(2018, 11, 15, 18, 0, tzinfo=timezone.get_default_timezone())
LATE = datetime(2018, 10, 1, 9, 0, tzinfo=timezone.get_default_timezone())
CHANGED = datetime(2018, 12, 1, 9, 0, tzinfo=timezone.get_default_timezone())

SECTIONS = [
    {"anchor": "boutons", "title": "Boutons"},
    {"anchor": "etats", "title": "États et rôles"},
    {"anchor": "portraits", "title": "Portraits"},
    {"anchor": "messages", "title": "Messages"},
    {"anchor": "cartes", "title": "Cartes"},
    {"anchor": "seance", "title": "Séance"},
    {"anchor": "frise", "title": "Frise et réponse"},
    {"anchor": "soutien-et-avis", "title": "Soutien et commentaires"},
    {"anchor": "listes", "title": "Filtres, listes et pages"},
    {"anchor": "chiffres", "title": "Chiffres"},
    {"anchor": "bilan", "title": "Noms d’une année"},
    {"anchor": "graphiques", "title": "Graphiques"},
    {"anchor": "etapes", "title": "Étapes"},
    {"anchor": "verifier", "title": "Réponses à vérifier"},
    {"anchor": "formulaires", "title": "Formulaires"},
    {"anchor": "texte", "title": "Texte"},
    {"anchor": "couleurs", "title": "Couleurs"},
]

MARKED = mark("Aider les personnes à scanner", "Aider les voisins à scanner leurs documents")

BADGES = [
    *(
        ("waiting", "Reçue"),
        ("partly", "À l’étude"),
        ("ongoing", "En cours"),
        ("yes", "Acceptée"),
        ("no", "Non retenue"),
    ),
    ("outline", "Regroupée"),
]

NOTICES = [
    ("info", "Le compte rendu sera publié ici au plus tard le 30 novembre 2018."),
    ("ok", "Votre commentaire est envoyé. Une personne le lira au plus tard le 14 novembre."),
    ("warning", "Ce commentaire n’est plus affiché. Vous seul le voyez."),
    ("error", "Cette séance est annulée."),
]

ALERT = {"alert_text": "La séance de ce soir est reportée.", "alert_link": ("#messages", "La nouvelle date")}

PICTOGRAMS = [(pictogram.family, pictogram.value) for pictogram in Pictogram]
ANSWERS = [
    {
        "id": "oui",
        "heading": "Réponse officielle",
        "decision": "Acceptée",
        "kind": "yes",
        "day": DAY,
        "next_steps": "Le premier scanner arrive en mars.",
        "signature": "Réseau des médiathèques, responsable du réseau",
    },
    {"id": "non", "heading": "Premier retour du service", "decision": "Non retenue", "kind": "no", "day": DAY},
]
CARDS: list[dict[str, Any]] = [
    {"title": "Aider les personnes âgées à scanner leurs documents", "kind": "partly", "label": "À l’étude"},
    {"title": "Une carte avec son texte", "text": "Un atelier par mois le samedi matin.", "meta": "Rennes · 2021"},
    {"title": "Une carte avec sa date", "before": "Réponse du", "day": DAY},
]

VERSIONS = [
    Made(
        number=3,
        since=DAY,
        is_current=True,
        is_hidden=False,
        is_compared=True,
        fields=[Made(label="Titre", text=MARKED)],
    ),
    Made(number=2, since=LATE, is_current=False, is_hidden=True, is_compared=True, fields=[]),
]

STEPS = [
    TimelineStep(label="Reçue", kind="done", at=LATE),
    TimelineStep(label="Étudiée", kind="current", at=DAY),
    TimelineStep(label="Réponse du comité", kind="future", due=LATE, is_late=True),
    TimelineStep(label="Réalisée", kind="future", due=DAY),
]


def comment(number: int, **values: Any) -> Made:
    """Returns a published comment, with `values` replacing its own."""
    return Made(
        **{
            "anchor": f"exemple-{number}",
            "body": "Bonne idée. Il faudrait aussi un scanner à la médiathèque.",
            "state": Comment.State.PUBLISHED,
            "state_reason": "",
            "State": Comment.State,
            "state_changed_at": DAY,
            "created_at": DAY,
            "display_name": "Odile M.",
            "handed_in": "",
            "was_changed": False,
            "position": 0,
            "Position": Comment.Position,
            "is_published": values.get("state", Comment.State.PUBLISHED) == Comment.State.PUBLISHED,
            "is_removed": False,
            "is_withdrawn": False,
            "is_missing": False,
            "reply_url": "/propositions/",
            "report_url": "/contact/",
            "edit_url": "/propositions/",
            "withdraw_url": "/propositions/",
            **values,
        }
    )


def node(shown: Made, **values: Any) -> Made:
    """Returns a comment as a node of its discussion."""
    return Made(
        **{
            "comment": shown,
            "by_member": False,
            "by_team": False,
            "can_edit": False,
            "can_withdraw": False,
            "mentioned": [],
            "is_own": False,
            "answered_name": "",
            "due": None,
            "replies": [],
            **values,
        }
    )


def discussion() -> Made:
    """Returns a discussion with each kind of comment."""
    removed = {"is_removed": True, "state": Comment.State.REFUSED}
    by_phone = comment(2, display_name="Sylvie R.", handed_in="par téléphone")
    changed = comment(7, display_name="Équipe", was_changed=True, edited_at=CHANGED)
    replies = [
        node(by_phone, by_member=True, answered_name="Odile M."),
        node(comment(3, **removed)),
        node(changed, by_team=True),
    ]
    threads = [
        node(comment(1, position=Comment.Position.FOR), replies=replies),
        node(comment(4, position=Comment.Position.AGAINST, display_name="")),
        node(comment(5, state=Comment.State.RECEIVED), is_own=True, due=DAY),
        node(comment(6, state_reason="Il donne une adresse.", **removed), is_own=True),
    ]
    page = Paginator(threads, 10).page(1)
    about = Made(comment_count=7, comment_url="/propositions/")
    return Made(threads=threads, is_open=True, form=None, page=page, discussion=about)


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label="Titre", error_messages={"required": "Écrivez un titre pour votre proposition"})
    email = forms.EmailField(
        label="Votre e-mail",
        help_text="Pour recevoir la réponse. Il n’est jamais affiché.",
        error_messages={"invalid": "Écrivez votre e-mail, par exemple odile@courriel.example"},
    )
    text = forms.CharField(
        label="Que proposez-vous ?",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Dites ce que vous proposez"},
    )
    district = forms.ChoiceField(
        label="Quartier (facultatif)", choices=[("", "Aucun en particulier"), ("gare", "Gare")], required=False
    )
    topic = forms.ChoiceField(
        label="De quel sujet s’agit-il ?",
        choices=[("aide", "L’aide au numérique"), ("autre", "Je ne sais pas")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un sujet"},
    )
    days = forms.MultipleChoiceField(
        label="Quels jours vous vont ?",
        choices=[("mardi", "Le mardi"), ("samedi", "Le samedi")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    rules = forms.BooleanField(
        label="J’ai lu les règles", error_messages={"required": "Cochez la case pour dire que vous les avez lues"}
    )


class SampleFilters(ListFilters):
    """Fields of a list's filters."""

    words = forms.CharField(label="Mots", required=False)
    state = forms.ChoiceField(label="État", required=False)


def portraits() -> dict[str, Any]:
    """Returns the drawings to choose from, and a member with a photo."""
    photo = CustomImage.objects.published().first()
    return {"portraits": Portrait.choices, "photographed": Made(shown_photo=photo) if photo else None}


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Shows each component in all its states. 404 if `COMPONENTS_PAGE` is off."""
    if not settings.COMPONENTS_PAGE:
        raise Http404
    invalid_form = SampleForm({"faux-email": "odile"}, prefix="faux")
    context = {
        "sections": SECTIONS,
        "badges": BADGES,
        "notices": NOTICES,
        "alert": ALERT,
        "messages": [Message(levels.SUCCESS, "C’est enregistré."), Message(levels.ERROR, "Rien n’a changé.")],
        "cards": CARDS,
        "active_filters": [Made(label="Thème", value="transparence", remove_query="")],
        "pictograms": PICTOGRAMS,
        "session": SessionPage.objects.published().first(),
        "agenda": ["Bilan de l’inscription à la crèche", "Vote du programme de travail"],
        "steps": STEPS,
        "answers": ANSWERS,
        "proposal": Made(pk=1, support_count=128, imported_support_count=12),
        "versions": VERSIONS,
        "supports_open": True,
        "can_support": True,
        "thread_list": discussion(),
        "filters": SampleFilters(QueryDict(), {"state": [("", "Tous les états")]}),
        "page_obj": Paginator(range(30), 10).page(2),
        "figures": [("Sujets en cours", 4), ("Sujets à venir", 3), ("Sujets terminés", 3)],
        "charts": CHARTS,
        "key_figure": {
            "indicator": None,
            "value": "38 %",
            "meaning": "des internautes manquent d’une compétence de base",
            "source": "Insee",
        },
        "progress": [(0, 3), (1, 3), (3, 3), (2, 5), (7, 7)],
        "form": invalid_form,
        "blank": SampleForm(prefix="vide"),
        "quote": {"text": "Je n’ai plus à revenir trois fois.", "author": "Odile M., du quartier de la gare"},
        "highlight": {"text": "Chaque proposition reçoit une réponse."},
        "image": CustomImage.objects.published().first(),
    }
    return render(request, "home/components.html", context | portraits())
