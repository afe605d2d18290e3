"""Wrong implementations that were met in the field, each with its public report."""
