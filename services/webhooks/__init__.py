"""Addresses outside that are told of what happens to tickets, by the rules of Standard Webhooks.

`endpoints` is what admins manage, `writing` puts a message beside the event that it tells of, `sending` lets it leave,
`signing` shows that it is ours, `addresses` keeps us out of our own network.
"""
