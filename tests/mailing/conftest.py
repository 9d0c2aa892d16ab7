import pytest


@pytest.fixture
def animation(client, editor_of):
    """Client of a user of the group that manages the mails."""
    client.force_login(editor_of("Animation"))
    return client
