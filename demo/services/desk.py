"""What people came to say at a desk, said by phone or wrote on paper, entered by an agent."""

import uuid
from datetime import timedelta

from accounts.models import User
from cms.models import SiteConfiguration
from common.markdown import french
from common.origins import Origin
from demo.clock import Clock
from participation.models import CallPage, Comment, Proposal
from participation.services.desk import Sender, enter_comment, enter_proposal
from participation.services.moderation import moderate

DESKS = """Au centre administratif, 1 parc de l’Étoile, du lundi au vendredi, de 8 h 30 à 17 h 30.
Ou dans une mairie de quartier."""


def load(clock: Clock, people: dict[str, User]) -> None:
    """Enters a proposal at a desk and a comment by phone, both published, and a comment on paper that waits."""
    SiteConfiguration.objects.update(desk_address=french(DESKS))
    agent, moderator, now = people["accueil"], people["moderation"], clock.now
    call = CallPage.objects.accepting_proposals(now).order_by("pk").first()
    if call is None:
        return
    entry, _code = enter_proposal(
        agent=agent,
        sender=Sender("Germaine S.", "", Origin.DESK, clock.ago(2, 9)),
        call=call,
        title=french("Écrire en plus gros sur les bornes des mairies"),
        problem=french("Je ne vois pas bien. Sur les bornes, les lettres sont trop petites."),
        body=french("Mettre un bouton pour agrandir le texte, à la même place sur toutes les bornes."),
        topic=None,
        district="",
        key=uuid.uuid4(),
        now=clock.ago(2, 10),
    )
    published = moderate(
        text=entry.proposal or Proposal(), state=Proposal.State.PUBLISHED, moderator=moderator, now=clock.ago(1, 10)
    )
    for name, origin, text in (
        ("Roger B.", Origin.PHONE, "J’ai le même souci. J’ai dû demander à mon voisin."),
        ("Simone K.", Origin.PAPER, "Il faudrait aussi pouvoir s’asseoir devant la borne."),
    ):
        said, _code = enter_comment(
            agent=agent,
            sender=Sender(name, "", origin, clock.ago(1, 11)),
            discussion=published.discussion,
            body=french(text),
            key=uuid.uuid4(),
            now=clock.ago(1, 11) + timedelta(minutes=5),
        )
        if origin == Origin.PHONE:
            moderate(text=said.comment or Comment(), state=Comment.State.PUBLISHED, moderator=moderator, now=now)
