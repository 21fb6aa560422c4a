-- Organisations, their places, people to visit, papers and kiosks.

create table lodge.organisation (
    tenant_id uuid primary key,
    name text not null check (length(name) between 1 and 200),
    created_at timestamptz not null
);

create table lodge.kek (
    tenant_id uuid not null references lodge.organisation,
    version integer not null check (version > 0),
    service text not null,
    wrapped bytea,
    created_at timestamptz not null,
    destroyed_at timestamptz,
    primary key (tenant_id, version),
    check ((wrapped is null) = (destroyed_at is not null))
);

create table lodge.data_key (
    tenant_id uuid not null,
    id uuid not null,
    kek_version integer not null,
    purpose text not null check (purpose in ('organisation', 'stay', 'host')),
    wrapped bytea,
    created_at timestamptz not null,
    destroyed_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, kek_version) references lodge.kek (tenant_id, version),
    check ((wrapped is null) = (destroyed_at is not null))
);

create table lodge.signing_key (
    tenant_id uuid not null references lodge.organisation,
    id text not null,
    purpose text not null check (purpose in ('receipt', 'feed', 'command', 'token', 'log', 'sealing')),
    standing text not null check (standing in ('next', 'current', 'retired')),
    public_key bytea not null,
    data_key_id uuid not null,
    private_key bytea,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);
create unique index signing_key_in_use on lodge.signing_key (tenant_id, purpose, standing)
    where standing <> 'retired';

create table lodge.keys_page (
    tenant_id uuid not null references lodge.organisation,
    version integer not null check (version > 0),
    page text not null,
    root_key bytea not null,
    created_at timestamptz not null,
    primary key (tenant_id, version)
);

create table lodge.site (
    tenant_id uuid not null references lodge.organisation,
    id uuid not null,
    key text not null,
    name text not null,
    time_zone text not null,
    settings json not null,
    data_key_id uuid not null,
    pin_hash bytea,
    primary key (tenant_id, id),
    unique (tenant_id, key),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);

create table lodge.zone (
    tenant_id uuid not null,
    id uuid not null,
    site_id uuid not null,
    key text not null,
    name text not null,
    muster_point text not null,
    primary key (tenant_id, id),
    unique (tenant_id, site_id, key),
    foreign key (tenant_id, site_id) references lodge.site (tenant_id, id)
);

create table lodge.host (
    tenant_id uuid not null,
    id uuid not null,
    site_id uuid,
    data_key_id uuid not null,
    active boolean not null,
    name bytea not null,
    email bytea not null,
    department bytea not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, site_id) references lodge.site (tenant_id, id),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);

create table lodge.document (
    tenant_id uuid not null references lodge.organisation,
    key text not null,
    version text not null,
    language text not null,
    title text not null,
    paragraphs text[] not null,
    sha256 bytea not null,
    current boolean not null,
    primary key (tenant_id, key, version, language)
);

create table lodge.visitor_type (
    tenant_id uuid not null references lodge.organisation,
    key text not null,
    position integer not null,
    definition json not null,
    primary key (tenant_id, key)
);

create table lodge.kiosk (
    tenant_id uuid not null,
    id uuid not null,
    site_id uuid not null,
    zone_id uuid,
    name text not null,
    created_at timestamptz not null,
    revoked_at timestamptz,
    last_seen_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, site_id) references lodge.site (tenant_id, id),
    foreign key (tenant_id, zone_id) references lodge.zone (tenant_id, id)
);

create table lodge.kiosk_epoch (
    tenant_id uuid not null,
    kiosk_id uuid not null,
    epoch text not null,
    public_key bytea not null,
    audience text not null,
    standing text not null check (standing in ('current', 'unconfirmed', 'frozen', 'revoked')),
    started_at timestamptz not null,
    primary key (tenant_id, kiosk_id, epoch),
    foreign key (tenant_id, kiosk_id) references lodge.kiosk (tenant_id, id)
);
create unique index kiosk_epoch_lookup on lodge.kiosk_epoch (epoch);

