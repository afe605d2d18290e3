"""Downloads that are cut short, come at once or fail, from a server on the loopback."""

import hashlib
import http.server
import importlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

CONTENT = bytes(range(256)) * 2048  # half a MiB: more than one packet
MD5 = hashlib.md5(CONTENT).hexdigest()


class Server(http.server.ThreadingHTTPServer):
    """Remembers what was asked for."""

    address: str

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.requests: list[str] = []


class Handler(http.server.BaseHTTPRequestHandler):
    """Sends the content whole, cut short, or to two readers at the same time."""

    server: Server
    both = threading.Barrier(2, timeout=20)

    def do_GET(self):
        self.server.requests.append(self.path)
        if self.path == "/missing":
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        half = len(CONTENT) // 2
        self.wfile.write(CONTENT[:half])
        if self.path == "/together":
            self.wfile.flush()
            self.both.wait()  # both downloads have begun, neither has ended
        if self.path != "/truncated":
            self.wfile.write(CONTENT[half:])

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def server():
    with Server(("127.0.0.1", 0), Handler) as server:
        server.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(params=["reference", "alternatives.pytorch"])
def fetch(request):
    pytest.importorskip({"reference": "tensorflow"}.get(request.param, "torch"))
    return importlib.import_module(f"{request.param}.corpora").fetch


def test_whole(fetch, server, tmp_path):
    path = fetch(f"{server.address}/whole", tmp_path / "file", MD5)
    assert path.read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [path]


def test_kept_file_is_not_asked_for_again(fetch, server, tmp_path):
    fetch(f"{server.address}/whole", tmp_path / "file", MD5)
    asked = len(server.requests)
    fetch(f"{server.address}/whole", tmp_path / "file", MD5)
    assert len(server.requests) == asked


def test_truncated_leaves_nothing(fetch, server, tmp_path):
    with pytest.raises((OSError, ValueError), match="/truncated"):
        fetch(f"{server.address}/truncated", tmp_path / "file", MD5)
    assert list(tmp_path.iterdir()) == []


def test_missing_says_what_to_do(fetch, server, tmp_path):
    with pytest.raises(OSError, match=r"404.*put the file at") as caught:
        fetch(f"{server.address}/missing", tmp_path / "file", MD5)
    assert str(tmp_path / "file") in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_no_server_says_what_to_do(fetch, tmp_path):
    with pytest.raises(OSError, match="put the file at"):
        fetch("http://127.0.0.1:9/closed", tmp_path / "file", MD5)
    assert list(tmp_path.iterdir()) == []


def test_two_at_once_harm_neither(fetch, server, tmp_path):
    def download(_):
        return fetch(f"{server.address}/together", tmp_path / "file", MD5)

    with ThreadPoolExecutor(2) as pool:
        paths = list(pool.map(download, range(2)))
    assert paths == [tmp_path / "file"] * 2
    assert paths[0].read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_interrupted_leaves_nothing(fetch, tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", interrupted)
    (tmp_path / "source").write_bytes(CONTENT)
    with pytest.raises(KeyboardInterrupt):
        fetch((tmp_path / "source").as_uri(), tmp_path / "file", MD5)
    assert list(tmp_path.iterdir()) == [tmp_path / "source"]
