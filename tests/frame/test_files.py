"""Files are written whole, to regular files only, and a refusal is one sentence."""

import errno
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from touchstone.report import files
from touchstone.report.files import check_writable, write_whole

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes, links, locks")


def left_in(folder):
    return sorted(os.listdir(folder))


def refusal(path, of=write_whole, text="new"):
    """Return the sentence with which a path is refused."""
    with pytest.raises(ValueError, match="cannot be written: ") as caught:
        of(path, text) if of is write_whole else of(path)
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None
    return str(caught.value)


# What is written


def test_writes_and_overwrites(tmp_path):
    path = tmp_path / "a" / "b" / "report.json"
    write_whole(path, "one: é\n")
    write_whole(path, "two")
    assert path.read_bytes() == b"two"
    assert left_in(path.parent) == ["report.json"]


def test_line_ends_stay_as_they_are(tmp_path):
    write_whole(tmp_path / "a", "one\r\ntwo\né")
    assert (tmp_path / "a").read_bytes() == "one\r\ntwo\né".encode()


def test_a_lone_surrogate_costs_no_report(tmp_path):
    write_whole(tmp_path / "a", "x\ud800y")
    assert (tmp_path / "a").read_text() == r"x\ud800y"


def test_new_files_have_the_usual_permissions_and_old_ones_keep_theirs(tmp_path):
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "new", "x")
        (tmp_path / "old").touch(0o600)
        write_whole(tmp_path / "old", "x")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / n).stat().st_mode) for n in ("new", "old")]
    assert modes == [0o640, 0o600]


@pytest.mark.parametrize("length", [201, 255])
def test_a_name_as_long_as_the_system_takes(tmp_path, length):
    write_whole(tmp_path / ("n" * length), "x")
    assert left_in(tmp_path) == ["n" * length]


def test_a_link_stays_and_its_file_is_written(tmp_path):
    (tmp_path / "far").mkdir()
    for name in "there", "dangling":
        (tmp_path / f"{name}.link").symlink_to(Path("far", name))
    (tmp_path / "far" / "there").write_text("old")
    for name in "there", "dangling":
        write_whole(tmp_path / f"{name}.link", "new")
        assert (tmp_path / f"{name}.link").is_symlink()
        assert (tmp_path / "far" / name).read_text() == "new"
    assert left_in(tmp_path / "far") == ["dangling", "there"]


# What is refused


def a_folder(path):
    path.mkdir()


def a_pipe(path):
    os.mkfifo(path)


def a_socket(path):
    before = Path.cwd()
    os.chdir(path.parent)  # the whole path may be too long for a socket
    try:
        with socket.socket(socket.AF_UNIX) as held:
            held.bind(path.name)
    finally:
        os.chdir(before)


@pytest.mark.parametrize("of", [check_writable, write_whole])
@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize(
    ("make", "kind"),
    [(a_folder, "a folder"), (a_pipe, "a named pipe"), (a_socket, "a socket")],
)
def test_what_is_no_regular_file_is_refused(tmp_path, make, kind, linked, of):
    path = tmp_path / "it"
    make(path)
    before = path.lstat()
    if linked:
        path = tmp_path / "link"
        path.symlink_to("it")
    assert refusal(path, of) == f"{path} cannot be written: it is {kind}; name a file"
    after = (tmp_path / "it").lstat()
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)


def test_a_device_is_recognised_without_touching_one(tmp_path, monkeypatch):
    path = tmp_path / "null"
    path.write_text("stays")
    found = list(path.stat())
    for form in stat.S_IFCHR, stat.S_IFBLK:
        device = os.stat_result([form | 0o666, *found[1:]])
        monkeypatch.setattr(os, "stat", lambda path, device=device: device)
        assert "it is a device; name a file" in refusal(path)
    monkeypatch.undo()
    assert path.read_text() == "stays"
    assert left_in(tmp_path) == ["null"]


def test_the_writing_end_of_a_pipe_is_refused():
    reading, writing = os.pipe()
    try:
        assert "it is a named pipe" in refusal(Path(f"/dev/fd/{writing}"))
    finally:
        os.close(reading)
        os.close(writing)


@pytest.mark.parametrize("of", [check_writable, write_whole])
def test_other_paths_that_mean_no_file(tmp_path, of):
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    assert "file is no folder" in refusal(tmp_path / "file" / "report.json", of)
    assert "symbolic links" in refusal(tmp_path / "loop", of)
    assert "too long" in refusal(tmp_path / ("n" * 300), of)
    assert "null byte" in refusal(tmp_path / "a\0b", of)
    assert left_in(tmp_path) == ["file", "loop"]


