"""A store of the protocol of S3, over HTTP: moto's server, in a thread. It can be stopped and started again."""

from functools import cached_property

import boto3
from moto.server import ThreadedMotoServer

from scripts.run import free_port

BUCKET = "comite"


class Emulator:
    """One store, whose objects stay while it does not answer."""

    def __init__(self):
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._server = None

    def start(self):
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self._server.start()

    def stop(self):
        """From here on it refuses every connection."""
        if self._server:
            self._server.stop()
        self._server = None

    def start_again(self):
        if self._server is None:
            self.start()

    def client(self):
        """The one client of the emulator: to make one takes longer than most of what it is asked for."""
        return self._client

    @cached_property
    def _client(self):
        keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
        return boto3.client("s3", endpoint_url=self.endpoint, **keys)

    def empty(self):
        """A bucket without objects, whatever was there before."""
        client = self.client()
        if BUCKET in [one["Name"] for one in client.list_buckets()["Buckets"]]:
            for name in self.names():
                client.delete_object(Bucket=BUCKET, Key=name)
        else:
            client.create_bucket(Bucket=BUCKET)

    def names(self):
        return sorted(one["Key"] for one in self.client().list_objects_v2(Bucket=BUCKET).get("Contents", ()))

    def content(self, name):
        return self.client().get_object(Bucket=BUCKET, Key=name)["Body"].read()

    def storages(self, storages):
        """What `STORAGES` says of a site whose files lie here."""
        options = {"bucket_name": BUCKET, "endpoint_url": self.endpoint, "region_name": "us-east-1"}
        options |= {"access_key": "key", "secret_key": "secret"}
        return storages | {"default": {"BACKEND": "common.object_store.ObjectStore", "OPTIONS": options}}
