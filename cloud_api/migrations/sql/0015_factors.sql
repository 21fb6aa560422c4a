-- Second factors of staff, the state between password and second step, and more about each session (ADR 62).

-- An authenticator app (RFC 6238). used_step: the last step whose code was taken; a code is taken once.
create table lodge.staff_totp (
    tenant_id uuid not null,
    user_id uuid not null,
    data_key_id uuid not null,
    secret bytea not null,
    made_at timestamptz not null,
    confirmed_at timestamptz,
    used_step bigint not null default -1,
    used_at timestamptz,
    primary key (tenant_id, user_id),
    foreign key (tenant_id, user_id) references lodge.staff_user (tenant_id, id) on delete cascade,
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);

-- WebAuthn credentials. suspect_at: since when its counter says that there are two of it; it opens nothing any more.
create table lodge.staff_passkey (
    tenant_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    data_key_id uuid not null,
    credential_id bytea not null,
    public_key bytea not null,
    sign_count bigint not null,
    name bytea not null,
    made_at timestamptz not null,
    used_at timestamptz,
    suspect_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, credential_id),
    foreign key (tenant_id, user_id) references lodge.staff_user (tenant_id, id) on delete cascade,
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);
create index staff_passkey_by_user on lodge.staff_passkey (tenant_id, user_id);

create table lodge.staff_recovery_code (
    tenant_id uuid not null,
    user_id uuid not null,
    code_hash bytea not null,
    made_at timestamptz not null,
    used_at timestamptz,
    primary key (tenant_id, user_id, code_hash),
    foreign key (tenant_id, user_id) references lodge.staff_user (tenant_id, id) on delete cascade
);

-- Somebody whose password was right and whose second step is still to come. It is no session and opens nothing.
create table lodge.staff_half_sign_in (
    tenant_id uuid not null,
    token_hash bytea not null,
    user_id uuid not null,
    ends_at timestamptz not null,
    failures smallint not null default 0,
    challenge bytea,
    primary key (tenant_id, token_hash),
    foreign key (tenant_id, user_id) references lodge.staff_user (tenant_id, id) on delete cascade
);
create index staff_half_sign_in_by_user on lodge.staff_half_sign_in (tenant_id, user_id);

-- proved_at: when whoever has the session last proved who they are; challenge: what a passkey is to sign.
alter table lodge.staff_session
    add column id uuid not null default gen_random_uuid(),
    add column two_factor boolean not null default false,
    add column proved_at timestamptz,
    add column proof_failures smallint not null default 0,
    add column challenge bytea,
    add column data_key_id uuid,
    add column address bytea,
    add column browser bytea,
    add unique (tenant_id, id),
    add foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id);

-- The policy of sessions (R09), in minutes.
alter table lodge.organisation
    add column session_idle integer not null default 30 check (session_idle between 5 and 240),
    add column session_longest integer not null default 720 check (session_longest between 30 and 1440),
    add check (session_idle <= session_longest);

select ops.classify('lodge.staff_totp', 'internal',
    'tenant_id user_id data_key_id made_at confirmed_at used_step used_at');
select ops.classify('lodge.staff_totp', 'restricted', 'secret');
select ops.classify('lodge.staff_passkey', 'internal',
    'tenant_id id user_id data_key_id public_key sign_count made_at used_at suspect_at');
select ops.classify('lodge.staff_passkey', 'restricted', 'credential_id name');
select ops.classify('lodge.staff_recovery_code', 'internal', 'tenant_id user_id made_at used_at');
select ops.classify('lodge.staff_recovery_code', 'restricted', 'code_hash');
select ops.classify('lodge.staff_half_sign_in', 'internal', 'tenant_id user_id ends_at failures');
select ops.classify('lodge.staff_half_sign_in', 'restricted', 'token_hash challenge');
select ops.classify('lodge.staff_session', 'internal', 'id two_factor proved_at proof_failures data_key_id');
select ops.classify('lodge.staff_session', 'restricted', 'challenge address browser');
select ops.classify('lodge.organisation', 'internal', 'session_idle session_longest');

do $$
declare
    name text;
begin
    foreach name in array array['staff_totp', 'staff_passkey', 'staff_recovery_code', 'staff_half_sign_in'] loop
        perform ops.protect(('lodge.' || name)::regclass);
        perform ops.make_writable(('lodge.' || name)::regclass);
    end loop;
end $$;
