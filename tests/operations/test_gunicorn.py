"""gunicorn with the settings of the site (`config.gunicorn`)."""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from scripts.run import free_port

ROOT = Path(__file__).resolve().parents[2]
# Application that, while it is loaded, tries to connect to its own port.
SITE = """
import os, socket
try:
    socket.create_connection(("127.0.0.1", int(os.environ["PORT"])), timeout=60)
    HEARD = b"somebody listens"
except ConnectionRefusedError:
    HEARD = b"nobody listens"

def application(environ, start_response):
    start_response("200 OK", [("Content-Length", str(len(HEARD)))])
    return [HEARD]
"""


CLOCK = """
import logging, config.gunicorn
print(logging.Formatter("%(asctime)s", "%H %z").format(logging.makeLogRecord({"created": 0})))
"""


def test_log_lines_of_gunicorn_are_in_utc():
    env = {**os.environ, "TZ": "Asia/Tokyo"}
    result = subprocess.run(
        [sys.executable, "-c", CLOCK], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert result.stdout == "00 +0000\n"


@pytest.mark.stack
@pytest.mark.one_database
def test_gunicorn_listens_only_after_loading_the_site(tmp_path):
    """Otherwise requests of the proxy are delayed by seconds at each start."""
    (tmp_path / "slow_site.py").write_text(SITE)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "slow_site:application", "--config", "python:config.gunicorn"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--no-control-socket", "--log-level", "error"]
    env = {**os.environ, "PORT": str(port), "PYTHONPATH": f"{ROOT}:{tmp_path}"}
    server = subprocess.Popen(command, cwd=tmp_path, env=env)
    try:
        deadline = time.monotonic() + 300
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as answer:
                    assert answer.read() == b"nobody listens"
                break
            except OSError:
                assert server.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.2)
    finally:
        server.terminate()
        server.wait(timeout=60)
