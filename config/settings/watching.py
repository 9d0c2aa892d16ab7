"""Settings of who watches the site: errors that reach somebody, figures for programs (docs/operations.md)."""

from ipaddress import ip_network

from config.settings.environment import env

# Errors go to a service that speaks as Sentry does; else to this address, by mail, once an hour at most.
SENTRY_DSN = env.str("SENTRY_DSN", default="")
OPERATOR_EMAIL = env.str("OPERATOR_EMAIL", default="")

# Who may read /metrics: networks, with commas. Empty: nobody, and nothing is counted.
METRICS_NETWORKS = [ip_network(network) for network in env.list("METRICS_NETWORKS", default=[])]

if SENTRY_DSN:
    from config.sentry import start

    start(SENTRY_DSN)
