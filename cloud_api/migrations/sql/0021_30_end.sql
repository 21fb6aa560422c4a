revoke create on schema lodge from lodge_ledger;

-- Who acted is erased with the act's body.
create function ops.forget_audit_actor() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
    update lodge.audit_search set actor = null where tenant_id = old.tenant_id and record_id = old.record_id;
    return null;
end $$;
revoke all on function ops.forget_audit_actor() from public;
create trigger forget_actor after delete on lodge.audit_body for each row execute function ops.forget_audit_actor();
alter table lodge.audit_body enable always trigger forget_actor;

-- The operator's log (R27): newest first by class; operation goes after its time, security is kept.
create index system_log_by_class on ops.system_log (class, at desc, id);
create function ops.keep_security() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
    if old.class <> 'operation' then
        raise exception 'entries of class % are kept', old.class using errcode = 'insufficient_privilege';
    end if;
    return old;
end $$;
revoke all on function ops.keep_security() from public;
create trigger keep_security before delete on ops.system_log for each row execute function ops.keep_security();
alter table ops.system_log enable always trigger keep_security;
grant delete on ops.system_log to lodge_worker;
