"""Wrong implementations, a file a component, each with one mistake and its name."""
