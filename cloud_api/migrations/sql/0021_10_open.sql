-- The ledger's owner makes the index of the next file.
grant create on schema lodge to lodge_ledger;

-- By what an administrative act is found: made from its body, and gone with it. actor: a keyed token of who acted.
alter table lodge.audit_body
    add column actor bytea,
    add column kiosk_id uuid,
    add column stay_id uuid;
select ops.classify('lodge.audit_body', 'restricted', 'actor');
select ops.classify('lodge.audit_body', 'internal', 'kiosk_id stay_id');

-- By what entries of the audit log are found (ADR 72). It is made from the log and is no evidence: who doubts a search
-- leafs through the log itself. An entry keeps its position in every generation that has it, so one row serves all. What
-- was in the log before this revision is added as the log grows; who acted then is not, for that is sealed.
create table lodge.audit_search (
    tenant_id uuid not null references lodge.organisation,
    position bigint not null,
    kind text not null,
    kiosk_id uuid,
    stay_id uuid,
    record_id uuid,
    actor bytea,
    primary key (tenant_id, position)
);
select ops.classify('lodge.audit_search', 'internal', 'tenant_id position kind kiosk_id stay_id record_id');
select ops.classify('lodge.audit_search', 'restricted', 'actor');

create index audit_search_by_kind on lodge.audit_search (tenant_id, kind, position);
create index audit_search_by_kiosk on lodge.audit_search (tenant_id, kiosk_id, position) where kiosk_id is not null;
create index audit_search_by_stay on lodge.audit_search (tenant_id, stay_id, position) where stay_id is not null;
create index audit_search_by_actor on lodge.audit_search (tenant_id, actor, position) where actor is not null;
create unique index audit_search_by_record on lodge.audit_search (tenant_id, record_id) where record_id is not null;

select ops.protect('lodge.audit_search'::regclass);
select ops.make_writable('lodge.audit_search'::regclass);
