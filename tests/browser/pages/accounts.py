"""Users of the audit list: accounts of the demonstration, and subscribers without an account."""

HABITANTE, MEMBRE = "habitante@comite.example", "membre@comite.example"
# Last user of the demonstration who may support a proposal.
SUPPORTER = "etienne@courriel.example"
# Co-author of a proposal with HABITANTE.
JOINED = "nadia@courriel.example"
REDACTION, SECRETARIAT = "redaction@comite.example", "secretariat@comite.example"
SERVICES, DESK = "services@comite.example", "accueil@comite.example"
MODERATION, ANIMATION = "moderation@comite.example", "animation@comite.example"
ADMINISTRATION = "admin@comite.example"
# Subscribers without an account: active, unsubscribing, unconfirmed.
READER, STOPPING, UNCONFIRMED = (f"{name}@courriel.example" for name in ("lectrice", "lecteur", "nouvelle-lectrice"))
# User who deletes the account, used by no other page.
LEAVING = "ursula@courriel.example"
# User with a second factor, used by no other page.
CAREFUL = "berenice@courriel.example"
