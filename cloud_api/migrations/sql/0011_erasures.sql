-- Visits whose people were erased (R32): ids only. Kiosks are told of them for as long as one might not have heard.
-- A row stays when all else of the visit is gone, so that a copy that comes back can be told again.

create table lodge.erasure (
    tenant_id uuid not null references lodge.organisation,
    id uuid not null,
    stay_id uuid not null,
    erased_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, stay_id)
);

select ops.classify('lodge.erasure', 'internal', 'tenant_id id stay_id erased_at');
select ops.protect('lodge.erasure'::regclass);
grant select, insert on lodge.erasure to lodge_app, lodge_worker;
