"""An item's life as its readers meet it: relations, series, kinds' duties, changes."""
