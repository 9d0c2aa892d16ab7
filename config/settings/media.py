"""Storage of uploaded files: a directory, or an S3 compatible object store (docs/operations.md)."""

from typing import Any

from config.settings.environment import env

S3_BUCKET = env.str("S3_BUCKET", default="")
S3_ENDPOINT = env.str("S3_ENDPOINT", default="").rstrip("/")
S3_ACCESS_KEY = env.str("S3_ACCESS_KEY", default="")
S3_SECRET_KEY = env.str("S3_SECRET_KEY", default="")
S3_REGION = env.str("S3_REGION", default="us-east-1")


def media_storage() -> dict[str, Any]:
    """Returns the value of `STORAGES["default"]`. `operations.checks` reports missing settings."""
    if not S3_BUCKET:
        return {"BACKEND": "common.media.Folder"}
    options = {
        "bucket_name": S3_BUCKET,
        # Without an endpoint, the library would call Amazon.
        "endpoint_url": S3_ENDPOINT or "https://s3.invalid",
        "access_key": S3_ACCESS_KEY,
        "secret_key": S3_SECRET_KEY,
        "region_name": S3_REGION,
    }
    return {"BACKEND": "common.object_store.ObjectStore", "OPTIONS": options}
