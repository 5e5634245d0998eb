"""Outgoing webhooks: payloads, and the outbox that signs, sends, retries and keeps them."""
