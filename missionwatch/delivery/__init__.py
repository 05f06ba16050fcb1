"""Letters on their way: what takes them from the outbox, and where it hands them over."""
