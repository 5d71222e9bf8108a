"""What people do in a Slack client: each deed as a function that answers with what they then see."""
