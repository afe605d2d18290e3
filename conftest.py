"""Run the spec against any package: pytest spec_tests --implementation=reference."""

pytest_plugins = ["spec_tests.plugin"]
