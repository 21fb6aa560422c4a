-- What a program may do for whoever connected it (R03); null: whatever they may.
alter table lodge.api_client add column permissions text[] check (cardinality(permissions) > 0);
select ops.classify('lodge.api_client', 'internal', 'permissions');
