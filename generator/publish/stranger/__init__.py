"""A stranger's reading of the project and of its sites, sharing no code with the projection.

``verify`` is only worth something if a mistake in the projection is not repeated here. So this
package reads YAML, dates, scopes and periods of disclosure a second time, in its own few lines.
"""
