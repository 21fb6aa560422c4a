-- What the sequencer works on: rows come and go here, and only here.

revoke create on schema lodge from lodge_ledger;

create table lodge.audit_body (
    tenant_id uuid not null,
    record_id uuid not null,
    data_key_id uuid not null,
    body bytea not null,
    primary key (tenant_id, record_id),
    foreign key (tenant_id, record_id) references lodge.audit_record (tenant_id, id),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);

-- One row for a batch or a record; consumed and deleted, never read as "id > last". The time is the database's:
-- a kiosk's batches are stored one after the other under its locked head, so their rows sort in that order.
create table lodge.audit_pending (
    tenant_id uuid not null references lodge.organisation,
    id uuid not null default gen_random_uuid(),
    record_id uuid,
    kiosk_id uuid,
    epoch text,
    first_seq bigint,
    last_seq bigint,
    queued_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    foreign key (tenant_id, record_id) references lodge.audit_record (tenant_id, id),
    check ((record_id is null) <> (first_seq is null)),
    check ((first_seq is null) = (last_seq is null) and (first_seq is null) = (kiosk_id is null)
        and (first_seq is null) = (epoch is null))
);
create index audit_pending_in_order on lodge.audit_pending (tenant_id, queued_at);

-- Where an organisation's log stands; the row is locked by whoever integrates.
create table lodge.audit_log (
    tenant_id uuid not null references lodge.organisation,
    generation integer not null,
    size bigint not null,
    primary key (tenant_id, generation)
);

alter table lodge.event_body add foreign key (tenant_id, kiosk_id, epoch, seq)
    references lodge.event_header (tenant_id, kiosk_id, epoch, seq);
alter table lodge.event_quarantine add foreign key (tenant_id, kiosk_id, epoch, seq)
    references lodge.event_header (tenant_id, kiosk_id, epoch, seq);

select ops.classify('lodge.audit_body', 'internal', 'tenant_id record_id data_key_id');
select ops.classify('lodge.audit_body', 'restricted', 'body');
select ops.classify('lodge.audit_pending', 'internal',
    'tenant_id id record_id kiosk_id epoch first_seq last_seq queued_at');
select ops.classify('lodge.audit_log', 'internal', 'tenant_id generation size');

do $$
declare
    name text;
begin
    foreach name in array array['audit_body', 'audit_pending', 'audit_log'] loop
        perform ops.protect(('lodge.' || name)::regclass);
        perform ops.make_writable(('lodge.' || name)::regclass);
    end loop;
end $$;
