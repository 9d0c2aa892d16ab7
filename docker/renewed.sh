#!/bin/sh
# What certbot calls after a renewal (docs/operations.md): the proxy gets the new certificate and goes on.
set -eu
cd "$(dirname "$0")"
install -m 644 -o 101 "$RENEWED_LINEAGE/fullchain.pem" tls/fullchain.pem
install -m 600 -o 101 "$RENEWED_LINEAGE/privkey.pem" tls/privkey.pem
docker compose --file compose.yaml exec --no-TTY proxy nginx -s reload
