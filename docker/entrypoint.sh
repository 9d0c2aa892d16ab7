#!/bin/sh
# Runs a container of the image: web, worker, beat, migrate, nightly_backup, or any command of manage.py.
set -eu

case "${1:-web}" in
  web)
    # In memory, for all processes of this container; used if METRICS_NETWORKS is set.
    export PROMETHEUS_MULTIPROC_DIR="${PROMETHEUS_MULTIPROC_DIR:-/dev/shm/metrics}"
    exec gunicorn config.wsgi --config python:config.gunicorn --bind 0.0.0.0:8000 --worker-class gthread \
      --workers "${WEB_WORKERS:-2}" --threads "${WEB_THREADS:-4}" --timeout 30 --graceful-timeout 20 \
      --max-requests 5000 --max-requests-jitter 500 --worker-tmp-dir /dev/shm --no-control-socket \
      --forwarded-allow-ips '*'
    ;;
  worker)
    exec celery -A config worker --concurrency "${WORKER_CONCURRENCY:-2}" --loglevel INFO \
      --without-gossip --without-mingle
    ;;
  beat)
    # `python -m` puts the sources on the path, as Django does in the worker.
    exec python -m celery -A config.beat beat --loglevel INFO --pidfile=
    ;;
  migrate)
    python manage.py migrate --noinput
    exec python manage.py createcachetable
    ;;
  nightly_backup)
    exec python manage.py backup "/var/backups/comite/$(date -u +%Y-%m-%d-%H%M)"
    ;;
  *)
    exec python manage.py "$@"
    ;;
esac
