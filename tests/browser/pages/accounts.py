"""Who looks: accounts of the demonstration, and readers of the letter without one."""

HABITANTE, MEMBRE = "habitante@comite.example", "membre@comite.example"
# The last one whom the demonstration lets support a proposal.
SUPPORTER = "etienne@courriel.example"
# One who makes a proposal with HABITANTE.
JOINED = "nadia@courriel.example"
REDACTION, SECRETARIAT = "redaction@comite.example", "secretariat@comite.example"
SERVICES, DESK = "services@comite.example", "accueil@comite.example"
MODERATION, ANIMATION = "moderation@comite.example", "animation@comite.example"
ADMINISTRATION = "admin@comite.example"
# Readers of the letter without an account: one who stays, one who stops, one who has not confirmed yet.
READER, STOPPING, UNCONFIRMED = (f"{name}@courriel.example" for name in ("lectrice", "lecteur", "nouvelle-lectrice"))
# One who deletes the account, and whom no other page needs.
LEAVING = "ursula@courriel.example"
# One who has a second factor, and whom no other page needs.
CAREFUL = "berenice@courriel.example"
