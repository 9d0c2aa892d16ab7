"""Settings of `make audit`: the demonstration, served as in production.

Static files are collected, compressed and named by their content hash, as in production. Pages are compressed here,
since there is no reverse proxy to do it.
"""

from config.settings import base
from config.settings.dev import *
from config.settings.dev import MIDDLEWARE

STORAGES = base.STORAGES
WHITENOISE_USE_FINDERS = False
MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware", *MIDDLEWARE]
