-- key_id: the API key that made an invitation into the team, or chose where a webhook sends to: they end with it. A
-- server of the version before knows no such column: what is made there while both run belongs to the key's maker.
alter table lodge.staff_invitation add column key_id uuid;
alter table lodge.staff_invitation add foreign key (tenant_id, key_id) references lodge.api_key (tenant_id, id)
    on delete cascade;
create index staff_invitation_by_key on lodge.staff_invitation (tenant_id, key_id);
alter table lodge.webhook add column key_id uuid;
alter table lodge.webhook add foreign key (tenant_id, key_id) references lodge.api_key (tenant_id, id)
    on delete set null (key_id);
create index webhook_by_key on lodge.webhook (tenant_id, key_id);

-- thing_id: what a request made. Whoever deletes that has its kept answer forgotten.
alter table lodge.api_request add column thing_id uuid;
create index api_request_by_thing on lodge.api_request (tenant_id, thing_id);

select ops.classify('lodge.staff_invitation', 'internal', 'key_id');
select ops.classify('lodge.webhook', 'internal', 'key_id');
select ops.classify('lodge.api_request', 'internal', 'thing_id');
