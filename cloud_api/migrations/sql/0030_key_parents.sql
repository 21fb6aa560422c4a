-- parent_id: the key that asked for this one. A key ends no later than its parent, and is revoked with it.
alter table lodge.api_key add column parent_id uuid;
alter table lodge.api_key add foreign key (tenant_id, parent_id) references lodge.api_key (tenant_id, id)
    on delete cascade;
create index api_key_by_parent on lodge.api_key (tenant_id, parent_id);
select ops.classify('lodge.api_key', 'internal', 'parent_id');
