-- Private halves of root keys, as the key service sealed them (ADR 77). They belong to the owner, and no application may
-- read one: whoever signs with a root logs in as migrate does. What is told of them (whose, which, by what) may be read.
create table ops.sealed_root (
    tenant_id uuid not null,
    public_key bytea not null check (length(public_key) = 32),
    service text not null,
    wrapped bytea not null,
    sealed_at timestamptz not null,
    -- While a root is being replaced there are two: which one counts is what the newest keys page says.
    primary key (tenant_id, public_key)
);
grant select (tenant_id, public_key, service, sealed_at) on ops.sealed_root to lodge_app, lodge_worker;
