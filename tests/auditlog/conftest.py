import io
import json
import logging

import pytest

# Forbidden in the log: name and address of the test user, and their texts.
CANARY = "zorglub"


@pytest.fixture
def lines():
    """Returns a function that gives the logged lines so far, parsed as JSON."""
    [handler] = [one for one in logging.getLogger("audit").handlers if one.name == "audit"]
    written = io.StringIO()
    before = handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    handler.setStream(before)
