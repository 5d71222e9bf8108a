"""The use cases, one class for each subject; each method is one transaction with no network inside."""
