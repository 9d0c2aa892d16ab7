#!/bin/sh
# Called by certbot after a renewal (docs/operations.md): installs the new certificate and reloads the proxy.
set -eu
cd "$(dirname "$0")"
install -m 644 -o 101 "$RENEWED_LINEAGE/fullchain.pem" tls/fullchain.pem
install -m 600 -o 101 "$RENEWED_LINEAGE/privkey.pem" tls/privkey.pem
docker compose --file compose.yaml exec --no-TTY proxy nginx -s reload
