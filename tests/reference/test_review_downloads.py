"""The loaders that the reference takes from Keras, TensorFlow Datasets and TF-Hub.

Their own code runs here on small files of the same form: Keras's archive of word ids, a
tarball of a text embedding, served on this machine.
"""

import hashlib
import http.server
import json
import os
import tarfile
import threading
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from reference import indexed_reviews, pretrained_embedding, reviews

TRAIN = [[1, 5, 2], [7], [3, 3, 4, 1]]  # ranks of words
TEST = [[2, 2], [6, 1, 1]]


# Keras's indexed reviews.


def let_digest_pass(monkeypatch, digest: str) -> None:
    """Let Keras's own fetching take this digest for that of the file it knows."""
    imdb = pytest.importorskip("keras.src.datasets.imdb")
    fetch = imdb.get_file

    def get_file(name, origin, file_hash):
        return fetch(name, origin=origin, file_hash=digest)

    monkeypatch.setattr(imdb, "get_file", get_file)


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """Return the path of a small imdb.npz, and let its digest be the right one."""
    path = tmp_path / indexed_reviews.REVIEWS
    arrays = {}
    for split, lists in (("train", TRAIN), ("test", TEST)):
        arrays[f"x_{split}"] = np.array([*map(list, lists), None], object)[:-1]
        arrays[f"y_{split}"] = np.arange(len(lists)) % 2
    np.savez(path, **arrays)  # object arrays, pickled: Keras's own format
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(indexed_reviews, "SHA256", digest)
    let_digest_pass(monkeypatch, digest)
    return path


def test_indexed_reviews_are_offset_and_start_with_1(archive):
    for (ids, labels), lists in zip(
        indexed_reviews.load(archive.parent), (TRAIN, TEST), strict=True
    ):
        found = sorted(zip(map(list, ids), labels.tolist(), strict=True))
        expected = [[1] + [rank + 3 for rank in ranks] for ranks in lists]
        # Keras takes the largest id of all, here 7 + 3, for one word too many.
        expected = [[2 if id_ == 10 else id_ for id_ in ids] for ids in expected]
        assert found == sorted(zip(expected, [0, 1, 0], strict=False))


def test_chapter_data_is_read_where_it_has_the_file(archive, monkeypatch):
    monkeypatch.setenv("CHAPTER_DATA", str(archive.parent))
    (ids, _), _ = indexed_reviews.load()
    assert len(ids) == len(TRAIN)


def test_damaged_indexed_reviews_are_not_unpickled(archive):
    archive.write_bytes(archive.read_bytes()[:-9])
    with pytest.raises(ValueError, match=r"data_dir must hold imdb\.npz undamaged"):
        indexed_reviews.load(archive.parent)


def test_missing_indexed_reviews(tmp_path):
    with pytest.raises(ValueError, match=rf"must hold imdb\.npz, got {tmp_path}"):
        indexed_reviews.load(tmp_path)


def test_damaged_word_index(tmp_path):
    (tmp_path / indexed_reviews.WORD_INDEX).write_text("{}")
    with pytest.raises(ValueError, match="undamaged"):
        indexed_reviews.load_word_index(tmp_path)


def test_word_index(tmp_path, monkeypatch):
    path = tmp_path / indexed_reviews.WORD_INDEX
    path.write_text(json.dumps({"film": 19, "this": 11}))
    digest = hashlib.md5(path.read_bytes()).hexdigest()
    monkeypatch.setattr(indexed_reviews, "MD5", digest)
    let_digest_pass(monkeypatch, digest)
    assert indexed_reviews.load_word_index(tmp_path) == {"film": 19, "this": 11}


def test_unreachable_indexed_reviews(tmp_path, monkeypatch):
    imdb = pytest.importorskip("keras.src.datasets.imdb")

    def unreachable(*_, **__):
        raise Exception("URL fetch failure")  # as Keras's get_file does

    monkeypatch.setattr(imdb, "get_file", unreachable)
    monkeypatch.delenv("CHAPTER_DATA", raising=False)
    with pytest.raises(OSError, match=r"imdb\.npz \(URL fetch failure\): connect to"):
        indexed_reviews.load()


# TensorFlow Datasets' raw reviews.


@pytest.mark.parametrize("split", ["validation", "", None])
def test_split(split):
    with pytest.raises(ValueError, match=r"^split must be one of"):
        reviews.load(split)


def test_missing_reviews(tmp_path):
    pytest.importorskip("tensorflow_datasets")
    with pytest.raises(ValueError, match=f"^data_dir must hold .*, got {tmp_path}$"):
        reviews.load("train", tmp_path)


