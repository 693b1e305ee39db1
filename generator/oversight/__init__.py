"""For the office and the inspector, never on a site."""
