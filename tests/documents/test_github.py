"""The workflow and the issue forms have the fields that GitHub asks for.

GitHub's own schemas are in no package that is installed here; what they ask of the
fields in use is written out below.
"""

import os
import re

import pytest
import yaml

from tests.running import ROOT

HOME = ROOT / ".github"
FORMS = sorted((HOME / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
ATTRIBUTES = {  # of each type: those that must be there, and those that may
    "input": ({"label"}, {"description", "placeholder", "value"}),
    "textarea": ({"label"}, {"description", "placeholder", "value", "render"}),
    "dropdown": ({"label", "options"}, {"description", "multiple", "default"}),
    "checkboxes": ({"label", "options"}, {"description"}),
}


def read(path):
    return yaml.safe_load(path.read_text("utf-8"))


@pytest.fixture(scope="module")
def workflow():
    return read(HOME / "workflows" / "ci.yml")


@pytest.fixture(scope="module")
def job(workflow):
    [found] = workflow["jobs"].values()
    return found


def test_the_workflow_says_when_and_where_it_runs(workflow, job):
    assert set(workflow) == {"name", True, "permissions", "concurrency", "jobs"}
    assert set(workflow[True]) == {"push", "pull_request"}  # YAML reads `on` as true
    assert workflow["permissions"] == {"contents": "read"}
    assert set(job) == {"runs-on", "timeout-minutes", "strategy", "env", "steps"}
    assert job["runs-on"] == "ubuntu-latest"
    assert 0 < job["timeout-minutes"] <= 360


def test_the_workflow_does_what_the_script_does(job):
    """Every version that the Makefile builds with, and no corpora."""
    versions = job["strategy"]["matrix"]["python-version"]
    accepted = re.search(r"not in \[(.*?)\]", (ROOT / "Makefile").read_text("utf-8"))
    assert accepted
    built = re.findall(r"\((\d), (\d+)\)", accepted[1])
    assert set(versions) == {f"{major}.{minor}" for major, minor in built}
    assert all(isinstance(version, str) for version in versions)  # 3.10 is not 3.1
    assert job["env"] == {"PYTHON": "python", "CHAPTER_DATA": ""}
    *actions, last = job["steps"]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"]) for step in actions)
    assert last["run"] == ".ci/run"
    assert os.access(ROOT / last["run"], os.X_OK)


def test_there_is_a_form_for_each_kind():
    assert [path.stem for path in FORMS] == ["port", "specification", "verdict"]
    assert read(HOME / "ISSUE_TEMPLATE" / "config.yml") == {
        "blank_issues_enabled": True
    }


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_has_what_github_asks_for(path):
    form = read(path)
    assert set(form) == {"name", "description", "title", "labels", "body"}
    assert all(isinstance(form[key], str) for key in ("name", "description", "title"))
    ids = [field["id"] for field in form["body"]]
    labels = [field["attributes"]["label"] for field in form["body"]]
    assert len(set(ids)) == len(ids)
    assert len(set(labels)) == len(labels)
    for field in form["body"]:
        assert set(field) <= {"type", "id", "attributes", "validations"}
        assert re.fullmatch(r"[A-Za-z0-9_-]+", field["id"])
        needed, allowed = ATTRIBUTES[field["type"]]
        assert needed <= set(field["attributes"]) <= needed | allowed
        assert set(field.get("validations", {})) <= {"required"}
        for option in field["attributes"].get("options", []):
            boxed = field["type"] == "checkboxes"
            assert isinstance(option, dict if boxed else str)
            assert not boxed or set(option) <= {"label", "required"}
    assert any(f.get("validations", {}).get("required") for f in form["body"])
