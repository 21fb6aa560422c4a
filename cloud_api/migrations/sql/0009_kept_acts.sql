-- What waits for the audit log may leave the waiting list only into the log (R26). The sequencer deletes and adds in one
-- transaction, so the question is asked at its end; whoever deletes without adding is refused.
create function ops.require_integrated() returns trigger
    language plpgsql set search_path = pg_catalog as $$
declare
    newest integer := (select max(generation) from lodge.audit_log where tenant_id = old.tenant_id);
    wanted bigint := coalesce(old.last_seq - old.first_seq + 1, 1);
    found bigint;
begin
    if old.record_id is not null then
        select count(*) into found from lodge.audit_entry
            where tenant_id = old.tenant_id and generation = newest and record_id = old.record_id;
    else
        select count(*) into found from lodge.audit_entry
            where tenant_id = old.tenant_id and generation = newest and kiosk_id = old.kiosk_id
                and epoch = old.epoch and seq between old.first_seq and old.last_seq;
    end if;
    if found <> wanted then
        raise exception 'lodge.audit_pending is append-only but for what has entered the audit log'
            using errcode = 'insufficient_privilege';
    end if;
    return null;
end $$;
revoke execute on function ops.require_integrated() from public;

create constraint trigger audit_pending_kept after delete on lodge.audit_pending
    deferrable initially deferred for each row execute function ops.require_integrated();
alter table lodge.audit_pending enable always trigger audit_pending_kept;

-- Where a kiosk's log stands is moved on, never dropped: without it the kiosk could not be heard.
revoke delete on lodge.kiosk_head from lodge_app, lodge_worker;
