"""The register of clause ids: an id is never reused, lost or silently reworded.

`<specification>/register.json` has an entry for each id that was ever published:

    "REC-01": {
      "component": "recurrent",
      "since": "0.1.0",
      "reworded": null,
      "withdrawn": null,
      "sentence": "..."
    }

`reworded` is the version of the last change of the sentence, `withdrawn` the version in
which the clause was taken back. A specification may have no register.
"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from touchstone.clauses import Clause
    from touchstone.specification import Specification

FILE = "register.json"
MENDING = "touchstone register --write"


@dataclass(frozen=True)
class Entry:
    """What is registered of one id."""

    component: str
    since: str
    reworded: str | None
    withdrawn: str | None
    sentence: str


def entries(folder: Path) -> dict[str, Entry] | None:
    """Return the registered ids of a specification's folder, None without a register.

    ValueError says what is wrong with the file.
    """
    path = folder / FILE
    if not path.exists():
        return None
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        return {name: Entry(**entry) for name, entry in listed.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"{FILE} is no register of ids: {error}") from None


def problems(specification: "Specification") -> list[str]:
    """Return a sentence for each difference of the clauses from the register."""
    registered = entries(specification.folder)
    if registered is None:
        return []
    return differences(_stated(specification), registered)


def differences(stated: dict[str, "Clause"], registered: dict[str, Entry]) -> list[str]:
    """Return a sentence for each difference of clauses from registered entries."""
    found = []
    for name, clause in stated.items():
        entry = registered.get(name)
        if entry is None:
            found.append(f"{name} is not registered: {MENDING} adds it")
        elif entry.withdrawn:
            found.append(
                f"{name} was withdrawn in {entry.withdrawn}; an id is never reused: "
                "take another"
            )
        elif entry.component != clause.component:
            found.append(
                f"{name} is registered for {entry.component}, and {clause.component} "
                "states it; an id is never reused: take another"
            )
        elif entry.sentence != clause.sentence:
            found.append(
                f"{name} is reworded: registered is {entry.sentence!r}, stated is "
                f"{clause.sentence!r}; {MENDING} registers the new sentence"
            )
    lost = [n for n, e in registered.items() if not e.withdrawn and n not in stated]
    for name in lost:
        found.append(
            f"{name} is registered, and no clause states it; {MENDING} registers it as "
            "withdrawn"
        )
    return found


def updated(specification: "Specification") -> str:
    """Return the text of a register that agrees with the clauses.

    New ids, changed sentences and withdrawn ids get the specification's version.
    ValueError names an id that is reused, which no register allows.
    """
    stated, version = _stated(specification), specification.version
    registered = entries(specification.folder) or {}
    found = {
        name: _entry(c, registered.get(name), version) for name, c in stated.items()
    }
    for name, entry in registered.items():
        if name not in stated:
            found[name] = replace(entry, withdrawn=entry.withdrawn or version)
    if left := differences(stated, found):
        raise ValueError(left[0])
    listed = {name: asdict(found[name]) for name in sorted(found)}
    return json.dumps(listed, indent=2, ensure_ascii=False) + "\n"


def _entry(clause: "Clause", entry: Entry | None, version: str) -> Entry:
    if entry is None:
        return Entry(clause.component, version, None, None, clause.sentence)
    if entry.withdrawn or entry.sentence == clause.sentence:
        return entry
    return replace(entry, sentence=clause.sentence, reworded=version)


def _stated(specification: "Specification") -> dict[str, "Clause"]:
    return {
        clause.id: clause
        for component in specification.components
        for clause in specification.clauses_of(component)
    }
