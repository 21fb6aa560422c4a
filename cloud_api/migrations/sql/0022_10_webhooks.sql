-- Webhooks (R24, ADR 74): where an organisation wants to be told, and each message to each of them. A message bears ids and
-- times, and its body is made when it is sent, so nothing personal waits here.

create table lodge.webhook (
    tenant_id uuid not null references lodge.organisation,
    id uuid not null,
    data_key_id uuid not null,
    name text not null check (length(name) between 1 and 100),
    url bytea not null,
    secret bytea not null,
    former_secret bytea,
    former_until timestamptz,
    site_id uuid,
    kinds text[] not null check (cardinality(kinds) between 1 and 20),
    created_at timestamptz not null,
    failing_since timestamptz,
    stopped_at timestamptz,
    check ((former_secret is null) = (former_until is null)),
    primary key (tenant_id, id),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id),
    foreign key (tenant_id, site_id) references lodge.site (tenant_id, id)
);

create table lodge.webhook_message (
    tenant_id uuid not null,
    id uuid not null,
    webhook_id uuid not null,
    kind text not null,
    subject_id uuid not null,
    site_id uuid,
    happened_at timestamptz not null,
    standing text not null check (standing in ('waiting', 'sent', 'failed')),
    attempts integer not null default 0,
    status integer,
    fault text,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, webhook_id, kind, subject_id),
    foreign key (tenant_id, webhook_id) references lodge.webhook (tenant_id, id) on delete cascade
);
create index webhook_message_by_standing on lodge.webhook_message (tenant_id, standing, changed_at);
create index webhook_message_by_hook on lodge.webhook_message (tenant_id, webhook_id, created_at);

select ops.classify('lodge.webhook', 'internal',
    'tenant_id id data_key_id name former_until site_id kinds created_at failing_since stopped_at');
select ops.classify('lodge.webhook', 'restricted', 'url secret former_secret');
select ops.classify('lodge.webhook_message', 'internal',
    'tenant_id id webhook_id kind subject_id site_id happened_at standing attempts status fault created_at changed_at');

do $$
declare
    name text;
begin
    foreach name in array array['webhook', 'webhook_message'] loop
        perform ops.protect(('lodge.' || name)::regclass);
        perform ops.make_writable(('lodge.' || name)::regclass);
    end loop;
end $$;

create policy lookup on lodge.webhook_message for select to lodge_lookup using (true);
grant select (tenant_id, standing, changed_at) on lodge.webhook_message to lodge_lookup;
grant create on schema lodge to lodge_lookup;
