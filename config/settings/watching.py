"""Monitoring settings: error reports and metrics (docs/operations.md)."""

from ipaddress import ip_network

from config.settings.environment import env

# Errors are sent to a service with the Sentry protocol, or else to this address by mail, at most once an hour.
SENTRY_DSN = env.str("SENTRY_DSN", default="")
OPERATOR_EMAIL = env.str("OPERATOR_EMAIL", default="")

# Networks that may read /metrics, comma-separated. Empty: none, and nothing is counted.
METRICS_NETWORKS = [ip_network(network) for network in env.list("METRICS_NETWORKS", default=[])]

if SENTRY_DSN:
    from config.sentry import start

    start(SENTRY_DSN)
