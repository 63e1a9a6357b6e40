"""What wakes code up: the job queue and the clock. It holds no truth of its own."""
