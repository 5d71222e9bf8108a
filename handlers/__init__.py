"""The doors of the program: Slack's, and HTTP's."""
