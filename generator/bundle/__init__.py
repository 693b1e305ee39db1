"""What leaves the house whole: offline copies."""
