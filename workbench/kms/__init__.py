"""A server that speaks AWS KMS on this machine, for proofs: moto, in an environment of its own.

Usage::

    service = prepare(CHECKOUT / ".lodge" / "kms")
    with service.running() as endpoint:
        ...
"""
