"""The two database engines as the portal needs them: nothing a cancelled task did can leave them locked."""
