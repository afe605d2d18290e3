"""Files of weights from anywhere: each wrong one is refused in one sentence, soon."""

import io
import json
import os
import pickle
import struct
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from reference.training import array_files, npz

NOTE = np.array('{"model": "char-rnn"}')


def npy(array=None, *, shape=None, descr="<f4", data=b"", version=b"\1\0") -> bytes:
    """Return the bytes of a .npy file, whose header may say what is not so."""
    if array is not None:
        file = io.BytesIO()
        np.lib.format.write_array(file, np.asarray(array), allow_pickle=True)
        return file.getvalue()
    header = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}\n"
    size = struct.pack("<H", len(header))
    return b"\x93NUMPY" + version + size + header.encode() + data


def zipped(path, members, compression=zipfile.ZIP_STORED):
    """Write a zip file of the members, pairs of a name and bytes."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)


def refused(path) -> str:
    """Return the reason that the file of weights is refused for."""
    began = time.monotonic()
    with pytest.raises(ValueError, match="is damaged, or no file of weights") as caught:
        array_files.load_arrays(path)
    assert time.monotonic() - began < 5
    return str(caught.value).partition("no file of weights: ")[2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "weights.npz"


def test_what_is_written_is_read(path):
    arrays: dict[str, np.ndarray] = {
        "a/b_1": np.arange(6, dtype=np.float32).reshape(2, 3),
        "columns": np.asfortranarray(np.ones([3, 2])),
        "none": np.zeros([0, 4], np.int64),
        "one": np.array(7, np.int64),
    }
    array_files.save_arrays(path, {"model": "é"}, arrays)
    about, found = array_files.load_arrays(path)
    assert about == {"model": "é"}
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == array.dtype


def test_a_compressed_file_is_read(path):
    np.savez_compressed(path, about=NOTE, a=np.arange(1000.0))
    np.testing.assert_array_equal(
        array_files.load_arrays(path)[1]["a"], np.arange(1000.0)
    )


def test_a_bomb_is_not_unpacked(path):
    """Eight gigabytes of zeros in a file of eight megabytes, by its directory."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("a.npy", "w", force_zip64=True) as member,
    ):
        member.write(npy(shape=(2**28 + 1,)))
        zeros = bytes(2**24)
        for _ in range(2**6 + 1):
            member.write(zeros)
    assert "it unpacks to 1,0" in refused(path)


def test_a_directory_that_says_less_than_there_is(path):
    zipped(path, [("about.npy", npy(NOTE)), ("a.npy", npy(np.zeros(2**20)))], 8)
    content = bytearray(path.read_bytes())
    place = content.rindex(b"PK\1\2")
    content[place + 24 : place + 28] = struct.pack("<L", 1_000)
    path.write_bytes(content)
    assert "Bad CRC" in refused(path)  # no more is read than it says


def test_a_header_that_says_more_than_there_is(path):
    zipped(path, [("about.npy", npy(NOTE)), ("a.npy", npy(shape=(10**14,)))])
    assert "must have 4" in refused(path)


@pytest.mark.parametrize(
    "shape", ["(-1,)", "(-2, -3)", "'ab'", "(1.5,)", "3", "((1,),)"]
)
def test_shapes_that_there_are_not(shape, path):
    zipped(
        path, [("about.npy", npy(NOTE)), ("a.npy", npy(shape=shape, data=bytes(24)))]
    )
    assert refused(path)


def test_a_directory_of_many(path):
    with zipfile.ZipFile(path, "w") as archive:
        for i in range(npz.MOST_ARRAYS + 1):
            archive.writestr(f"{i}.npy", b"")
    assert "more than 1,000 arrays" in refused(path)


def test_a_directory_of_very_many_is_not_read(path, monkeypatch):
    with zipfile.ZipFile(path, "w") as archive:
        for i in range(70_000):
            archive.writestr(f"{i}", b"")
    monkeypatch.setattr(zipfile, "ZipFile", lambda file: pytest.fail("it is read"))
    assert "more than 1,000 arrays" in refused(path)


def test_a_file_too_large_to_be_read(path, monkeypatch):
    with open(path, "wb") as file:
        file.truncate(npz.MOST_BYTES + 1)  # takes no room on the disk
    assert "it has 1,073,741,825 bytes" in refused(path)


