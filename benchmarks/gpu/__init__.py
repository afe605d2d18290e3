"""One run on a GPU in nine minutes: `python -m benchmarks gpu --output DIR`."""
