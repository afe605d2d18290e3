"""The download that all share: files, and answers that are cut short, slow or wrong.

What it reads is on this machine: a file, or a server on the loopback.
"""

import hashlib
import http.server
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import alternatives.plain.corpora
import reference.corpora
from reference.download import fetch

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
        if self.path in MISBEHAVIOURS:
            return MISBEHAVIOURS[self.path](self)
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


def send(handler, header: bytes, parts) -> None:
    """Send the parts as they come, until the other side has had enough."""
    try:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n" + header)
        for part in parts:
            handler.wfile.write(part)
    except OSError:
        pass


def drops(drop: bytes, pause: float = 0.05):
    """Yield a few bytes now and then, for some ten seconds."""
    for _ in range(int(10 / pause)):
        time.sleep(pause)
        yield drop


def redirected(handler, target: str) -> None:
    handler.send_response(302)
    handler.send_header("Location", target)
    handler.end_headers()


END = b"\r\n"  # of the headers
MISBEHAVIOURS = {
    "/slow": lambda h: send(h, END, drops(b"a")),
    "/slow-headers": lambda h: send(h, b"", drops(b"X-Padding: 1\r\n")),
    "/slow-header": lambda h: send(h, b"X-Padding: ", drops(b"1")),
    "/silent": lambda h: send(h, END, drops(b"a", pause=9)),
    "/endless": lambda h: send(h, END, iter(lambda: bytes(2**16), None)),
    "/large": lambda h: send(h, b"Content-Length: 99999999999\r\n\r\n", [CONTENT]),
    "/longer": lambda h: send(h, b"Content-Length: 100\r\n\r\n", [CONTENT]),
    "/other": lambda h: send(h, END, [CONTENT[1:]]),
    "/empty": lambda h: send(h, END, []),
    "/no-length": lambda h: send(h, END, [CONTENT]),
    "/chunk": lambda h: send(
        h, b"Transfer-Encoding: chunked\r\n\r\n", [b"fffff\r\n", CONTENT]
    ),
    "/moved": lambda h: redirected(h, "/whole"),
    "/round": lambda h: redirected(h, "/round"),
    "/inside": lambda h: redirected(h, "file:///etc/hostname"),
}


@pytest.fixture(scope="module")
def server():
    with Server(("127.0.0.1", 0), Handler) as server:
        server.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_whole(server, tmp_path):
    path = fetch(f"{server.address}/whole", tmp_path / "file", MD5)
    assert path.read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [path]


def test_folders_are_made(server, tmp_path):
    path = fetch(f"{server.address}/whole", tmp_path / "new" / "folder" / "file", MD5)
    assert path.read_bytes() == CONTENT


def test_a_file_of_another_digest_is_named_and_stays(server, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"other")
    found = hashlib.md5(b"other").hexdigest()
    with pytest.raises(ValueError, match=f"{path}.*{MD5}.*{found}.*move it away"):
        fetch(f"{server.address}/whole", path, MD5)
    assert path.read_bytes() == b"other"


def test_a_download_of_another_digest_is_refused_with_both(server, tmp_path):
    found = hashlib.md5(CONTENT[1:]).hexdigest()
    with pytest.raises(ValueError, match=f"/other must have md5 {MD5}, got {found}"):
        fetch(f"{server.address}/other", tmp_path / "file", MD5)
    assert list(tmp_path.iterdir()) == []


def test_an_absent_source_is_named_with_what_to_do(tmp_path):
    source, path = tmp_path / "absent", tmp_path / "file"
    with pytest.raises(OSError, match=f"{source.as_uri()}.*put the file at {path}"):
        fetch(source.as_uri(), path, MD5)


def test_kept_file_is_not_asked_for_again(server, tmp_path):
    fetch(f"{server.address}/whole", tmp_path / "file", MD5)
    asked = len(server.requests)
    fetch(f"{server.address}/whole", tmp_path / "file", MD5)
    assert len(server.requests) == asked


def test_truncated_leaves_nothing(server, tmp_path):
    with pytest.raises((OSError, ValueError), match="/truncated"):
        fetch(f"{server.address}/truncated", tmp_path / "file", MD5)
    assert list(tmp_path.iterdir()) == []


def test_missing_says_what_to_do(server, tmp_path):
    with pytest.raises(OSError, match=r"404.*put the file at") as caught:
        fetch(f"{server.address}/missing", tmp_path / "file", MD5)
    assert str(tmp_path / "file") in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_no_server_says_what_to_do(tmp_path):
    with pytest.raises(OSError, match="put the file at"):
        fetch("http://127.0.0.1:9/closed", tmp_path / "file", MD5)
    assert list(tmp_path.iterdir()) == []


