"""Production settings: they need SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL, REDIS_URL and DEFAULT_FROM_EMAIL.

All of them are documented in docs/operations.md; `operations.checks` refuses empty values and those of an example.
"""

from config.settings.base import *
from config.settings.base import env

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
if not env.str("DATABASE_HOST", default=""):
    env.str("DATABASE_URL")
env.str("REDIS_URL")
env.str("DEFAULT_FROM_EMAIL")

BASE_URL = env.str("BASE_URL", default=f"https://{''.join(ALLOWED_HOSTS[:1])}").rstrip("/")
WAGTAILADMIN_BASE_URL = BASE_URL
MAIL_IDENTITY = env.str("MAIL_IDENTITY", default=BASE_URL)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])

# Rate limits by IP address read it from X-Forwarded-For, as written by this number of own proxies (docker/ has one).
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
# Health checks of the containers come from inside, in plain HTTP.
SECURE_REDIRECT_EXEMPT = ["^livez$", "^readyz$", "^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=True)
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
# `__Host-` would send it with every page: its path is that of the sign-in page.
BROWSER_COOKIE_NAME = "__Secure-browser"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
