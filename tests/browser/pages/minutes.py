"""Minutes of a session from the draft to the register, and the handover, as used by their authors."""

from tests.browser.pages.accounts import HABITANTE, MEMBRE, SECRETARIAT
from tests.browser.pages.audited import ERROR, Audited, choose_none, fill, first, press
from tests.browser.pages.rows import approval_of_minutes, approved_minutes, minutes_page

MINUTES = (
    Audited("minutes of the sessions", "/membres/comptes-rendus/", None, "Ouvert aux corrections", MEMBRE),
    Audited("minutes to correct", minutes_page(), None, "Proposer une correction", MEMBRE),
    Audited("minutes to correct, errors", minutes_page(), press("Envoyer ma correction"), ERROR, MEMBRE),
    Audited("minutes to write", minutes_page("write_"), None, "Décision 1", MEMBRE),
    Audited(
        "minutes to write, errors",
        minutes_page("write_"),
        first(fill(text=""), press("Enregistrer le compte rendu")),
        ERROR,
        MEMBRE,
    ),
    Audited("minutes to open", minutes_page("open_"), viewer=MEMBRE),
    Audited(
        "minutes to open, errors",
        minutes_page("open_"),
        first(fill(until="2020-01-01"), press("Ouvrir aux corrections")),
        ERROR,
        MEMBRE,
    ),
    Audited("correction to decide", minutes_page("corrections"), viewer=MEMBRE),
    Audited("correction to decide, errors", minutes_page("corrections"), press("Envoyer la décision"), ERROR, MEMBRE),
    Audited("minutes that cannot be approved yet", minutes_page("approve_"), viewer=SECRETARIAT),
    Audited("minutes to approve", approval_of_minutes, viewer=SECRETARIAT),
    Audited(
        "minutes to approve, errors",
        approval_of_minutes,
        first(choose_none("approved_in"), press("Approuver et publier")),
        ERROR,
        SECRETARIAT,
    ),
    Audited("minutes approved", approved_minutes, None, "ne change plus", MEMBRE),
    Audited("minutes, not of the committee", minutes_page(), viewer=HABITANTE, status=403),
    Audited("handover", "/membres/passation/", None, "Qui exerce quelle fonction", SECRETARIAT),
    Audited("words to remove", "/membres/registre/2/retirer/", viewer=SECRETARIAT),
    Audited("words to remove, errors", "/membres/registre/2/retirer/", press("Retirer ce texte"), ERROR, SECRETARIAT),
)
