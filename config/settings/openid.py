"""Settings of a provider of identities by which people may sign in too; none without them (docs/accounts.md)."""

import environ

env = environ.Env()

OIDC_ISSUER = env.str("OIDC_ISSUER", default="")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
# What people call it: « Continuer avec … ».
OIDC_NAME = env.str("OIDC_NAME", default="")
OIDC_SCOPE = env.str("OIDC_SCOPE", default="openid email")
# How well it must have checked who somebody is: one of these values. Empty: it decides.
OIDC_ACR_VALUES = env.list("OIDC_ACR_VALUES", default=[])
# Refuse an address that is not signed.
OIDC_SIGNED_USER_INFO = env.bool("OIDC_SIGNED_USER_INFO", default=False)
# Where browsers go to sign in and out there: the content policy lets forms lead there, and nowhere else.
OIDC_ORIGINS = env.list("OIDC_ORIGINS", default=["/".join(OIDC_ISSUER.split("/")[:3])] if OIDC_ISSUER else [])
