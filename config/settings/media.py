"""Where the files lie that people add: a folder, or a store of the protocol of S3 (docs/operations.md)."""

from typing import Any

from config.settings.environment import env

S3_BUCKET = env.str("S3_BUCKET", default="")
S3_ENDPOINT = env.str("S3_ENDPOINT", default="").rstrip("/")
S3_ACCESS_KEY = env.str("S3_ACCESS_KEY", default="")
S3_SECRET_KEY = env.str("S3_SECRET_KEY", default="")
S3_REGION = env.str("S3_REGION", default="us-east-1")


def media_storage() -> dict[str, Any]:
    """Returns what Django needs to know of it. `operations.checks` says what is missing."""
    if not S3_BUCKET:
        return {"BACKEND": "common.media.Folder"}
    options = {
        "bucket_name": S3_BUCKET,
        # Without an address, the library would ask Amazon.
        "endpoint_url": S3_ENDPOINT or "https://s3.invalid",
        "access_key": S3_ACCESS_KEY,
        "secret_key": S3_SECRET_KEY,
        "region_name": S3_REGION,
    }
    return {"BACKEND": "common.object_store.ObjectStore", "OPTIONS": options}
