-- Events, and what is derived from them. Headers are made by lodge_ledger, in the file after this one.

create table lodge.kiosk_head (
    tenant_id uuid not null,
    kiosk_id uuid not null,
    epoch text not null,
    seq bigint not null check (seq >= 0),
    hash bytea not null,
    hlc text not null,
    updated_at timestamptz not null,
    primary key (tenant_id, kiosk_id, epoch),
    foreign key (tenant_id, kiosk_id, epoch) references lodge.kiosk_epoch (tenant_id, kiosk_id, epoch)
);

create table lodge.event_body (
    tenant_id uuid not null,
    kiosk_id uuid not null,
    epoch text not null,
    seq bigint not null,
    data_key_id uuid not null,
    muster bytea,
    full_body bytea,
    primary key (tenant_id, kiosk_id, epoch, seq),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);
create index event_body_by_key on lodge.event_body (tenant_id, data_key_id);

create table lodge.event_quarantine (
    tenant_id uuid not null,
    kiosk_id uuid not null,
    epoch text not null,
    seq bigint not null,
    event_id uuid not null,
    fault text not null,
    data_key_id uuid not null,
    sealed bytea,
    received_at timestamptz not null,
    primary key (tenant_id, kiosk_id, epoch, seq),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);

create table lodge.event_fork (
    tenant_id uuid not null,
    id uuid not null,
    kiosk_id uuid not null,
    epoch text not null,
    seq bigint not null,
    manifest text not null,
    data_key_id uuid not null,
    sealed bytea not null,
    received_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, kiosk_id, epoch) references lodge.kiosk_epoch (tenant_id, kiosk_id, epoch),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);
create unique index event_fork_once on lodge.event_fork (tenant_id, kiosk_id, epoch, md5(manifest));

create table lodge.batch_manifest (
    tenant_id uuid not null,
    kiosk_id uuid not null,
    epoch text not null,
    first_seq bigint not null,
    last_seq bigint not null,
    hash bytea not null,
    manifest text not null,
    received_at timestamptz not null,
    primary key (tenant_id, kiosk_id, epoch, hash),
    foreign key (tenant_id, kiosk_id, epoch) references lodge.kiosk_epoch (tenant_id, kiosk_id, epoch)
);

create table lodge.receipt (
    tenant_id uuid not null,
    kiosk_id uuid not null,
    epoch text not null,
    manifest_hash bytea not null,
    receipt text not null,
    signed_at timestamptz not null,
    primary key (tenant_id, kiosk_id, epoch, manifest_hash),
    foreign key (tenant_id, kiosk_id, epoch, manifest_hash)
        references lodge.batch_manifest (tenant_id, kiosk_id, epoch, hash)
);

create table lodge.stay (
    tenant_id uuid not null,
    id uuid not null,
    site_id uuid,
    data_key_id uuid not null,
    host_id uuid,
    present boolean not null,
    flags text[] not null,
    arrived_at timestamptz,
    departed_at timestamptz,
    name bytea,
    company bytea,
    host bytea,
    zone bytea,
    email bytea,
    details bytea,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, site_id) references lodge.site (tenant_id, id),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);
create index stay_present on lodge.stay (tenant_id, site_id, arrived_at) where present;
-- Partial, as every further index of a table that foreign keys refer to: on an empty table the planner could take
-- a whole one for the checks of those keys, keep that plan, and scan the tenant's rows for each check later.
create index stay_by_arrival on lodge.stay (tenant_id, arrived_at) where arrived_at is not null;

-- No foreign key: thirty tokens a person are written with their stay, in its transaction, and its checks would cost
-- more than all else that a batch writes. Whoever deletes a stay deletes its tokens (store/stays.py).
create table lodge.stay_token (
    tenant_id uuid not null,
    token bytea not null,
    stay_id uuid not null,
    primary key (tenant_id, token, stay_id)
);
create index stay_token_by_stay on lodge.stay_token (tenant_id, stay_id);

create table lodge.alert (
    tenant_id uuid not null,
    id uuid not null,
    stay_id uuid not null,
    event_id uuid not null,
    host_id uuid not null,
    channel text not null check (channel in ('email')),
    standing text not null check (standing in ('waiting', 'sending', 'sent', 'unsure', 'failed')),
    attempts integer not null default 0,
    fault text,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, stay_id, host_id, channel),
    foreign key (tenant_id, stay_id) references lodge.stay (tenant_id, id),
    foreign key (tenant_id, host_id) references lodge.host (tenant_id, id)
);
create index alert_by_standing on lodge.alert (tenant_id, standing, changed_at);

select ops.classify('lodge.kiosk_head', 'internal', 'tenant_id kiosk_id epoch seq hash hlc updated_at');
select ops.classify('lodge.event_body', 'internal', 'tenant_id kiosk_id epoch seq data_key_id');
select ops.classify('lodge.event_body', 'restricted', 'muster full_body');
select ops.classify('lodge.event_quarantine', 'internal',
    'tenant_id kiosk_id epoch seq event_id fault data_key_id received_at');
select ops.classify('lodge.event_quarantine', 'restricted', 'sealed');
select ops.classify('lodge.event_fork', 'internal',
    'tenant_id id kiosk_id epoch seq manifest data_key_id received_at');
select ops.classify('lodge.event_fork', 'restricted', 'sealed');
select ops.classify('lodge.batch_manifest', 'internal',
    'tenant_id kiosk_id epoch first_seq last_seq hash manifest received_at');
select ops.classify('lodge.receipt', 'internal',
    'tenant_id kiosk_id epoch manifest_hash receipt signed_at');
select ops.classify('lodge.stay', 'internal',
    'tenant_id id site_id data_key_id host_id present flags arrived_at departed_at updated_at');
select ops.classify('lodge.stay', 'restricted', 'name company host zone email details');
select ops.classify('lodge.stay_token', 'internal', 'tenant_id stay_id');
select ops.classify('lodge.stay_token', 'restricted', 'token');
select ops.classify('lodge.alert', 'internal',
    'tenant_id id stay_id event_id host_id channel standing attempts fault created_at changed_at');

do $$
declare
    name text;
begin
    foreach name in array array['kiosk_head', 'event_body', 'event_quarantine', 'event_fork', 'batch_manifest',
        'receipt', 'stay', 'stay_token', 'alert'] loop
        perform ops.protect(('lodge.' || name)::regclass);
        perform ops.make_writable(('lodge.' || name)::regclass);
    end loop;
end $$;

grant create on schema lodge to lodge_ledger;
grant references on lodge.organisation, lodge.kiosk_epoch to lodge_ledger;
