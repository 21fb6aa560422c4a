-- Staff who sign in to the console, and their sessions.

create table lodge.staff_user (
    tenant_id uuid not null references lodge.organisation,
    id uuid not null,
    data_key_id uuid not null,
    name bytea not null,
    email bytea not null,
    email_token bytea not null,
    password_hash bytea not null,
    created_at timestamptz not null,
    password_set_at timestamptz not null,
    signed_in_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);
-- One account an address on the whole server: an address and a password lead to exactly one organisation.
create unique index staff_user_lookup on lodge.staff_user (email_token);

create table lodge.staff_session (
    tenant_id uuid not null,
    token_hash bytea not null,
    user_id uuid not null,
    created_at timestamptz not null,
    used_at timestamptz not null,
    ends_at timestamptz not null,
    primary key (tenant_id, token_hash),
    foreign key (tenant_id, user_id) references lodge.staff_user (tenant_id, id) on delete cascade
);
create unique index staff_session_lookup on lodge.staff_session (token_hash);
create index staff_session_by_user on lodge.staff_session (tenant_id, user_id);

-- The board lists who left today without reading every stay there ever was.
create index stay_by_departure on lodge.stay (tenant_id, departed_at) where departed_at is not null;

select ops.classify('lodge.staff_user', 'internal',
    'tenant_id id data_key_id created_at password_set_at signed_in_at');
select ops.classify('lodge.staff_user', 'restricted', 'name email email_token password_hash');
select ops.classify('lodge.staff_session', 'internal', 'tenant_id user_id created_at used_at ends_at');
select ops.classify('lodge.staff_session', 'restricted', 'token_hash');

do $$
declare
    name text;
begin
    foreach name in array array['staff_user', 'staff_session'] loop
        perform ops.protect(('lodge.' || name)::regclass);
        perform ops.make_writable(('lodge.' || name)::regclass);
    end loop;
end $$;

create policy lookup on lodge.staff_user for select to lodge_lookup using (true);
create policy lookup on lodge.staff_session for select to lodge_lookup using (true);
grant select (tenant_id, email_token) on lodge.staff_user to lodge_lookup;
grant select (tenant_id, token_hash) on lodge.staff_session to lodge_lookup;

-- Attempts of one address at one thing. Keys are keyed hashes: no address is readable here. Unlogged: after a
-- crash of the database everybody starts afresh, which is worth not writing each request to the log.
create unlogged table ops.rate_limit (
    key bytea primary key,
    hits timestamptz[] not null,
    allowed boolean not null,
    expires_at timestamptz not null
);
create index rate_limit_by_expiry on ops.rate_limit (expires_at);
grant select, insert, update, delete on ops.rate_limit to lodge_app, lodge_worker;

-- What concerns the server and no organisation, such as a sign-in with an address that nobody has (R27).
create table ops.system_log (
    id uuid primary key,
    at timestamptz not null,
    class text not null check (class in ('security', 'operation')),
    kind text not null,
    sealed bytea not null
);
create index system_log_by_time on ops.system_log (at);
grant select, insert on ops.system_log to lodge_app, lodge_worker;

grant create on schema lodge to lodge_lookup;
