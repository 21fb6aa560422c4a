"""Where the bytes of photos and signatures are, encrypted, and how a picture is drawn anew before anybody sees it.

Usage::

    objects = FolderObjects(folder / "objects")
    await objects.put(ObjectName(tenant, object_id), ciphertext)

Nothing here knows keys or rows; that is the services' affair.
"""
