"""The news of the demonstration."""

from dataclasses import dataclass

from wagtail.models import Page

from cms.models import NewsIndexPage, NewsPage
from common.markdown import body, french
from demo import pictures
from demo.clock import Clock
from home.services.publishing import publish_under
from participation.models import Proposal, ProposalInNews


@dataclass(frozen=True)
class NewsText:
    """`days_ago` is counted from the loading; `about` is the address of a page, `proposal` the title of one.

    `picture` is the name of one of `demo.pictures`.
    """

    slug: str
    title: str
    days_ago: int
    introduction: str
    body: str
    about: str = ""
    proposal: str = ""
    picture: str = ""


NEWS = (
    NewsText(
        "ateliers-du-samedi-premiere-date",
        "Ateliers du samedi : une première date",
        2,
        "Une habitante l’a proposé, le comité l’a défendu : un premier atelier ouvre un samedi matin.",
        """
        Beaucoup de personnes travaillent en semaine. Elles ne peuvent pas venir aux ateliers du mardi. Une médiathèque
        ouvre donc ses portes un samedi par mois, de 10 h à 12 h.

        ## Ce qu’on y fait

        - Créer une adresse e-mail.
        - Faire une démarche avec quelqu’un à côté de soi.
        - Poser ses questions, sans rendez-vous.

        ## Comment venir

        C’est gratuit. Apportez votre téléphone, ou venez les mains vides : il y a des ordinateurs. Pour connaître la
        date, appelez-nous. Notre numéro est en bas de chaque page.
        """,
        "/le-comite/programme/inclusion-numerique/",
        "Des ateliers le samedi matin dans les médiathèques",
        picture="atelier-autour-d-une-table",
    ),
    NewsText(
        "nouvel-appel-demarches-en-ligne",
        "Dites-nous ce qui bloque dans vos démarches en ligne",
        9,
        "Un appel est ouvert pendant six semaines encore. Chaque proposition recevra une réponse.",
        """
        Vous avez commencé une démarche sur internet, et vous n’êtes pas allé au bout ? Racontez-nous. Dites aussi ce
        qui aurait aidé.

        ## Comment faire

        1. Ouvrez la page [Appels à propositions](/propositions/appels/).
        2. Choisissez l’appel sur les démarches.
        3. Écrivez votre idée. Cinq minutes suffisent.

        ## Et après

        Une personne lit votre proposition avant de la publier. Puis le comité l’étudie, et vous répond à la date
        annoncée.
        """,
        "/propositions/appels/demarches-en-ligne/",
    ),
    NewsText(
        "duree-des-demarches-affichee",
        "La durée des démarches est affichée",
        24,
        "Le comité l’avait demandé. Avant de commencer, vous savez combien de temps cela prend.",
        """
        Cinq minutes ou une demi-heure ? Avant, on ne le savait pas. La durée est désormais écrite sur la première page
        de chaque démarche, avec la liste des papiers à préparer.

        Cette idée vient d’une proposition d’un habitant du Neudorf. Elle a reçu le soutien de nombreuses personnes.

        ## Ce qui reste à faire

        Les durées sont des estimations. Dans six mois, le comité les comparera avec la réalité.
        """,
        "/le-comite/programme/monstrasbourg-eu/",
        "Dire combien de temps prend chaque démarche",
        picture="duree-d-une-demarche",
    ),
    NewsText(
        "un-mardi-a-la-permanence",
        "Un mardi à la permanence de la Meinau",
        45,
        "Deux membres du comité ont passé une après-midi dans un lieu d’aide. Voici ce qu’ils ont appris.",
        """
        Il est 14 h. Six personnes attendent déjà. La première veut une attestation. La deuxième a perdu son mot de
        passe. La troisième a reçu un e-mail étrange, et elle a bien fait de demander.

        ## Ce que nous retenons

        - Les gens viennent pour une démarche, et reviennent pour apprendre.
        - Le mot de passe est le premier obstacle.
        - Une affiche à l’entrée aide plus qu’une page internet.

        Merci aux personnes qui nous ont laissé regarder.
        """,
        "/le-comite/programme/inclusion-numerique/",
    ),
    NewsText(
        "compte-rendu-en-une-page",
        "Nos comptes rendus tiennent en une page",
        80,
        "Vous nous l’avez dit : nos textes étaient trop longs. Nous avons changé notre façon d’écrire.",
        """
        Un compte rendu commence maintenant par « Ce qui a été décidé ». Le reste vient après, pour qui veut en savoir
        plus.

        ## Nos trois règles

        - Une idée par phrase.
        - Des mots que tout le monde connaît.
        - Pour chaque décision : qui, et quand.

        Dites-nous si c’est mieux. Vous pouvez nous [écrire](/contact/), ou le dire à une séance.
        """,
        "/le-comite/seances/2019-10-14/",
    ),
    NewsText(
        "bienvenue-sur-le-site-du-comite",
        "Bienvenue sur le site du comité",
        120,
        "Suivre nos séances, proposer une idée, voir ce qu’elle devient : tout est ici.",
        """
        Ce site appartient au comité. Il sert à trois choses.

        - **Savoir** : les séances, les comptes rendus, les décisions.
        - **Proposer** : vos idées, et les réponses qu’elles reçoivent.
        - **Apprendre** : ce que d’autres villes font bien.

        Vous pouvez tout lire sans compte. Pour écrire, une adresse e-mail suffit. Pas besoin de mot de passe.

        Si vous préférez le téléphone ou le papier, c’est possible aussi. La page [Aide](/aide/) explique comment.
        """,
        picture="maisons-sur-le-quai",
    ),
)


def load(clock: Clock) -> None:
    """Publishes the news, the oldest first, as the committee would have done."""
    parent = NewsIndexPage.objects.get()
    for text in reversed(NEWS):
        page = NewsPage(
            slug=text.slug,
            title=french(text.title),
            introduction=french(text.introduction),
            image=pictures.make(text.picture) if text.picture else None,
            body=body(text.body),
            related_page=Page.objects.filter(url_path=f"/home{text.about}").first() if text.about else None,
        )
        told = Proposal.objects.published().filter(title=text.proposal) if text.proposal else []
        page.proposals_told = [ProposalInNews(proposal=proposal) for proposal in told]  # type: ignore[misc]
        publish_under(parent, page, clock.ago(text.days_ago, 9))
