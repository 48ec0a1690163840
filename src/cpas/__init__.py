"""cpas."""
