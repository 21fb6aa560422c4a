-- Generations of the audit log, what its witnesses hold, withdrawn keys, and moves of the root key (docs/protocol-log.md,
-- docs/protocol-keys.md).

-- A generation begins with the first base_size entries of the one before; cites: the checkpoint that could not be
-- continued. Exactly one generation is open.
alter table lodge.audit_log
    add column base_size bigint not null default 0 check (base_size >= 0),
    add column opened_at timestamptz,
    add column cites text,
    add column closed_at timestamptz;
create unique index audit_log_open on lodge.audit_log (tenant_id) where closed_at is null;

-- What each kiosk said last of the log: the checkpoint that it holds, and its alarm while nobody has closed it.
create table lodge.log_witness (
    tenant_id uuid not null,
    kiosk_id uuid not null,
    note text,
    alarm text,
    evidence text,
    heard_at timestamptz not null,
    primary key (tenant_id, kiosk_id),
    foreign key (tenant_id, kiosk_id) references lodge.kiosk (tenant_id, id),
    check ((alarm is null) = (evidence is null))
);

-- Checkpoints, signed by our own key, that our log does not continue: it was restored or changed behind our back.
-- answered_by: the generation that was opened because of it, or that was open when a further one became known.
create table lodge.log_contradiction (
    tenant_id uuid not null,
    generation integer not null check (generation > 0),
    size bigint not null check (size >= 0),
    root bytea not null,
    note text not null,
    kiosk_id uuid not null,
    heard_at timestamptz not null,
    answered_by integer,
    primary key (tenant_id, generation, size, root),
    foreign key (tenant_id, kiosk_id) references lodge.kiosk (tenant_id, id)
);

-- A key that has leaked is kept, to name it, and appears on no page any more.
alter table lodge.signing_key drop constraint signing_key_standing_check;
alter table lodge.signing_key
    add constraint signing_key_standing_check check (standing in ('next', 'current', 'retired', 'withdrawn')),
    add column withdrawn_at timestamptz,
    add check ((standing = 'withdrawn') = (withdrawn_at is not null));
drop index lodge.signing_key_in_use;
create unique index signing_key_in_use on lodge.signing_key (tenant_id, purpose, standing)
    where standing in ('next', 'current');

-- Each move of the root key, by both keys; page_version: the first page that the new one signed.
create table lodge.root_move (
    tenant_id uuid not null references lodge.organisation,
    page_version integer not null check (page_version > 0),
    message text not null,
    moved_at timestamptz not null,
    primary key (tenant_id, page_version)
);

select ops.classify('lodge.audit_log', 'internal', 'base_size opened_at cites closed_at');
select ops.classify('lodge.log_witness', 'internal', 'tenant_id kiosk_id note alarm evidence heard_at');
select ops.classify('lodge.log_contradiction', 'internal',
    'tenant_id generation size root note kiosk_id heard_at answered_by');
select ops.classify('lodge.signing_key', 'internal', 'withdrawn_at');
select ops.classify('lodge.root_move', 'internal', 'tenant_id page_version moved_at');
select ops.classify('lodge.root_move', 'public', 'message');

do $$
declare
    name text;
begin
    foreach name in array array['log_witness', 'log_contradiction', 'root_move'] loop
        perform ops.protect(('lodge.' || name)::regclass);
        perform ops.make_writable(('lodge.' || name)::regclass);
    end loop;
end $$;
