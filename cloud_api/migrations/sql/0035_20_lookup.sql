create function lodge.list_call_escalations(due timestamptz) returns setof uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select distinct tenant_id from lodge.reception_call where escalate_at <= due and tenant_id in
          (select tenant_id from lodge.organisation where standing = 'open') $$;
revoke all on function lodge.list_call_escalations(timestamptz) from public;
grant execute on function lodge.list_call_escalations(timestamptz) to lodge_app, lodge_worker;
