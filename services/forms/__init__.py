"""Kinds of request and their forms: definitions in data, one reader, one validator, and what admins make of them.

`definition` holds what a form is made of, `validation` checks what was entered, `named` whom one may name in it,
`filled` with which version a request is filed, `wording` words answers. `store` knows the published versions;
`catalogue` is what a portal begins with. Admins arrange `kinds` and change forms by `editing`: the steps are in
`shape`, what may be published in `rules`, what differs in `changes`, codes for good in `codes`.
"""
