"""Running the sites for years: timers, notices, bills of materials, the audit, the guide."""
