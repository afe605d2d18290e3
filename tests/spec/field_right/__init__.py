"""Right implementations beside those that were wrong in the field."""
