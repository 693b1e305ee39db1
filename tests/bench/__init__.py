"""The benchmark: a synthetic corpus, the programs it is built with, and one run that compares."""