create table lodge.enrolment_code (
    tenant_id uuid not null,
    id text not null,
    kiosk_id uuid not null,
    data_key_id uuid not null,
    verifier bytea not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    failures integer not null default 0,
    used_by text,
    used_at timestamptz,
    answer text,
    check ((used_by is null) = (used_at is null) and (used_by is null) = (answer is null)),
    primary key (tenant_id, id),
    foreign key (tenant_id, kiosk_id) references lodge.kiosk (tenant_id, id),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);
create unique index enrolment_code_lookup on lodge.enrolment_code (id);

create table lodge.feed_page (
    tenant_id uuid not null,
    site_id uuid not null,
    kind text not null,
    version integer not null check (version > 0),
    hash bytea not null,
    content_hash bytea not null,
    data_key_id uuid not null,
    page bytea not null,
    expires_at timestamptz not null,
    created_at timestamptz not null,
    primary key (tenant_id, site_id, kind, version),
    foreign key (tenant_id, site_id) references lodge.site (tenant_id, id),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);

select ops.classify('lodge.organisation', 'public', 'name');
select ops.classify('lodge.organisation', 'internal', 'tenant_id created_at');
select ops.classify('lodge.kek', 'internal', 'tenant_id version service created_at destroyed_at');
select ops.classify('lodge.kek', 'restricted', 'wrapped');
select ops.classify('lodge.data_key', 'internal', 'tenant_id id kek_version purpose created_at destroyed_at');
select ops.classify('lodge.data_key', 'restricted', 'wrapped');
select ops.classify('lodge.signing_key', 'public', 'id public_key');
select ops.classify('lodge.signing_key', 'internal', 'tenant_id purpose standing data_key_id created_at');
select ops.classify('lodge.signing_key', 'restricted', 'private_key');
select ops.classify('lodge.keys_page', 'public', 'page root_key');
select ops.classify('lodge.keys_page', 'internal', 'tenant_id version created_at');
select ops.classify('lodge.site', 'public', 'name time_zone');
select ops.classify('lodge.site', 'internal', 'tenant_id id key settings data_key_id');
select ops.classify('lodge.site', 'restricted', 'pin_hash');
select ops.classify('lodge.zone', 'public', 'name muster_point');
select ops.classify('lodge.zone', 'internal', 'tenant_id id site_id key');
select ops.classify('lodge.host', 'internal', 'tenant_id id site_id data_key_id active');
select ops.classify('lodge.host', 'restricted', 'name email department');
select ops.classify('lodge.document', 'public', 'title paragraphs sha256');
select ops.classify('lodge.document', 'internal', 'tenant_id key version language current');
select ops.classify('lodge.visitor_type', 'internal', 'tenant_id key position definition');
select ops.classify('lodge.kiosk', 'internal',
    'tenant_id id site_id zone_id name created_at revoked_at last_seen_at');
select ops.classify('lodge.kiosk_epoch', 'public', 'epoch public_key');
select ops.classify('lodge.kiosk_epoch', 'internal', 'tenant_id kiosk_id audience standing started_at');
select ops.classify('lodge.enrolment_code', 'internal',
    'tenant_id id kiosk_id data_key_id created_at expires_at failures used_by used_at answer');
select ops.classify('lodge.enrolment_code', 'restricted', 'verifier');
select ops.classify('lodge.feed_page', 'internal',
    'tenant_id site_id kind version hash content_hash data_key_id expires_at created_at');
select ops.classify('lodge.feed_page', 'restricted', 'page');

do $$
declare
    name text;
begin
    foreach name in array array['organisation', 'kek', 'data_key', 'signing_key', 'keys_page', 'site', 'zone',
        'host', 'document', 'visitor_type', 'kiosk', 'kiosk_epoch', 'enrolment_code', 'feed_page'] loop
        perform ops.protect(('lodge.' || name)::regclass);
        perform ops.make_writable(('lodge.' || name)::regclass);
    end loop;
end $$;
