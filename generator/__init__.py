"""dwgk (党务公开): approved disclosures in, one static site per audience out."""

__version__ = "0.1.0"