def test_two_at_once_harm_neither(server, tmp_path):
    def download(_):
        return fetch(f"{server.address}/together", tmp_path / "file", MD5)

    with ThreadPoolExecutor(2) as pool:
        paths = list(pool.map(download, range(2)))
    assert paths == [tmp_path / "file"] * 2
    assert paths[0].read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_interrupted_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", interrupted)
    (tmp_path / "source").write_bytes(CONTENT)
    with pytest.raises(KeyboardInterrupt):
        fetch((tmp_path / "source").as_uri(), tmp_path / "file", MD5)
    assert list(tmp_path.iterdir()) == [tmp_path / "source"]


CORPORA = [reference.corpora, alternatives.plain.corpora]


@pytest.mark.parametrize("corpora", CORPORA, ids=["reference", "plain"])
def test_the_text_is_looked_for_in_the_folder_then_in_the_environments(
    corpora, tmp_path, monkeypatch
):
    folders = tmp_path / "given", tmp_path / "named", tmp_path / ".cache" / "touchstone"
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / "shakespeare.txt").write_bytes(b"another text")
    monkeypatch.setenv("HOME", str(tmp_path))
    for data_dir, named, expected in (
        (folders[0], str(folders[1]), folders[0]),
        (None, str(folders[1]), folders[1]),
        (None, "", folders[2]),
    ):
        monkeypatch.setenv("CHAPTER_DATA", named)
        with pytest.raises(ValueError, match=str(expected / "shakespeare.txt")):
            corpora.shakespeare(data_dir)


def test_one_download_is_shared():
    assert {corpora.fetch for corpora in CORPORA} == {fetch}


@pytest.fixture
def limits(monkeypatch):
    """Let a download take a second and four mebibytes at most."""
    monkeypatch.setattr("reference.download.MOST_SECONDS", 1)
    monkeypatch.setattr("reference.download.MOST_BYTES", 2**22)


@pytest.mark.parametrize("path", ["moved", "no-length"])
def test_other_ways_to_send_it(path, server, tmp_path):
    assert fetch(f"{server.address}/{path}", tmp_path / "file", MD5).exists()


@pytest.mark.usefixtures("limits")
@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("slow", "more than 1 seconds"),
        ("slow-headers", "more than 1 seconds|more than 100 headers"),
        ("slow-header", "more than 1 seconds"),
        ("silent", "more than 1 seconds"),
        ("endless", "more than 4,194,304 bytes|more than 1 seconds"),
        ("large", "cut short|bytes"),
        ("longer", "must have md5"),
        ("other", "must have md5"),
        ("empty", "must have md5"),
        ("truncated", "cut short, 262,144 bytes are missing"),
        ("chunk", "IncompleteRead"),
        ("round", "302"),
        ("inside", "302"),
    ],
)
def test_bad_downloads_end_soon_and_leave_nothing(path, part, server, tmp_path):
    began = time.monotonic()
    with pytest.raises((OSError, ValueError), match=part) as caught:
        fetch(f"{server.address}/{path}", tmp_path / "file", MD5)
    assert time.monotonic() - began < 5
    assert f"{server.address}/{path}" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_kept_is_no_file(kind, server, tmp_path):
    path, asked = tmp_path / "file", len(server.requests)
    path.mkdir() if kind == "folder" else os.mkfifo(path)
    with pytest.raises(ValueError, match=f"must be a file, got .*{kind}|{path}"):
        fetch(f"{server.address}/whole", path, MD5)
    assert len(server.requests) == asked


def test_a_partial_file_is_not_taken_for_a_whole_one(server, tmp_path):
    (tmp_path / "file").write_bytes(CONTENT[:-1])
    with pytest.raises(ValueError, match=f"file must .*{MD5}"):
        fetch(f"{server.address}/whole", tmp_path / "file", MD5)
    assert (tmp_path / "file").read_bytes() == CONTENT[:-1]


def test_proxies_of_the_environment_are_asked(server, tmp_path, monkeypatch):
    monkeypatch.setattr("urllib.request._opener", None)  # it has read them already
    monkeypatch.setenv("http_proxy", server.address)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert fetch("http://nowhere.invalid/whole", tmp_path / "file", MD5).exists()
    assert server.requests[-1] == "http://nowhere.invalid/whole"


def test_drafts_of_a_killed_download_are_removed(server, tmp_path):
    old, new = (tmp_path / f".file.{digit * 32}" for digit in "01")
    for draft in old, new:
        draft.write_bytes(CONTENT[:9])
    os.utime(old, (0, 0))
    fetch(f"{server.address}/whole", tmp_path / "file", MD5)
    assert not old.exists()
    assert new.exists()  # it may be another's that is being written
