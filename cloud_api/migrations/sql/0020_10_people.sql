-- Invitations, one-time links of accounts, their letters (ADR 69); signed links and what hosts choose by them (ADR 70).

-- token_hash: SHA-256 of the token of the link that was given out last; by_mail: it went by mail, so that whoever
-- follows it reads what is sent to the address. An invitation lives by whoever sent it, and goes with them.
create table lodge.staff_invitation (
    tenant_id uuid not null references lodge.organisation,
    id uuid not null,
    data_key_id uuid not null,
    email bytea not null,
    token_hash bytea,
    by_mail boolean not null default false,
    invited_by uuid,
    language text not null,
    made_at timestamptz not null,
    ends_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, token_hash),
    foreign key (tenant_id, invited_by) references lodge.staff_user (tenant_id, id) on delete cascade,
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);
create index staff_invitation_by_inviter on lodge.staff_invitation (tenant_id, invited_by);

create table lodge.staff_invitation_role (
    tenant_id uuid not null,
    invitation_id uuid not null,
    role text not null check (role in
        ('owner', 'admin', 'location_admin', 'receptionist', 'host', 'security', 'read_only')),
    site_id uuid check (site_id is null or role not in ('owner', 'admin')),
    unique nulls not distinct (tenant_id, invitation_id, role, site_id),
    foreign key (tenant_id, invitation_id) references lodge.staff_invitation (tenant_id, id) on delete cascade,
    foreign key (tenant_id, site_id) references lodge.site (tenant_id, id)
);

-- A link by which an account gets another password, or an address is proved (email: the address, sealed).
create table lodge.staff_link (
    tenant_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    purpose text not null check (purpose in ('password', 'address')),
    token_hash bytea,
    data_key_id uuid not null,
    email bytea not null,
    made_at timestamptz not null,
    ends_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, token_hash),
    foreign key (tenant_id, user_id) references lodge.staff_user (tenant_id, id) on delete cascade,
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);
create index staff_link_by_user on lodge.staff_link (tenant_id, user_id, purpose);

-- A mail to somebody of the staff: one row each, whatever is sent or crashes. It says which invitation, link or account
-- it is about and holds no text; recipient: an address that stands nowhere else any more, sealed.
create table lodge.letter (
    tenant_id uuid not null references lodge.organisation,
    id uuid not null,
    kind text not null check (kind in
        ('invitation', 'password_link', 'password_changed', 'address_link', 'address_changed')),
    subject_id uuid not null,
    data_key_id uuid not null,
    recipient bytea,
    standing text not null check (standing in ('waiting', 'sending', 'sent', 'unsure', 'failed')),
    attempts integer not null default 0,
    fault text,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);
create index letter_by_standing on lodge.letter (tenant_id, standing, changed_at);
create index letter_by_subject on lodge.letter (tenant_id, subject_id, created_at);

-- Password-less links (R10). What is handed out is signed over this row; without the row, or once it is revoked, it is
-- nothing. generation: of the key that signed it.
create table lodge.signed_link (
    tenant_id uuid not null references lodge.organisation,
    id uuid not null,
    purpose text not null,
    subject_id uuid not null,
    generation integer not null,
    made_at timestamptz not null,
    ends_at timestamptz not null,
    revoked_at timestamptz,
    primary key (tenant_id, id)
);
create index signed_link_by_subject on lodge.signed_link (tenant_id, purpose, subject_id, ends_at);

-- invitation_domains: whose addresses may be invited (R09), any where there is none.
alter table lodge.organisation
    add column invitation_domains text[] not null default '{}',
    add column link_generation integer not null default 1;
-- email_proved_at: when whoever has the account last showed that they read what is sent to its address.
alter table lodge.staff_user add column email_proved_at timestamptz, add column language text;
-- Until when the host wants no mail of arrivals; muted: for that an alert was not sent.
alter table lodge.host add column muted_until timestamptz;
alter table lodge.alert add column muted boolean not null default false;

select ops.classify('lodge.staff_invitation', 'internal',
    'tenant_id id data_key_id by_mail invited_by language made_at ends_at');
select ops.classify('lodge.staff_invitation', 'restricted', 'email token_hash');
select ops.classify('lodge.staff_invitation_role', 'internal', 'tenant_id invitation_id role site_id');
select ops.classify('lodge.staff_link', 'internal', 'tenant_id id user_id purpose data_key_id made_at ends_at');
select ops.classify('lodge.staff_link', 'restricted', 'token_hash email');
select ops.classify('lodge.letter', 'internal',
    'tenant_id id kind subject_id data_key_id standing attempts fault created_at changed_at');
select ops.classify('lodge.letter', 'restricted', 'recipient');
select ops.classify('lodge.signed_link', 'internal',
    'tenant_id id purpose subject_id generation made_at ends_at revoked_at');
select ops.classify('lodge.organisation', 'internal', 'invitation_domains link_generation');
select ops.classify('lodge.staff_user', 'internal', 'email_proved_at language');
select ops.classify('lodge.host', 'internal', 'muted_until');
select ops.classify('lodge.alert', 'internal', 'muted');

do $$
declare
    name text;
begin
    foreach name in array array['staff_invitation', 'staff_invitation_role', 'staff_link', 'letter', 'signed_link'] loop
        perform ops.protect(('lodge.' || name)::regclass);
        perform ops.make_writable(('lodge.' || name)::regclass);
    end loop;
end $$;

create policy lookup on lodge.letter for select to lodge_lookup using (true);
grant select (tenant_id, standing, changed_at) on lodge.letter to lodge_lookup;
grant select (muted) on lodge.alert to lodge_lookup;
grant create on schema lodge to lodge_lookup;
