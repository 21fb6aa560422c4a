"""All SQL of the cloud, one module a concept, behind one door.

Usage::

    db = Database(DatabaseSettings(url=url, role="lodge_app"))
    async with db.open():
        async with db.tenant(organisation_id) as tx:      # sets app.tenant_id for this transaction only
            kiosk = await kiosks.find(tx, kiosk_id)

Row-level security refuses whatever lies outside the tenant, also when a query forgets to ask. What must be
looked up before the tenant is known is a method of ``Lookups``, each one a named function of the database.
Personal columns are sealed and opened here: callers hand over a ``FieldCipher`` and see plain values.
"""
