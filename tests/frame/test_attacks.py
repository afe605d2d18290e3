"""Attacks and accidents: whatever is tried, nothing unchecked ends green.

Each row is one way to a false verdict that was tried on a wrong or an empty port: by an
option, by a conftest of the port's repository, by what the port does or returns. A row
says the exit status; that the run is not green follows for all of them alike.
"""

from dataclasses import dataclass, field

import pytest

from tests.running import ROOT, Run, check, run_spec, write

RECURRENT = ROOT / "spec_tests" / "test_recurrent.py"
RIGHT = "from spec_tests.oracles.recurrent import *\n"
WRONG = (
    "from spec_tests.rivals.recurrent import update_gate_inverted as rival\n"
    "GRU = rival.recurrent.GRU\nBidirectional = rival.recurrent.Bidirectional\n"
    "BidirectionalModel = rival.recurrent.BidirectionalModel\n"
)
TARGET = "--touchstone-implementation=my_port"
PASSED, FAILED, USAGE, CUT_SHORT = range(4)


@dataclass(frozen=True)
class Attack:
    """One attempt: the port's recurrent module, files beside it, options, the status."""

    name: str
    status: int
    recurrent: str | None = WRONG
    files: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    command: bool = False  # `touchstone check` in place of pytest
    outcomes: dict[str, str] = field(default_factory=dict)
    said: str = ""
    untouched: bool = False  # a command that is not understood touches no report

    def run(self, folder) -> Run:
        port = {"my_port/__init__.py": "", "pytest.ini": "[pytest]\n"}
        if self.recurrent is not None:
            port["my_port/recurrent.py"] = self.recurrent
        # an earlier green report lies there already
        write(folder, port | self.files | {"report.json": '{"complete": true}'})
        if self.command:
            options = self.options or ("my_port", "--only=recurrent")
            return check(folder, *options, **self.variables)
        options = (TARGET, f"--rootdir={folder}", "-c", "pytest.ini", *self.options)
        if "hooks.py" in self.files:
            options = (*options, "-p", "hooks")
        return run_spec(folder, *options, spec=RECURRENT, **self.variables)


def option(*options: str, status: int, name: str = "", **rest) -> Attack:
    return Attack(name or " ".join(options), status, options=options, **rest)


def hook(name: str, text: str, status: int = FAILED, **rest) -> Attack:
    plugin = {"hooks.py": f"import pytest\n{text}"}
    return Attack(name, status, files=plugin, **rest)


def returns(name: str, text: str, **rest) -> Attack:
    """Return the attack of a GRU that returns, or does, something else than it should."""
    body = "\n".join(f"        {line}" for line in text.splitlines())
    module = f"{RIGHT}class GRU(GRU):\n    def __call__(self, x, **o):\n{body}\n"
    return Attack(name, FAILED, module, **rest)


EMPTY = [
    option("--setup-plan", status=CUT_SHORT, recurrent=None),
    option("--setup-only", status=CUT_SHORT, recurrent=None),
    option("--setup-plan", status=CUT_SHORT, name="the same, a wrong port"),
    option("--collect-only", status=USAGE, recurrent=None),
    option("--fixtures", status=USAGE),
    option("--fixtures-per-test", status=USAGE),
    option("--markers", status=USAGE),
    option("--version", "--version", status=USAGE),
    option("--help", status=USAGE),
    option("-k", "nothing_matches", status=5),
    option("-m", "nothing_matches", status=5),
    option("--touchstone-only=", "-k", "not REC", status=5),
    option("--touchstone-only=recurent", status=4),
    option("--touchstone-precision=float8", status=4),
    option("--touchstone-require=recurent", status=4),
    option("--touchstone-known-failures=absent.txt", status=4),
    option("--touchstone-specification=nowhere", status=FAILED),
    option("-x", status=FAILED),
    option("--maxfail=1", status=FAILED),
    option("--runxfail", status=FAILED),
    option("-W", "error", status=FAILED),
    option("--tb=no", "-q", status=FAILED),
    option("--assert=plain", status=FAILED),
    option("-n", "2", status=FAILED),
    option("-p", "no:terminal", status=FAILED),
    Attack("an empty package", FAILED, None, said="no clause passed"),
    Attack("python -O", FAILED, variables={"PYTHONOPTIMIZE": "1"}),
    Attack("python -OO", 4, variables={"PYTHONOPTIMIZE": "2"}),
    Attack(
        "options in the environment",
        CUT_SHORT,
        None,
        variables={"PYTEST_ADDOPTS": "--setup-plan"},
    ),
    Attack(
        "options in the ini file",
        CUT_SHORT,
        None,
        files={"pytest.ini": "[pytest]\naddopts = --setup-plan\n"},
    ),
]

