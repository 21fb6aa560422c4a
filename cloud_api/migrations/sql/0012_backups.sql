-- What a confirmed backup holds, for the second level of receipts (ADR 55). Backups belong to the whole server; what each
-- of them saw belongs to organisations.

-- Whether receipts wait for backups. Its one row is locked while a backup begins, so that numbers rise in that order.
create table ops.backup_terms (
    only_row boolean primary key default true check (only_row),
    expected boolean not null,
    changed_at timestamptz
);
insert into ops.backup_terms (expected) values (false);
grant select, update on ops.backup_terms to lodge_app, lodge_worker;

-- Ids are random: after a restore, the id of a backup that this database never heard of must not mean another one.
create table ops.backup (
    id uuid primary key,
    number bigint not null unique check (number > 0),
    begun_at timestamptz not null,
    confirmed_at timestamptz
);
grant select, insert, update on ops.backup to lodge_app, lodge_worker;

-- How far each log had come when a backup began; only where it had moved on since the one before.
create table lodge.backup_mark (
    tenant_id uuid not null,
    kiosk_id uuid not null,
    epoch text not null,
    number bigint not null check (number > 0),
    seq bigint not null check (seq > 0),
    primary key (tenant_id, kiosk_id, epoch, number),
    foreign key (tenant_id, kiosk_id, epoch) references lodge.kiosk_epoch (tenant_id, kiosk_id, epoch)
);

-- What stands beside the logs, by its name (a photo's id, 16 bytes; the hash of a branch's manifest, 32 bytes), under the
-- first backup that saw it. No foreign key: its checks would wait for photos that are just being asked for.
create table lodge.backup_item (
    tenant_id uuid not null references lodge.organisation,
    item bytea not null check (length(item) in (16, 32)),
    number bigint not null check (number > 0),
    primary key (tenant_id, item)
);

select ops.classify('lodge.backup_mark', 'internal', 'tenant_id kiosk_id epoch number seq');
select ops.classify('lodge.backup_item', 'internal', 'tenant_id item number');

do $$
declare
    name text;
begin
    foreach name in array array['backup_mark', 'backup_item'] loop
        perform ops.protect(('lodge.' || name)::regclass);
        perform ops.make_writable(('lodge.' || name)::regclass);
    end loop;
end $$;
