"""Time: what stands on which site on which day, what comes next, and whether a site is too old."""
