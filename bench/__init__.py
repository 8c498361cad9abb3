"""What we measure, side by side in one run, as ratios. `make bench` prints one JSON object for each line."""
