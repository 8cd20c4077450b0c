"""What the events say in numbers: how customers rate the help, how work flows, what took the time."""
