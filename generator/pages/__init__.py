"""Edition to the data of pages: pure, and knowing nothing but the edition."""
