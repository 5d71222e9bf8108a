"""Slack's Web API, one file per family; ``methods.py`` is the table."""
