#!/bin/sh
# Called by certbot after a renewal (docs/operations.md): installs the new certificate and reloads Debian's nginx.
set -eu
install -m 644 "$RENEWED_LINEAGE/fullchain.pem" /etc/nginx/tls/fullchain.pem
install -m 600 "$RENEWED_LINEAGE/privkey.pem" /etc/nginx/tls/privkey.pem
systemctl reload nginx
