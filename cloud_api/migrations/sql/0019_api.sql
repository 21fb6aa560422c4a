-- Programs that ask for people: API keys, programs with tokens, and what was answered to requests that may come twice
-- (ADR 67, 68). A token begins with its organisation's id, so none of it needs to be found past the tenant door.

-- site_ids: null for all locations of the maker. What a key may do is never more than its maker may at that moment.
create table lodge.api_key (
    tenant_id uuid not null,
    id uuid not null,
    token_hash bytea not null,
    maker_id uuid not null,
    data_key_id uuid not null,
    name bytea not null,
    permissions text[] not null,
    site_ids uuid[],
    made_at timestamptz not null,
    ends_at timestamptz,
    used_at timestamptz,
    revoked_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, token_hash),
    foreign key (tenant_id, maker_id) references lodge.staff_user (tenant_id, id) on delete cascade,
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);
create index api_key_by_maker on lodge.api_key (tenant_id, maker_id);

-- A program that somebody connected: the family of all tokens that came of one.
create table lodge.api_client (
    tenant_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    data_key_id uuid not null,
    name bytea not null,
    two_factor boolean not null,
    made_at timestamptz not null,
    used_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, user_id) references lodge.staff_user (tenant_id, id) on delete cascade,
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);
create index api_client_by_user on lodge.api_client (tenant_id, user_id);

create table lodge.api_access (
    tenant_id uuid not null,
    token_hash bytea not null,
    client_id uuid not null,
    ends_at timestamptz not null,
    primary key (tenant_id, token_hash),
    foreign key (tenant_id, client_id) references lodge.api_client (tenant_id, id) on delete cascade
);
create index api_access_by_client on lodge.api_access (tenant_id, client_id);

-- used_at: when it was exchanged for the next. It stays until its own end, for whoever sends it again betrays a copy.
create table lodge.api_refresh (
    tenant_id uuid not null,
    token_hash bytea not null,
    client_id uuid not null,
    made_at timestamptz not null,
    ends_at timestamptz not null,
    used_at timestamptz,
    primary key (tenant_id, token_hash),
    foreign key (tenant_id, client_id) references lodge.api_client (tenant_id, id) on delete cascade
);
create index api_refresh_by_client on lodge.api_refresh (tenant_id, client_id);

-- What a caller asked under an Idempotency-Key, and the answer once there is one.
create table lodge.api_request (
    tenant_id uuid not null references lodge.organisation,
    caller_id uuid not null,
    key_hash bytea not null,
    request_hash bytea not null,
    made_at timestamptz not null,
    status smallint,
    data_key_id uuid,
    answer bytea,
    primary key (tenant_id, caller_id, key_hash),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);
create index api_request_by_age on lodge.api_request (tenant_id, made_at);

select ops.classify('lodge.api_key', 'internal',
    'tenant_id id maker_id data_key_id permissions site_ids made_at ends_at used_at revoked_at');
select ops.classify('lodge.api_key', 'restricted', 'token_hash name');
select ops.classify('lodge.api_client', 'internal', 'tenant_id id user_id data_key_id two_factor made_at used_at');
select ops.classify('lodge.api_client', 'restricted', 'name');
select ops.classify('lodge.api_access', 'internal', 'tenant_id client_id ends_at');
select ops.classify('lodge.api_access', 'restricted', 'token_hash');
select ops.classify('lodge.api_refresh', 'internal', 'tenant_id client_id made_at ends_at used_at');
select ops.classify('lodge.api_refresh', 'restricted', 'token_hash');
select ops.classify('lodge.api_request', 'internal',
    'tenant_id caller_id key_hash request_hash made_at status data_key_id');
select ops.classify('lodge.api_request', 'restricted', 'answer');

do $$
declare
    name text;
begin
    foreach name in array array['api_key', 'api_client', 'api_access', 'api_refresh', 'api_request'] loop
        perform ops.protect(('lodge.' || name)::regclass);
        perform ops.make_writable(('lodge.' || name)::regclass);
    end loop;
end $$;
