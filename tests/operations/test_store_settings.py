"""Settings of the object store: all or none; a partial configuration is reported."""

import pytest

from config.settings import media
from operations.checks import object_store_can_be_spoken_to

WHOLE = {
    "S3_BUCKET": "comite",
    "S3_ENDPOINT": "https://s3.fr-par.scw.cloud",
    "S3_ACCESS_KEY": "key",
    "S3_SECRET_KEY": "secret",
}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({}, None),
        (dict.fromkeys(WHOLE, ""), None),
        ({"S3_ENDPOINT": ""}, "lacks S3_ENDPOINT."),
        ({"S3_ACCESS_KEY": "", "S3_SECRET_KEY": ""}, "lacks S3_ACCESS_KEY, S3_SECRET_KEY."),
        # Files would silently go to the disk.
        ({"S3_BUCKET": ""}, "lacks S3_BUCKET."),
        ({"S3_ENDPOINT": "s3.fr-par.scw.cloud"}, "No store of files answers at “s3.fr-par.scw.cloud”."),
        ({"S3_ENDPOINT": "https://store.ville.example"}, "No store of files answers at “https://store.ville.example”."),
    ],
    ids=["whole", "none", "no address", "no keys", "no bucket", "no scheme", "an example"],
)
def test_incomplete_store_settings_are_refused(settings, changed, message):
    for name, value in (WHOLE | changed).items():
        setattr(settings, name, value)
    errors = object_store_can_be_spoken_to()
    assert [one.id for one in errors] == (["operations.E004"] if message else [])
    assert message is None or message in errors[0].msg


def test_bucket_setting_selects_the_storage(monkeypatch):
    assert media.media_storage() == {"BACKEND": "common.media.Folder"}
    for name, value in WHOLE.items():
        monkeypatch.setattr(media, name, value)
    storage = media.media_storage()
    assert storage["BACKEND"] == "common.object_store.ObjectStore"
    assert storage["OPTIONS"]["endpoint_url"] == WHOLE["S3_ENDPOINT"]
