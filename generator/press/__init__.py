"""Paper: bulletin sheets and PDF in official layout, from an edition and a shelf."""