TAKEN_OUT = (
    "def pytest_collection_modifyitems(items):\n"
    "    items[:] = [i for i in items if i.name in ('REC-01', 'REC-02')]\n"
)
HOOKS = [
    *[
        hook(
            f"failing items are taken out beside {option[0]}",
            TAKEN_OUT,
            CUT_SHORT,
            options=option,
        )
        for option in (
            ["-m", "not slow"],
            ["-k", "REC"],
            ["--deselect", "x"],
            ["--lf"],
            ["--sw"],
        )
    ],
    hook(
        "a fixture called implementation",
        "@pytest.fixture\ndef implementation():\n"
        "    from spec_tests import oracles\n    return oracles\n",
    ),
    hook(
        "items are cleared",
        "def pytest_collection_modifyitems(items): items[:] = []\n",
        CUT_SHORT,
    ),
    hook(
        "failing items are taken out",
        "def pytest_collection_modifyitems(items):\n"
        "    items[:] = [i for i in items if i.name in ('REC-01', 'REC-02')]\n",
        CUT_SHORT,
    ),
    hook(
        "skip marks",
        "def pytest_collection_modifyitems(items):\n"
        "    for i in items: i.add_marker(pytest.mark.skip)\n",
        CUT_SHORT,
    ),
    hook(
        "xfail marks",
        "def pytest_collection_modifyitems(items):\n"
        "    for i in items: i.add_marker(pytest.mark.xfail)\n",
    ),
    hook(
        "xfail marks that do not run",
        "def pytest_collection_modifyitems(items):\n"
        "    for i in items: i.add_marker(pytest.mark.xfail(run=False))\n",
        CUT_SHORT,
    ),
    hook(
        "reports rewritten",
        "@pytest.hookimpl(hookwrapper=True, tryfirst=True)\n"
        "def pytest_runtest_makereport(item, call):\n"
        "    report = (yield).get_result()\n"
        "    report.outcome, report.longrepr = 'passed', None\n",
    ),
    hook("no protocol", "def pytest_runtest_protocol(item): return True\n", CUT_SHORT),
    hook("no loop", "def pytest_runtestloop(session): return True\n", CUT_SHORT),
    hook(
        "calls swallowed",
        "@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_call(item):\n"
        "    outcome = yield\n    outcome.force_result(None)\n",
    ),
    hook(
        "every item run again, the second time with the right GRU",
        "def pytest_runtest_protocol(item, nextitem):\n"
        "    from _pytest.runner import runtestprotocol\n"
        "    runtestprotocol(item, nextitem=nextitem)\n"
        "    import my_port.recurrent, spec_tests.oracles.recurrent as right\n"
        "    my_port.recurrent.GRU = right.GRU\n"
        "    runtestprotocol(item, nextitem=nextitem)\n"
        "    return True\n",
    ),
    hook(
        "the session ended early",
        "def pytest_runtest_logreport(report):\n"
        "    if report.when == 'call': pytest.exit('done', returncode=0)\n",
        CUT_SHORT,
    ),
    hook(
        "items renamed",
        "def pytest_itemcollected(item): item._nodeid = 'other'\n",
    ),
    hook(
        "the clause file is ignored",
        "def pytest_ignore_collect(collection_path): return True\n",
    ),
]

