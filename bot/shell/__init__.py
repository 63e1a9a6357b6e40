"""The groups of shell commands, one file each: what they take, what they say."""
