"""The screens of the admin about answers: what waits for one, writing and publishing them, and following them up."""
