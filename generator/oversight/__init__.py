"""For the office and the inspector, never on a site."""

import logging

# On a slow machine the drawing library tells of a cache it builds: no news for the clerk.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
