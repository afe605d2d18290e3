"""What a run found: the model, and how it is shown."""
