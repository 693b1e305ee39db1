"""Edition and pages to a folder that is a site."""
