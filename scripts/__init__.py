"""Programs run by `make`, from the root of the repository, as `python -m scripts.<name>`."""
