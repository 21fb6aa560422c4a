-- Photos and signatures (docs/protocol.md section 16). The bytes, encrypted, are in the object store under organisation
-- and id; here is what an object is, and its own key, sealed under the key of its stay: erasing that erases the object.

create table lodge.object (
    tenant_id uuid not null,
    id uuid not null,
    kiosk_id uuid not null,
    epoch text not null,
    seq bigint not null check (seq > 0),
    stay_id uuid not null,
    data_key_id uuid not null,
    kind text not null,
    media text not null,
    size bigint not null check (size > 0),
    sha256 bytea not null,
    standing text not null check (standing in ('arriving', 'kept', 'expired')),
    object_key bytea,
    receipt text,
    created_at timestamptz not null,
    kept_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, kiosk_id, epoch) references lodge.kiosk_epoch (tenant_id, kiosk_id, epoch),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id),
    check ((standing = 'kept') = (object_key is not null)),
    check ((receipt is null) = (kept_at is null)),
    check (standing <> 'kept' or receipt is not null)
);
-- Partial: see 0001_30_events.sql.
create index object_by_stay on lodge.object (tenant_id, stay_id) where stay_id is not null;
create index object_by_age on lodge.object (tenant_id, created_at) where standing <> 'expired';

-- What has arrived of an object that is not whole yet: sealed bytes, here because every replica must be able to go on.
create table lodge.object_part (
    tenant_id uuid not null,
    object_id uuid not null,
    start bigint not null check (start >= 0),
    part bytea not null check (length(part) > 0),
    primary key (tenant_id, object_id, start),
    foreign key (tenant_id, object_id) references lodge.object (tenant_id, id) on delete cascade
);

select ops.classify('lodge.object', 'internal',
    'tenant_id id kiosk_id epoch seq stay_id data_key_id kind media size sha256 standing receipt created_at kept_at');
select ops.classify('lodge.object', 'restricted', 'object_key');
select ops.classify('lodge.object_part', 'internal', 'tenant_id object_id start');
select ops.classify('lodge.object_part', 'restricted', 'part');

do $$
declare
    name text;
begin
    foreach name in array array['object', 'object_part'] loop
        perform ops.protect(('lodge.' || name)::regclass);
        perform ops.make_writable(('lodge.' || name)::regclass);
    end loop;
end $$;
