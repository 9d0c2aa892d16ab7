"""S3 store over HTTP: moto's server in a thread. It can be stopped and restarted."""

from functools import cached_property

import boto3
from moto.server import ThreadedMotoServer

from scripts.run import free_port

BUCKET = "comite"


class Emulator:
    """Emulated store, whose objects survive while it is stopped."""

    def __init__(self):
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._server = None

    def start(self):
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self._server.start()

    def stop(self):
        """Stops the server: connections are refused from now on."""
        if self._server:
            self._server.stop()
        self._server = None

    def start_again(self):
        if self._server is None:
            self.start()

    def client(self):
        """Returns the emulator's only client: creating one takes longer than most requests."""
        return self._client

    @cached_property
    def _client(self):
        keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
        return boto3.client("s3", endpoint_url=self.endpoint, **keys)

    def empty(self):
        """Empties the bucket, or creates it."""
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
        """Returns `storages` with the default storage replaced by this store."""
        options = {"bucket_name": BUCKET, "endpoint_url": self.endpoint, "region_name": "us-east-1"}
        options |= {"access_key": "key", "secret_key": "secret"}
        return storages | {"default": {"BACKEND": "common.object_store.ObjectStore", "OPTIONS": options}}
