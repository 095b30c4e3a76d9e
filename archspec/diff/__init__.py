"""What two networks differ in."""
