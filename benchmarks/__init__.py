"""What the house is measured against, and how: `make bench`."""
