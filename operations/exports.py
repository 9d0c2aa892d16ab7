"""Prometheus metrics: requests of all web processes of this machine, and state of the site from the database."""

import os
from collections.abc import Iterator

from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess, values
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import REGISTRY, Collector

from mailing.ticking import TickState
from operations.queries import figures, version
from operations.services.shared_media import MediaCheck, seen

SLOT = "WEB_SLOT"

if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
    # One file per worker slot, not per process: gunicorn replaces processes all day (`config.gunicorn`).
    values.ValueClass = values.MultiProcessValue(process_identifier=lambda: os.environ.get(SLOT) or os.getpid())

REQUESTS = Histogram(
    "comite_request_seconds",
    "Time that an answer took, by method and status",
    ["method", "status"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
ERRORS = Counter("comite_request_errors", "Requests that ended with an error of the site (status 500 or above)")


class SiteCollector(Collector):
    """Collector of metrics from the database."""

    def collect(self) -> Iterator[Metric]:
        current = figures(now=timezone.now())
        moments = (
            ("comite_tick_age_seconds", "Since the last tick; negative: of a clock that jumped", current.tick),
            ("comite_oldest_due_mail_seconds", "Since when the oldest mail that may leave is due", current.oldest_due),
            ("comite_backup_age_seconds", "Since the last backup", current.backup),
        )
        for name, documentation, moment in moments:
            # Events that never happened have no sample, for `absent()`.
            gauge = GaugeMetricFamily(name, documentation)
            if (age := current.seconds_since(moment)) is not None:
                gauge.add_metric([], age)
            yield gauge
        yield GaugeMetricFamily("comite_tick_regular", "1: the tick comes", value=current.rhythm == TickState.REGULAR)
        mails = GaugeMetricFamily("comite_mails", "Mails of the outbox", labels=["state"])
        for state, count in current.mails.items():
            mails.add_metric([state], count)
        yield mails
        yield GaugeMetricFamily("comite_faults", "Errors of the last 90 days, workers too", value=current.faults)
        if current.free_bytes is not None:
            yield GaugeMetricFamily(
                "comite_media_free_bytes", "Free on the disk of the media", value=current.free_bytes
            )
        documentation = "1: this web sees the files of the site, in the folder or store that all share"
        yield GaugeMetricFamily("comite_media_shared", documentation, value=seen() == MediaCheck.SHARED)
        release = GaugeMetricFamily("comite_version", "The version that answers", labels=["version"])
        release.add_metric([version()], 1)
        yield release


def figures_as_text() -> bytes:
    """Returns all metrics in the Prometheus text format."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
        of_requests = generate_latest(registry)
    else:
        of_requests = generate_latest(REGISTRY)
    of_site = CollectorRegistry()
    of_site.register(SiteCollector())
    return of_requests + generate_latest(of_site)
