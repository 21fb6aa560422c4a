-- Where an organisation stands, what it may have, and what is left of one that was closed (ADR 63, ADR 64).

-- open; suspended (nobody signs in, kiosks wait); closing (the same, while it is exported); destroyed (its keys are gone).
alter table lodge.organisation
    add column standing text not null default 'open' check (standing in ('open', 'suspended', 'closing', 'destroyed')),
    add column standing_since timestamptz;

-- How much of something an organisation may have; without a row as much as it likes.
create table lodge.quota (
    tenant_id uuid not null references lodge.organisation,
    name text not null check (name in ('kiosks', 'staff', 'object_bytes')),
    allowed bigint not null check (allowed >= 0),
    primary key (tenant_id, name)
);

select ops.classify('lodge.organisation', 'internal', 'standing standing_since');
select ops.classify('lodge.quota', 'internal', 'tenant_id name allowed');
select ops.protect('lodge.quota'::regclass);
select ops.make_writable('lodge.quota'::regclass);

-- What is left of a closed organisation: its id, when, the digest of what was exported, and when its files were gone too.
-- The owner alone writes a row, in the transaction that deletes the rest: it is what lets the ledger's rows go with it.
create table ops.closed_organisation (
    tenant_id uuid primary key,
    closed_at timestamptz not null,
    export_sha256 bytea check (length(export_sha256) = 32),
    files_gone_at timestamptz
);
grant select, update (files_gone_at) on ops.closed_organisation to lodge_app, lodge_worker;
grant select on ops.closed_organisation to lodge_ledger;

-- The keys of its kiosks, so that one that comes back is told what happened.
create table ops.closed_key (
    epoch text primary key,
    tenant_id uuid not null references ops.closed_organisation
);
grant select on ops.closed_key to lodge_app, lodge_worker;

-- Append-only but for one case (R18, R26): the rows of an organisation that is being closed. Whoever deletes them must
-- own the table as well, which no application does.
create or replace function ops.refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and tg_level = 'ROW' then
        if exists (select from ops.closed_organisation where tenant_id = old.tenant_id) then
            return old;
        end if;
    end if;
    raise exception 'table % is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;

create or replace function ops.require_integrated() returns trigger
    language plpgsql set search_path = pg_catalog as $$
declare
    newest integer;
    wanted bigint := coalesce(old.last_seq - old.first_seq + 1, 1);
    found bigint;
begin
    if exists (select from ops.closed_organisation where tenant_id = old.tenant_id) then
        return null;
    end if;
    select max(generation) into newest from lodge.audit_log where tenant_id = old.tenant_id;
    if old.record_id is not null then
        select count(*) into found from lodge.audit_entry
            where tenant_id = old.tenant_id and generation = newest and record_id = old.record_id;
    else
        select count(*) into found from lodge.audit_entry
            where tenant_id = old.tenant_id and generation = newest and kiosk_id = old.kiosk_id
                and epoch = old.epoch and seq between old.first_seq and old.last_seq;
    end if;
    if found <> wanted then
        raise exception 'lodge.audit_pending is append-only but for what has entered the audit log'
            using errcode = 'insufficient_privilege';
    end if;
    return null;
end $$;

-- The server's own secrets are wrapped anew when the key service's key is replaced.
grant update (wrapped) on ops.server_secret to lodge_app;

grant select (standing) on lodge.organisation to lodge_lookup;
grant create on schema lodge to lodge_lookup;
