"""What a kiosk, the cloud and an auditor must agree on: bytes, signatures and the rules to fold them.

Pure: no sockets, files, databases or time of day. Everything random or timed is passed in.

Usage, one acknowledged arrival from the kiosk to a verified receipt::

    head = Head.genesis(identity.epoch)                      # identity: tenant, site, kiosk, epoch key
    act = Act(Kind.VISITOR_ARRIVED, stay_id(token_bytes), muster=ArrivedMuster(...), full=ArrivedFull(...))
    event, head = link(act, identity=identity, head=head, stamp=stamp, entropy=token_bytes)
    wire = seal_batch([event], key=epoch_key, audience=audience(origin, tenant), hlc=event.header.hlc)
    opened = open_batch(wire, Expectation(...))              # in the cloud, from its own records
    signed = sign_receipt(Receipt(...), receipt_key)         # back to the kiosk
    receipt = open_receipt(signed, key=..., audience=..., kiosk=..., epoch=identity.epoch)

What is not handled here: storing, sending, retrying, and deciding whom to trust (callers pass the keys
that they trust). The specification for other implementers is ``docs/protocol.md``.
"""
