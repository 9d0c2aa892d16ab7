"""Members' area, at `/membres/`: tasks of a member, documents, convocations, notes, polls."""
