import io
import json
import logging

import pytest

# What nobody may find in the log: the name and the address of the person of these tests, and what they write.
CANARY = "zorglub"


@pytest.fixture
def lines():
    """Returns a function: the lines that left so far, read as JSON."""
    [handler] = [one for one in logging.getLogger("audit").handlers if one.name == "audit"]
    written = io.StringIO()
    before = handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    handler.setStream(before)
