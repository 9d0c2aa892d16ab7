"""Programs that `make` runs. Started from the root of the repository with `python -m scripts.<name>`."""
