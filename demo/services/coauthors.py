"""What became of the texts of residents after they were sent: corrected, completed, made by several people."""

from datetime import timedelta

from accounts.models import User
from demo.clock import Clock
from participation.models import Addendum, CoAuthor, Proposal

# The proposal of the demonstration that was corrected, its first text, who joined its author, and what they added.
KEY = "reprendre"
FIRST_TITLE = "Reprendre une démarche plus tard"
FIRST_BODY = "Garder ce que j’ai écrit pendant une semaine.\nMe donner un lien par e-mail."
JOINED = ("gerard", "nadia")
ADDED = (
    "Au Neudorf, trois autres parents d’élèves ont perdu leur dossier de cantine cette semaine. Nous tenons la liste."
)


def add_what_came_later(clock: Clock, proposals: dict[str, Proposal], people: dict[str, User]) -> None:
    """Gives one proposal an earlier text, two co-authors and an addendum."""
    proposal = proposals[KEY]
    changed_at = (proposal.published_at or proposal.created_at) + timedelta(hours=3)
    proposal.versions.create(title=FIRST_TITLE, problem=proposal.problem, body=FIRST_BODY, replaced_at=changed_at)
    CoAuthor.objects.bulk_create(CoAuthor(proposal=proposal, user=people[key], since=changed_at) for key in JOINED)
    written_at = clock.ago(30, 18)
    read_at = clock.ago(29, 10)
    Addendum.objects.create(
        proposal=proposal,
        author=proposal.author,
        body=ADDED,
        state=Addendum.State.PUBLISHED,
        created_at=written_at,
        state_changed_at=read_at,
        published_at=read_at,
    )
    # Last, so that the index of search holds what was added.
    proposal.edited_at = changed_at
    proposal.save(update_fields=["edited_at"])
