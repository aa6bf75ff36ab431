"""Small programs for whoever works on the project; `make` runs them. The chat needs none of them."""
