"""Fuzzing: outside bytes, by the million, for every reader that meets them.

    ./lodge fuzz --list
    ./lodge fuzz batch-lines --seconds 120
    ./lodge fuzz batch-lines --replay .lodge/fuzz/found/batch-lines/crash-...

A *target* gives bytes to one reader as an attacker could who holds the keys that an attacker may hold: where a
signature would end every attempt at once, the target signs what it was given. A reader answers with a value or with
an error of its own family; anything else is a finding, and so is a value that breaks a promise of the protocol.

Inputs are guided by coverage (atheris, in an environment of its own that this command makes); where that engine is
not to be had, the same targets run on blind mutations of the golden vectors, as they do in every run of the tests.
"""
