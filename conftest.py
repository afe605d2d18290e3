"""Run the spec against any package: pytest spec_tests --implementation=reference."""

pytest_plugins = ["spec_tests.plugin"]


def pytest_configure(config):
    """Where no path is given, --benchmark-only runs the benchmarks, not the clauses."""
    from_settings = config.args_source is config.ArgsSource.TESTPATHS
    if from_settings and config.getoption("benchmark_only", False):
        config.args[:] = [str(config.rootpath / "benchmarks")]
