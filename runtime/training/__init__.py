"""Training: the loop, its state and checkpoints, what a person sees meanwhile."""
