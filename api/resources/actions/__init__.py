"""What follows a walk, for programs: issues, recommendations, pictures of what was done, and what a phone is told."""

from api.resources.actions import issues, pictures, recommendations, reported

ACTIONS = [*issues.HANDLERS, *recommendations.HANDLERS, *pictures.HANDLERS, *reported.HANDLERS]
