"""Measurements, each side by side with a peer in one run: ratios hold on a machine whose seconds do not."""
