"""The exact search engine: a positional index of character pairs.

Every text is normalised once (``normal``) and laid out as a stream of characters in which blocks
are parted by NUL. Each pair of neighbours is a token with its places, each single character one
without. A phrase is a chain of pairs at the right distances, so a search finds exactly the items
that contain it, in any language and at any offset: there is no dictionary of words to miss one.
"""
