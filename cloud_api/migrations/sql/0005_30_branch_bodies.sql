revoke create on schema lodge from lodge_ledger;

-- Bodies of branch events. A faulty pair is kept apart in "poison" and never interpreted.
create table lodge.branch_body (
    tenant_id uuid not null,
    kiosk_id uuid not null,
    epoch text not null,
    hash bytea not null,
    data_key_id uuid not null,
    muster bytea,
    full_body bytea,
    fault text,
    poison bytea,
    check (fault is not null or poison is null),
    primary key (tenant_id, kiosk_id, epoch, hash),
    foreign key (tenant_id, kiosk_id, epoch, hash) references lodge.event_branch (tenant_id, kiosk_id, epoch, hash),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);
create index branch_body_by_key on lodge.branch_body (tenant_id, data_key_id);

select ops.classify('lodge.branch_body', 'internal', 'tenant_id kiosk_id epoch hash data_key_id fault');
select ops.classify('lodge.branch_body', 'restricted', 'muster full_body poison');
select ops.protect('lodge.branch_body'::regclass);
select ops.make_writable('lodge.branch_body'::regclass);
-- As with event_body: erasure may delete, nobody may rewrite.
revoke update on lodge.branch_body from lodge_app, lodge_worker;
