#!/bin/sh
# What certbot calls after a renewal (docs/operations.md): Debian's nginx gets the new certificate and goes on.
set -eu
install -m 644 "$RENEWED_LINEAGE/fullchain.pem" /etc/nginx/tls/fullchain.pem
install -m 600 "$RENEWED_LINEAGE/privkey.pem" /etc/nginx/tls/privkey.pem
systemctl reload nginx
