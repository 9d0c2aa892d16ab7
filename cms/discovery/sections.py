"""Sections of the site, declared once, for the menu, the hubs, the foot of the pages, the site map and the search.

A section belongs to one of the six doors of the menu, to the tools beside them, or to a list in the foot of the pages.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PARTICIPATE, RESULTS, COMMITTEE, HELP = "home:participate", "home:results", "/le-comite/", "inclusion:places"
NEWS, WATCH = "/actualites/", "/veille/"
# Lists beside those of the doors: tools in the head, and two columns in the foot.
TOOLS, SITE, RIGHTS = "tools", "site", "rights"


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the site. `target` is the address of a page of editors, or the name of a view.

    `door` is the target of its door, or the name of its list. `words` are further words by which a search finds it;
    `also` are other beginnings of addresses that belong to it. A section without a tile is in no hub and no foot.
    """

    name: str | Promise
    target: str
    door: str
    summary: str | Promise = ""
    pictogram: str = ""
    family: str = ""
    words: str = ""
    also: tuple[str, ...] = ()
    has_tile: bool = True

    @property
    def is_page(self) -> bool:
        """Whether editors write it, and may leave it unpublished."""
        return self.target.startswith("/")

    @property
    def url(self) -> str:
        return self.target if self.is_page else reverse(self.target)

    @property
    def is_door(self) -> bool:
        return self.door == self.target


