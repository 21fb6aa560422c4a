-- Append-only: made and owned by lodge_ledger, which nobody can log in as.

create table lodge.event_header (
    tenant_id uuid not null,
    kiosk_id uuid not null,
    epoch text not null,
    seq bigint not null,
    event_id uuid not null,
    kind text not null,
    stay_id uuid,
    hash bytea not null,
    raw bytea not null,
    received_at timestamptz not null,
    primary key (tenant_id, kiosk_id, epoch, seq),
    foreign key (tenant_id, kiosk_id, epoch) references lodge.kiosk_epoch (tenant_id, kiosk_id, epoch)
);
create index event_header_by_stay on lodge.event_header (tenant_id, stay_id) where stay_id is not null;

-- Administrative entries: the header stays, the body (actor, address, reason) can be erased.
create table lodge.audit_record (
    tenant_id uuid not null references lodge.organisation,
    id uuid not null,
    kind text not null,
    raw bytea not null,
    recorded_at timestamptz not null,
    primary key (tenant_id, id)
);

create table lodge.audit_entry (
    tenant_id uuid not null references lodge.organisation,
    generation integer not null,
    position bigint not null,
    leaf bytea not null,
    record_id uuid,
    kiosk_id uuid,
    epoch text,
    seq bigint,
    primary key (tenant_id, generation, position),
    foreign key (tenant_id, record_id) references lodge.audit_record (tenant_id, id),
    foreign key (tenant_id, kiosk_id, epoch, seq)
        references lodge.event_header (tenant_id, kiosk_id, epoch, seq),
    check ((record_id is null) <> (seq is null)),
    check ((kiosk_id is null) = (seq is null) and (epoch is null) = (seq is null))
);
-- What was integrated once is refused a second time, whatever the sequencer believes.
create unique index audit_entry_record_once on lodge.audit_entry (tenant_id, generation, record_id)
    where record_id is not null;
create unique index audit_entry_event_once on lodge.audit_entry (tenant_id, generation, kiosk_id, epoch, seq)
    where seq is not null;

-- Hashes of complete subtrees only: they never change (RFC 6962 section 2.1).
create table lodge.audit_node (
    tenant_id uuid not null references lodge.organisation,
    generation integer not null,
    level smallint not null check (level > 0),
    position bigint not null,
    hash bytea not null,
    primary key (tenant_id, generation, level, position)
);

create table lodge.audit_checkpoint (
    tenant_id uuid not null references lodge.organisation,
    generation integer not null,
    size bigint not null,
    note text not null,
    signed_at timestamptz not null,
    primary key (tenant_id, generation, size)
);

select ops.classify('lodge.event_header', 'internal',
    'tenant_id kiosk_id epoch seq event_id kind stay_id hash raw received_at');
select ops.classify('lodge.audit_record', 'internal', 'tenant_id id kind raw recorded_at');
select ops.classify('lodge.audit_entry', 'internal',
    'tenant_id generation position leaf record_id kiosk_id epoch seq');
select ops.classify('lodge.audit_node', 'internal', 'tenant_id generation level position hash');
select ops.classify('lodge.audit_checkpoint', 'public', 'note');
select ops.classify('lodge.audit_checkpoint', 'internal', 'tenant_id generation size signed_at');

do $$
declare
    name text;
begin
    foreach name in array array['event_header', 'audit_record', 'audit_entry', 'audit_node',
        'audit_checkpoint'] loop
        perform ops.protect(('lodge.' || name)::regclass);
        perform ops.make_append_only(('lodge.' || name)::regclass);
    end loop;
end $$;

grant references on lodge.event_header, lodge.audit_record to lodge_owner;
grant trigger on lodge.event_header to lodge_ledger;