RETURNS = [
    returns("a skip", "import pytest\npytest.skip('later')"),
    returns("an xfail", "import pytest\npytest.xfail('later')"),
    returns("an exit", "import pytest\npytest.exit('done', returncode=0)"),
    returns("a timeout swallowed", "import time\ntry: time.sleep(9)\nexcept BaseException: pass\n"
            "return super().__call__(x, **o)", options=("--timeout=1", "--touchstone-only=REC-06"),
            outcomes={"REC-06": "timed out"}),
    Attack("timeouts swallowed for ever by the import", CUT_SHORT, files={"my_port/__init__.py":
           "import time\nwhile True:\n    try: time.sleep(1)\n    except BaseException: pass\n"},
           options=("--timeout=1",), said="its import goes on"),
    Attack("timeouts swallowed for ever", CUT_SHORT, RIGHT + "import time\nclass GRU(GRU):\n"
           "    def __call__(self, x, **o):\n        while True:\n            try: time.sleep(1)\n"
           "            except BaseException: pass\n",
           options=("--timeout=1", "--touchstone-only=REC-06"), said="REC-06 goes on"),
    returns("a fail that is a timeout in name", "import pytest\npytest.fail('no')"),
    returns("SystemExit", "raise SystemExit(0)"),
    returns("KeyboardInterrupt", "raise KeyboardInterrupt"),
    returns("GeneratorExit", "raise GeneratorExit"),
    returns("StopIteration", "raise StopIteration"),
    returns("an AssertionError", "raise AssertionError", outcomes={"REC-06": "error"}),
    returns("a MemoryError", "raise MemoryError"),
    returns("a recursion", "return self(x, **o)"),
    returns("nothing", "return None"),
    returns("an exception that cannot be shown", "class E(Exception):\n    __str__ = None\nraise E"),
    returns("an empty array", "return np.empty([0]), np.empty([0])"),
    returns("scalars that broadcast", "return 0.0, 0.0"),
    returns("NaN", "a, b = super().__call__(x, **o)\nreturn a * np.nan, b * np.nan"),
    returns(
        "a masked array",
        "a, b = super().__call__(x, **o)\n"
        "return np.ma.array(a * 0, mask=True), np.ma.array(b * 0, mask=True)",
    ),
    returns(
        "an array of objects that equal everything",
        "class Same(float):\n    def __eq__(s, other): return True\n"
        "    def __sub__(s, other): return 0.0\n    __rsub__ = __sub__\n"
        "a, b = super().__call__(x, **o)\n"
        "f = np.vectorize(lambda v: Same(0), otypes=[object])\nreturn f(a), f(b)",
    ),
    returns(
        "an array whose arithmetic lies",
        "class Liar(np.ndarray):\n    def __array_ufunc__(s, *a, **k): return np.zeros(1)\n"
        "a, b = super().__call__(x, **o)\nreturn (a * 0).view(Liar), (b * 0).view(Liar)",
    ),
    returns("integers", "a, b = super().__call__(x, **o)\nreturn a.astype(int), b.astype(int)"),
    returns("only the outputs", "return super().__call__(x, **o)[0]"),
    returns("the wrong type", "return 'outputs', 'state'"),
    Attack("a mock", FAILED, "from unittest.mock import MagicMock\nGRU = MagicMock()\n"),
    Attack("a name nearly right", FAILED, RIGHT + "Gru = GRU\ndel GRU\n", said="did you mean Gru?"),
    Attack("a module that exits", FAILED, "raise SystemExit(0)"),
    Attack("a module that skips", FAILED, "import pytest\npytest.skip(allow_module_level=True)"),
    Attack("nothing representable", FAILED, "class Unrepresentable(Exception): pass\n"
           "def GRU(**s): raise Unrepresentable\nBidirectional = BidirectionalModel = GRU\n"),
]  # fmt: skip

PACKAGE = "my_port/__init__.py"
COMMANDS = [
    Attack("check an empty package", FAILED, None, command=True),
    Attack("check nothing", USAGE, command=True, options=("",)),
    Attack("check a stranger", FAILED, command=True, options=("math",)),
    Attack("check what is absent", USAGE, command=True, options=("no_such_port",)),
    Attack("check what lacks the attribute", USAGE, command=True, options=("my_port:none",)),
    Attack("check with an empty selection", FAILED, command=True, options=("my_port", "--only=,")),
    Attack("exit 0 at import", USAGE, files={PACKAGE: "import os; os._exit(0)"}, command=True),
    Attack("exit 0 in a call", FAILED, RIGHT + "import os\ndef GRU(**s): os._exit(0)", command=True),
    Attack("exit 0 at exit", FAILED, WRONG + "import atexit, os\natexit.register(os._exit, 0)", command=True),
    Attack("writing to the answers", FAILED, WRONG + "import os\nfor fd in range(3, 9):\n"
           "    try: os.write(fd, b'{}\\n')\n    except OSError: pass\n", command=True),
    Attack("closing every channel", FAILED, WRONG + "import os\nos.closerange(3, 99)\n", command=True),
    Attack("python -O, the command", FAILED, command=True, variables={"PYTHONOPTIMIZE": "1"}),
    Attack("an unknown option", USAGE, command=True, options=("my_port", "--complete"), untouched=True),
    Attack("report at a folder", USAGE, command=True, options=("my_port", "--report=."), untouched=True),
]  # fmt: skip

ATTACKS = [*EMPTY, *HOOKS, *RETURNS, *COMMANDS]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_nothing_unchecked_is_green(attack, tmp_path):
    run = attack.run(tmp_path)
    assert run.status == attack.status, run.output[-3000:]
    assert run.status != PASSED
    assert attack.said in run.output
    assert "INTERNALERROR" not in run.output
    if attack.untouched:
        assert run.report == {"complete": True}
        return
    report = run.report or {}
    bad = {"failed", "error", "crashed", "timed out"}
    if report.get("complete"):
        found = set(run.outcomes.values())
        assert found & bad or "passed" not in found
    for name, outcome in attack.outcomes.items():
        assert run.outcomes[name] == outcome


def test_the_table_is_long_enough():
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 60
