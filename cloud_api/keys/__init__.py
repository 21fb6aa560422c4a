"""Keys of the cloud: key service -> organisation's key (KEK) -> data keys -> fields.

Usage::

    service = LocalKeyService.open(folder / "kms.json")
    ring = KeyRing(service)
    cipher = FieldCipher(tenant, data_key)
    sealed = cipher.seal(b"Ada Lovelace", table="stay", column="name", row=str(stay))

Nothing here speaks SQL or knows where wrapped keys are kept; that is the store's affair.
"""
