"""The verbs, by who needs them; each module adds its own to the command."""
