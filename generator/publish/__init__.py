"""Getting finished sites out, and looking at them as a stranger would."""
