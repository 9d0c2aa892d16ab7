"""The demonstration as a reader gets it in production: what `make audit` measures.

Static files are collected, compressed and kept for ever under the name of their content, as in production. Pages are
compressed here, because there is no reverse proxy that would do it.
"""

from config.settings import base
from config.settings.dev import *
from config.settings.dev import MIDDLEWARE

STORAGES = base.STORAGES
WHITENOISE_USE_FINDERS = False
MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware", *MIDDLEWARE]