SECTIONS = (
    Section(
        name=_("Take part"),
        target=PARTICIPATE,
        door=PARTICIPATE,
        summary=_("What is open now: calls, polls, trials and surveys."),
        pictogram="ideas",
        family="participation",
        words="participer participation contribuer agir donner son avis en cours ouvert",
    ),
    Section(
        name=_("Proposals"),
        target="/propositions/",
        door=PARTICIPATE,
        summary=_("Read the ideas of residents, support them, follow what becomes of them."),
        pictogram="ideas",
        family="participation",
        words="idées suggestions soutenir discussions débattre commentaires",
        also=("/discussions/",),
    ),
    Section(
        name=_("Calls for proposals"),
        target="/propositions/appels/",
        door=PARTICIPATE,
        summary=_("The questions of the committee to the residents."),
        words="appel à idées",
        has_tile=False,
    ),
    Section(
        name=_("Map of the proposals"),
        target="participation:proposal_map",
        door=PARTICIPATE,
        summary=_("The proposals, by district and commune."),
        words="carte des propositions près de chez moi",
        has_tile=False,
    ),
    Section(
        name=_("Make a proposal"),
        target="participation:deposit_start",
        door=PARTICIPATE,
        summary=_("Tell an idea or a problem, in a few minutes."),
        words="déposer une idée proposer écrire une proposition faire une proposition signaler un problème",
        has_tile=False,
    ),
    Section(
        name=_("Polls"),
        target="polls:list",
        door=PARTICIPATE,
        summary=_("Answer in a minute, and see the results."),
        pictogram="data",
        family="figures",
        words="sondage voter vote questionnaire donner mon avis résultats des sondages",
    ),
    Section(
        name=pgettext_lazy("place", "Trials"),
        target="/essais/",
        door=PARTICIPATE,
        summary=_("Try a service of the city, and say what does not work."),
        pictogram="tick",
        family="services",
        words="essai tester test testeur bug panne constats problèmes trouvés campagne",
    ),
    Section(
        name=_("Field surveys"),
        target="/enquetes/",
        door=PARTICIPATE,
        summary=_("The committee asks people where they are."),
        pictogram="survey",
        family="participation",
        words="enquête terrain répondre à une enquête sorties feuille numérotée",
    ),
    Section(
        name=_("Suggest an example"),
        target="veille:suggest",
        door=PARTICIPATE,
        summary=_("You saw something useful in another city: tell us."),
        pictogram="watch",
        family="elsewhere",
        words="suggérer un exemple proposer un exemple bonne idée ailleurs",
    ),
    Section(
        name=_("News"),
        target=NEWS,
        door=NEWS,
        summary=_("What the committee does, week by week."),
        pictogram="megaphone",
        words="nouvelles articles informations dernières nouvelles",
    ),
    Section(
        name=_("Receive the letter"),
        target="digests:subscribe",
        door=NEWS,
        summary=_("The news by e-mail, as often as you like."),
        words="lettre newsletter abonnement s'abonner recevoir les nouvelles infolettre e-mail courriel inscription",
        also=("/lettre/",),
        has_tile=False,
    ),
    Section(
        name=_("Letters of the committee"),
        target="digests:archives",
        door=NEWS,
        summary=_("Read the letters that have left."),
        words="anciennes lettres archives de la lettre",
        has_tile=False,
    ),
    Section(
        name=pgettext_lazy("menu", "Watch"),
        target=WATCH,
        door=WATCH,
        summary=_("What other cities do well."),
        pictogram="watch",
        family="elsewhere",
        words="veille exemples inspirants inspiration ailleurs autres villes bonnes pratiques",
    ),
    Section(
        name=_("Comparison"),
        target="veille:comparison",
        door=WATCH,
        summary=_("The same questions, asked of several cities."),
        pictogram="benchmark",
        family="elsewhere",
        words="comparatif comparer métropoles villes benchmark comparaison Rennes Nantes Lyon Paris",
    ),
    Section(
        name=_("Sources"),
        target="veille:sources",
        door=WATCH,
        summary=_("What the committee reads regularly."),
        pictogram="watch",
        family="elsewhere",
        words="sources sites suivis flux opml",
    ),
    Section(
        name=_("Results"),
        target=RESULTS,
        door=RESULTS,
        summary=_("What the committee works on, what it decides, what changes."),
        pictogram="indicators",
        family="figures",
        words="résultats suites avancement ce qui avance bilan",
    ),
    Section(
        name=_("Work programme"),
        target="/le-comite/programme/",
        door=RESULTS,
        summary=_("The topics of the committee, and where each one stands."),
        pictogram="procedures",
        family="services",
        words="programme de travail sujets priorités étapes livrables calendrier feuille de route",
    ),
    Section(
        name=_("Decisions"),
        target="committee:register",
        door=RESULTS,
        summary=_("The register of all that the committee decided."),
        pictogram="debate",
        words="registre des décisions avis votes délibérations",
    ),
    Section(
        name=_("Indicators"),
        target="indicators:indicators",
        door=RESULTS,
        summary=_("Figures that are followed year after year."),
        pictogram="data",
        family="figures",
        words="indicateur chiffres mesures statistiques données suivies évaluation",
    ),
    Section(
        name=_("Reports of the year"),
        target="indicators:restitutions",
        door=RESULTS,
        summary=_("What the committee did, year by year."),
        pictogram="indicators",
        family="figures",
        words="restitution restitutions bilan bilans rapport annuel rapport d'activité compte rendu annuel",
    ),
    Section(
        name=_("Who takes part?"),
        target="indicators:representativeness",
        door=RESULTS,
        summary=_("The people who take part, beside the population."),
        pictogram="inclusion",
        family="inclusion",
        words="représentativité qui participe diversité âge quartiers parité trois questions",
    ),
    Section(
        name=_("Broken chains"),
        target="participation:broken_chains",
        door=RESULTS,
        summary=_("The proposals without an answer or without a follow-up."),
        words="chaînes interrompues sans réponse en retard",
        has_tile=False,
    ),
    Section(
        name=pgettext_lazy("menu", "Get help"),
        target=HELP,
        door=HELP,
        summary=_("Places where somebody helps you with the digital, near you."),
        pictogram="inclusion",
        family="inclusion",
        words="aide numérique lieu d'aide espace public numérique france services conseiller numérique wifi"
        " ordinateur imprimante scanner médiathèque accompagnement démarches en ligne internet",
    ),
    Section(
        name=_("Workshops"),
        target="inclusion:workshops",
        door=HELP,
        summary=_("Learn with others, free of charge."),
        pictogram="inclusion",
        family="inclusion",
        words="ateliers atelier cours formation apprendre s'inscrire dates",
    ),
    Section(
        name=_("Learn at home"),
        target="inclusion:resources",
        door=HELP,
        summary=_("Videos, guides and exercises, chosen for you."),
        pictogram="procedures",
        family="services",
        words="ressources apprendre tutoriels vidéos guides exercices chez soi",
    ),
    Section(
        name=_("The committee"),
        target=COMMITTEE,
        door=COMMITTEE,
        summary=_("What it is for, who sits on it, how it decides."),
        words="comité missions comité d'usagers rejoindre candidater devenir membre",
    ),
    Section(
        name=_("Members"),
        target="/le-comite/membres/",
        door=COMMITTEE,
        summary=_("Who sits on the committee."),
        pictogram="inclusion",
        family="inclusion",
        words="membres composition qui siège élus collèges représentants",
    ),
    Section(
        name=_("Sessions"),
        target="/le-comite/seances/",
        door=COMMITTEE,
        summary=_("Dates, agendas and minutes."),
        pictogram="debate",
        words="séances réunions compte rendu comptes rendus ordre du jour prochaine séance agenda calendrier",
    ),
    Section(name=_("Search"), target="home:search", door=TOOLS, words="chercher recherche moteur"),
    Section(
        name=_("My account"),
        target="accounts:home",
        door=TOOLS,
        summary=_("Sign in, your name, your e-mails, your data."),
        words="compte se connecter connexion créer un compte mot de passe oublié identifiant code supprimer mon compte",
        also=("/membres/invitations/",),
    ),
    Section(
        name=_("Members’ area"),
        target="committee:area",
        door=TOOLS,
        summary=_("For the members of the committee."),
        words="espace des membres convocations",
    ),
    Section(
        name=_("Reach us"),
        target="/contact/",
        door=TOOLS,
        summary=_("By telephone, by e-mail or by post."),
        words="contact nous joindre contacter téléphone adresse appeler écrire au comité message courriel",
    ),
    Section(
        name=_("Help"),
        target="/aide/",
        door=SITE,
        summary=_("How this site works."),
        words="aide du site mode d'emploi comment faire questions fréquentes faq mot de passe oublié",
    ),
    Section(
        name=_("Easy to read"),
        target="/facile-a-lire/",
        door=SITE,
        summary=_("The site in short sentences."),
        words="falc facile à lire et à comprendre handicap simple",
    ),
    Section(
        name=pgettext_lazy("foot of the page", "Rules"),
        target="/regles/",
        door=SITE,
        summary=_("What may be written here, and who watches over it."),
        words="règles charte modération conditions d'utilisation",
    ),
    Section(
        name=_("Open data"),
        target="home:open_data",
        door=SITE,
        summary=_("The data of the committee, free to be used again."),
        words="données ouvertes open data api csv json téléchargement réutiliser statistiques",
        also=("/api/",),
    ),
    Section(
        name=_("Register of moderation"),
        target="participation:moderation_register",
        door=SITE,
        summary=_("The texts that were refused or removed, and why."),
        words="modération textes retirés signalements",
        has_tile=False,
    ),
    Section(
        name=_("Colours of this site"),
        target="colours",
        door=SITE,
        summary=_("Light, dark, or as your device."),
        words="couleurs thème sombre mode nuit contraste clair",
    ),
    Section(
        name=_("Site map"),
        target="home:site_map",
        door=SITE,
        summary=_("All the pages of this site, by section."),
        words="plan du site sommaire toutes les pages",
    ),
    Section(
        name=_("Accessibility"),
        target="/accessibilite/",
        door=RIGHTS,
        words="handicap accessibilité rgaa lecteur d'écran malvoyant sourd",
    ),
    Section(
        name=_("Personal data"),
        target="/donnees-personnelles/",
        door=RIGHTS,
        words="rgpd vie privée confidentialité cookies",
    ),
    Section(
        name=_("Legal notice"),
        target="/mentions-legales/",
        door=RIGHTS,
        words="mentions légales éditeur hébergeur",
    ),
    Section(
        name=_("Ecodesign"),
        target="/ecoconception/",
        door=RIGHTS,
        words="écoconception empreinte carbone sobriété",
    ),
    Section(
        name=_("Stop the e-mails"),
        target="digests:unsubscribe_help",
        door=RIGHTS,
        summary=_("No more letter, or fewer e-mails."),
        words="se désabonner désinscription désinscrire arrêter la lettre ne plus recevoir newsletter spam",
    ),
)
