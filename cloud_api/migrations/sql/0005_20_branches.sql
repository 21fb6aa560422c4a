-- Append-only, like the log itself: made and owned by lodge_ledger.

create table lodge.event_branch (
    tenant_id uuid not null,
    kiosk_id uuid not null,
    epoch text not null,
    hash bytea not null,
    seq bigint not null check (seq > 0),
    prev bytea not null,
    event_id uuid not null,
    kind text not null,
    stay_id uuid,
    raw bytea not null,
    received_at timestamptz not null,
    primary key (tenant_id, kiosk_id, epoch, hash),
    foreign key (tenant_id, kiosk_id, epoch) references lodge.kiosk_epoch (tenant_id, kiosk_id, epoch)
);
create index event_branch_by_stay on lodge.event_branch (tenant_id, stay_id) where stay_id is not null;

create table lodge.branch_manifest (
    tenant_id uuid not null,
    kiosk_id uuid not null,
    epoch text not null,
    hash bytea not null,
    first_seq bigint not null,
    last_seq bigint not null,
    manifest text not null,
    receipt text not null,
    received_at timestamptz not null,
    primary key (tenant_id, kiosk_id, epoch, hash),
    foreign key (tenant_id, kiosk_id, epoch) references lodge.kiosk_epoch (tenant_id, kiosk_id, epoch)
);

select ops.classify('lodge.event_branch', 'internal',
    'tenant_id kiosk_id epoch hash seq prev event_id kind stay_id raw received_at');
select ops.classify('lodge.branch_manifest', 'internal',
    'tenant_id kiosk_id epoch hash first_seq last_seq manifest receipt received_at');

do $$
declare
    name text;
begin
    foreach name in array array['event_branch', 'branch_manifest'] loop
        perform ops.protect(('lodge.' || name)::regclass);
        perform ops.make_append_only(('lodge.' || name)::regclass);
    end loop;
end $$;

grant references on lodge.event_branch to lodge_owner;