class Trap:
    """Leaves a file where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_nothing_is_unpickled(path, tmp_path):
    trap = np.array([Trap(tmp_path / "sprung")], object)
    np.savez(path, about=NOTE, a=trap)
    assert "numbers or a text, got object" in refused(path)
    path.write_bytes(pickle.dumps(Trap(tmp_path / "sprung")))
    assert refused(path)
    np.savez(path, about=trap)
    assert refused(path)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    "dtype", ["V8", "S3", "M8[s]", "m8[s]", "c16", [("x", "f4"), ("y", "O")]]
)
def test_arrays_of_other_kinds(dtype, path):
    np.savez(path, about=NOTE, a=np.zeros(2, dtype))
    assert "a.npy must hold numbers or a text" in refused(path)


@pytest.mark.parametrize(
    "name",
    [
        "../../up.npy",
        "/etc/up.npy",
        "a b.npy",
        "a",
        "a.txt",
        "\x1b[2J.npy",
        "é.npy",
        "x/",
    ],
)
def test_names_of_members(name, path):
    zipped(path, [("about.npy", npy(NOTE)), (name, npy(np.zeros(2)))])
    assert "no array can be called" in refused(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name(path):
    zipped(path, [("about.npy", npy(NOTE)), *[("a.npy", npy(np.zeros(2)))] * 2])
    assert "two arrays called a" in refused(path)


@pytest.mark.parametrize(
    "note",
    [
        np.array(3),
        np.array(["{}"]),
        np.array(b"{}"),
        np.array("[1, 2]"),
        np.array("7"),
        np.array("null"),
        np.array("{"),
        np.array(""),
        np.array("[" * 100_000),
        np.array("1" * 10_000),
        np.zeros([2, 2], np.float32),
    ],
    ids=lambda note: f"{note!r:.20}",
)
def test_notes_of_other_kinds(note, path):
    np.savez(path, about=note, a=np.zeros(2))
    assert refused(path)


def test_a_note_of_no_characters(path):
    """Numbers that are no code points."""
    note = npy(shape=(), descr="<U1", data=b"\xff\xff\xff\xff")
    zipped(path, [("about.npy", note)])
    assert refused(path)


def test_no_note(path):
    np.savez(path, a=np.zeros(2))
    assert "no text called about" in refused(path)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions(compression, path):
    """LZMA may ask for gigabytes of memory in its header."""
    zipped(path, [("about.npy", npy(NOTE))], compression)
    assert "another way" in refused(path)


def test_an_encrypted_member(path):
    zipped(path, [("about.npy", npy(NOTE))])
    content = bytearray(path.read_bytes())
    for sign, offset in (b"PK\3\4", 6), (b"PK\1\2", 8):
        content[content.index(sign) + offset] |= 1
    path.write_bytes(content)
    assert "encrypted" in refused(path)


@pytest.mark.parametrize("version", [b"\3\0", b"\x09\x09"])
def test_other_versions(version, path):
    note = npy(shape=(), descr="<U1", data=b"{\0\0\0", version=version)
    zipped(path, [("about.npy", note)])
    assert refused(path)


@pytest.mark.parametrize("header", ["{", "-" * 9000 + "1", "(" * 9000, "x" * 20_000])
def test_other_headers(header, path):
    size = struct.pack("<H", len(header))
    content = b"\x93NUMPY\1\0" + size + header.encode()
    zipped(path, [("about.npy", npy(NOTE)), ("a.npy", content)])
    assert refused(path)


def test_an_array_alone(path):
    with open(path, "wb") as file:
        np.save(file, np.zeros(100))
    assert "not that of an npz file" in refused(path)


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 0.99])
def test_a_file_cut_short(share, path):
    array_files.save_arrays(path, {}, {"a": np.arange(100.0), "b": np.arange(100.0)})
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    assert refused(path)


def test_a_file_with_any_byte_changed(path):
    """Either refused, or it reads as it was: never something else."""
    about, arrays = {"units": 3}, {"a": np.arange(7.0)}
    array_files.save_arrays(path, about, arrays)
    content = path.read_bytes()
    kept = 0
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 0x55
        path.write_bytes(changed)
        try:
            found, read = array_files.load_arrays(path)
        except ValueError:
            continue
        kept += 1
        assert json.dumps(found) == json.dumps(about)
        np.testing.assert_array_equal(read["a"], arrays["a"])
    assert kept < len(content) / 4  # times and other marks of the members


def test_no_warning_is_written(path):
    """NumPy warns of headers that Python 2 wrote."""
    zipped(
        path, [("about.npy", npy(NOTE)), ("a.npy", npy(shape="(1L,)", data=b"1234"))]
    )
    assert refused(path)


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="no /proc here")
def test_a_file_that_is_none_though_it_is_called_regular():
    """Reading such a one may wait for ever; it has the size 0."""
    assert "it has only 0 bytes" in refused(Path("/proc/self/mem"))
