"""Run the spec against any package: pytest spec_tests --implementation=reference."""

pytest_plugins = ["touchstone.plugin"]

# In this repository the options have short names, too.
SHORT = ("implementation", "precision", "known-failures", "require", "only", "report")


def pytest_addoption(parser):
    group = parser.getgroup("touchstone")
    for name in SHORT:
        group.addoption(
            f"--{name}", dest=f"touchstone_{name.replace('-', '_')}", metavar="VALUE"
        )


def pytest_configure(config):
    """Where no path is given, --benchmark-only runs the benchmarks, not the clauses."""
    from_settings = config.args_source is config.ArgsSource.TESTPATHS
    if from_settings and config.getoption("benchmark_only", False):
        config.args[:] = [str(config.rootpath / "benchmarks")]