def forbidding(monkeypatch, path):
    """Take away the right to write to a path: root has it whatever the mode says."""
    access = os.access
    monkeypatch.setattr(
        os,
        "access",
        lambda of, mode: Path(of) != path and access(of, mode),
    )


@pytest.mark.parametrize("of", [check_writable, write_whole])
def test_read_only_files_and_folders(tmp_path, monkeypatch, of):
    path = tmp_path / "report.json"
    path.write_text("old")
    forbidding(monkeypatch, path)
    assert refusal(path, of).endswith("the file is read-only")
    forbidding(monkeypatch, tmp_path)
    new = tmp_path / "new" / "report.json"
    assert refusal(new, of).endswith(f"the folder {tmp_path} is read-only")
    assert path.read_text() == "old"
    assert left_in(tmp_path) == ["report.json"]


# What goes wrong on the way


@pytest.mark.parametrize("call", ["fsync", "replace", "chmod"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left"), OSError()])
def test_a_failure_keeps_the_old_file_and_leaves_no_draft(
    tmp_path, monkeypatch, call, error
):
    path = tmp_path / "report.json"
    path.touch(0o600)
    path.write_text("old")

    def fail(*arguments):
        raise error

    monkeypatch.setattr(os, call, fail)
    assert refusal(path).endswith(error.strerror or "OSError")
    assert path.read_text() == "old"
    assert left_in(tmp_path) == ["report.json"]


def test_an_interrupt_leaves_no_draft(tmp_path, monkeypatch):
    def interrupt(handle):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "report.json", "new")
    assert left_in(tmp_path) == []


def python(program, *arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # fmt: skip


FULL = """
import resource, sys
from pathlib import Path
from touchstone.report.files import write_whole
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_whole(Path(sys.argv[1]), "x" * 5000)
except ValueError as error:
    print(error)
"""


def test_a_file_that_the_system_cuts_short_is_one_sentence(tmp_path):
    path = tmp_path / "report.json"
    path.write_text("old")
    said, errors = python(FULL, path).communicate(timeout=60)
    assert said == f"{path} cannot be written: File too large\n", errors
    assert path.read_text() == "old"
    assert left_in(tmp_path) == ["report.json"]


KILLED = """
import os, signal, sys
from pathlib import Path
from touchstone.report import files
files.os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)
files.write_whole(Path(sys.argv[1]), "half")
"""


def test_a_killed_writer_leaves_the_old_file_and_the_next_one_clears_up(tmp_path):
    path = tmp_path / "report.json"
    path.write_text("old")
    others = [".report.json.mine.draft", ".other.json.0123456789abcdef.draft"]
    for name in others:
        (tmp_path / name).touch()
    process = python(KILLED, path)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    [draft] = set(left_in(tmp_path)) - {*others, path.name}
    assert re.fullmatch(r"\.report\.json\.[0-9a-f]{16}\.draft", draft)
    assert path.read_text() == "old"
    write_whole(path, "new")
    assert path.read_text() == "new"
    assert left_in(tmp_path) == sorted([*others, path.name])


WRITER = """
import sys
from pathlib import Path
from touchstone.report.files import write_whole
path, letter = Path(sys.argv[1]), sys.argv[2]
for n in range(40):
    write_whole(path, letter * (200_000 + n))
"""


def test_several_writers_overwrite_whole_and_none_fails(tmp_path):
    """Each replaces the whole file; a reader never sees a part, and the last one stands."""
    path = tmp_path / "report.json"
    writers = [python(WRITER, path, letter) for letter in "ab"]
    n_read = 0
    while any(writer.poll() is None for writer in writers):
        if path.exists():
            text = path.read_text()
            assert len(text) >= 200_000
            assert len(set(text)) == 1
            n_read += 1
        time.sleep(0.002)
    assert [w.communicate()[1] for w in writers] == [""] * 2
    assert [w.returncode for w in writers] == [0] * 2
    assert n_read > 5
    assert len(path.read_text()) == 200_039
    assert left_in(tmp_path) == ["report.json"]


def test_the_draft_of_a_living_writer_is_left_alone(tmp_path):
    path = tmp_path / "report.json"
    draft, handle = files._new_draft(path)
    write_whole(path, "another's")
    assert draft.exists()
    os.close(handle)
    write_whole(path, "mine")
    assert not draft.exists()


def test_a_draft_that_is_a_pipe_or_a_link_is_not_waited_for(tmp_path):
    path = tmp_path / "report.json"
    (tmp_path / "kept").write_text("kept")
    os.mkfifo(tmp_path / ".report.json.0000000000000000.draft")
    (tmp_path / ".report.json.1111111111111111.draft").symlink_to("kept")
    write_whole(path, "new")
    assert path.read_text() == "new"
    assert (tmp_path / "kept").read_text() == "kept"
