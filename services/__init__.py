"""What the portal does: async functions over the models, with no user interface and no web framework in them."""
