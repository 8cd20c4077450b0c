"""Kinds of request and their forms: definitions in data, one reader, one validator.

`catalogue` holds the built-in definitions, `definition` what a form is made of, `validation` checks what was entered,
`store` publishes definitions as versions and finds the one in force.
"""
