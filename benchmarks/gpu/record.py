"""The one file of a run: valid JSON at every moment, and never larger than 8 MiB."""

import copy
import json
import os
import threading
from pathlib import Path

from benchmarks.machine import today

LARGEST = 8 * 2**20  # bytes
SHORTER = (20_000, 4_000, 1_000, 200)  # characters of a text, where the file is large


class Record:
    """What a run has found so far; each addition is written before it returns."""

    def __init__(self, path: Path, head: dict):
        self.path = path
        self.document = head | {"parts": {}}
        self._lock = threading.Lock()

    def keep(self, earlier: dict) -> None:
        """Take over the parts of an earlier run; one that begins again replaces its own."""
        self.document["parts"].update(earlier.get("parts", {}))

    def begin(self, name: str, **about) -> None:
        """Open a part, and note when and on which card."""
        part = {"status": "running", "date": today(), "card": self.card(), **about}
        self._put(name, part | {"entries": []})

    def card(self) -> str:
        """Return what the run's GPU calls itself, as far as that is known."""
        found = [e["card"] for e in self.entries("device") if "card" in e]
        return found[0] if found else "unknown"

    def has(self, name: str) -> bool:
        """Say whether a part has something from an earlier run."""
        return bool(self.entries(name))

    def add(self, name: str, entry: dict) -> None:
        """Add what a part has found."""
        with self._lock:
            self.document["parts"][name]["entries"].append(entry)
            self._write()

    def end(self, name: str, status: str, **about) -> None:
        """Close a part: done, cut, failed or dropped, and why."""
        part = self.document["parts"].get(name, {"entries": []})
        self._put(name, part | {"status": status} | about)

    def entries(self, name: str) -> list[dict]:
        return self.document["parts"].get(name, {}).get("entries", [])

    def _put(self, name: str, part: dict) -> None:
        with self._lock:
            self.document["parts"][name] = part
            self._write()

    def _write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(self.path.name + ".part")
        draft.write_text(encoded(self.document), "utf-8")
        os.replace(draft, self.path)


def encoded(document: dict, largest: int = LARGEST) -> str:
    """Return the document as JSON within the limit; what had to go is said.

    Long texts are cut first, then the longest lists of the parts, from their end.
    """
    text = json.dumps(document, indent=1) + "\n"
    if len(text) <= largest:
        return text
    smaller = copy.deepcopy(document)
    for length in SHORTER:
        smaller = shortened(smaller, length)
        smaller["shortened"] = f"texts were cut to {length} characters"
        text = json.dumps(smaller) + "\n"
        if len(text) <= largest:
            return text
    while len(text) > largest:
        part = max(smaller["parts"].values(), key=lambda p: len(p["entries"]))
        if not part["entries"]:
            raise ValueError(f"a result of {len(text)} bytes exceeds {largest}")
        part["entries"] = part["entries"][: len(part["entries"]) // 2]
        smaller["shortened"] = "texts and the last entries of parts were left out"
        text = json.dumps(smaller) + "\n"
    return text


def shortened(value, length: int):
    """Return the same with every text cut to a length."""
    if isinstance(value, str) and len(value) > length:
        return value[:length] + " ..."
    if isinstance(value, dict):
        return {key: shortened(each, length) for key, each in value.items()}
    if isinstance(value, list):
        return [shortened(each, length) for each in value]
    return value
