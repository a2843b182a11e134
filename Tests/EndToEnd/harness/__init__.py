"""What the end-to-end tests share: a registry, a server, a client, and the people who use it."""
