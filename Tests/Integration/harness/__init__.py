"""What the integration tests share: the built programs, a daemon to talk to, policies to give it, and the journal."""