def test_damaged_reviews(tmp_path):
    pytest.importorskip("tensorflow_datasets")
    folder = tmp_path / "imdb_reviews" / "plain_text" / "1.0.0"
    folder.mkdir(parents=True)
    (folder / "dataset_info.json").write_text("{")
    with pytest.raises(OSError, match=f"^no train reviews from {tmp_path}"):
        reviews.load("train", tmp_path)


def test_unreachable_reviews(monkeypatch):
    tfds = pytest.importorskip("tensorflow_datasets")

    def unreachable(*_, **options):
        assert options["download"]
        raise ConnectionError("no route to host")

    monkeypatch.setattr(tfds, "load", unreachable)
    monkeypatch.delenv("CHAPTER_DATA", raising=False)
    with pytest.raises(OSError, match=r"^no test reviews from the download: no route"):
        reviews.load("test")


def test_reviews_come_as_bytes_and_labels(monkeypatch, tmp_path):
    tfds = pytest.importorskip("tensorflow_datasets")
    monkeypatch.delenv("CHAPTER_DATA", raising=False)
    with tfds.testing.mock_data(num_examples=7):
        texts, labels = reviews.load("train")
    assert all(isinstance(text, bytes) for text in texts)
    assert texts.shape == labels.shape == (7,)
    assert set(labels.tolist()) <= {0, 1}


# TF-Hub's module.


class Server:
    """Serves one file at any address on this machine, and counts the requests."""

    def __init__(self, content: bytes):
        self.content, self.n_requests = content, 0

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(handler):
                self.n_requests += 1
                handler.send_response(200)
                handler.end_headers()
                handler.wfile.write(self.content)

            def log_message(handler, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.handle = f"http://127.0.0.1:{self.server.server_port}/nnlm/1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def module(tmp_path):
    """Return the bytes of a tarball of a small text embedding."""
    vectors = np.arange(8, dtype=np.float32).reshape(4, 2)
    words = [b"good", b"bad", b"film"]
    saved = pretrained_embedding.save_embedding(tmp_path / "saved", words, vectors)
    with tarfile.open(tmp_path / "module.tar.gz", "w:gz") as tarball:
        for path in sorted(Path(saved).rglob("*")):
            tarball.add(path, path.relative_to(saved), recursive=False)
    return (tmp_path / "module.tar.gz").read_bytes()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    pytest.importorskip("tensorflow_hub")
    monkeypatch.setenv("TFHUB_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path / "cache"


@pytest.fixture
def server(module):
    server = Server(module)
    yield server
    server.server.shutdown()
    server.server.server_close()


def test_cache_layout(server, cache):
    pretrained_embedding.PretrainedModel(handle=server.handle, units=3)
    name = hashlib.sha1(server.handle.encode()).hexdigest()
    files = {
        str(path.relative_to(cache)) for path in cache.rglob("*") if path.is_file()
    }
    files.discard(f"{name}/fingerprint.pb")  # since TensorFlow 2.12
    assert files == {
        f"{name}.descriptor.txt",
        f"{name}/saved_model.pb",
        f"{name}/variables/variables.data-00000-of-00001",
        f"{name}/variables/variables.index",
        f"{name}/assets/tokens.txt",
    }
    assert (cache / name / "assets" / "tokens.txt").read_bytes() == b"good\nbad\nfilm\n"


def test_chapter_handle_has_the_captured_folder():
    digest = hashlib.sha1(pretrained_embedding.NNLM.encode()).hexdigest()
    assert digest == "82c4aaf4250ffb09088bd48368ee7fd00e5464fe"


def test_module_is_downloaded_once(server, cache):
    first = pretrained_embedding.PretrainedModel(handle=server.handle, units=3)
    second = pretrained_embedding.PretrainedModel(handle=server.handle, units=3)
    assert server.n_requests == 1
    texts = np.array([b"good film", b"odd"], object)
    second.set_named_weights(first.named_weights())
    np.testing.assert_array_equal(second(texts), first(texts))


def test_damaged_download_leaves_no_trace(server, cache):
    whole = server.content
    server.content = whole[: len(whole) // 2]
    with pytest.raises(ValueError, match=f"^handle must name .*, got {server.handle}"):
        pretrained_embedding.PretrainedModel(handle=server.handle, units=3)
    server.content = whole
    pretrained_embedding.PretrainedModel(handle=server.handle, units=3)


def test_unreachable_module(cache):
    handle = "http://127.0.0.1:9/nnlm/1"  # the discard port: nothing listens
    with pytest.raises(ValueError, match=f"^handle must name .*, got {handle}"):
        pretrained_embedding.PretrainedModel(handle=handle, units=3)
    assert not [path for path in cache.rglob("saved_model.pb")]


def test_environment_is_left_alone(server, cache):
    before = dict(os.environ)
    pretrained_embedding.PretrainedModel(handle=server.handle, units=3)
    assert dict(os.environ) == before
