"""The portal's plain HTTP side: REST API, sign-in and rating forms, files. Thin: every rule is in services."""
