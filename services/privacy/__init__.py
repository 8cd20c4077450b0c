"""What the portal knows of people: handed out to them, forgotten on request, and not kept for longer than needed."""
