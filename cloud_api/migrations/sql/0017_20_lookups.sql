-- Made by lodge_lookup. An organisation whose keys are gone is nothing that rounds could work on.

create or replace function lodge.list_organisations() returns table (tenant_id uuid, name text)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select tenant_id, name from lodge.organisation where standing <> 'destroyed' order by name, tenant_id $$;

create function lodge.list_standings() returns table (tenant_id uuid, name text, standing text)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select tenant_id, name, standing from lodge.organisation order by name, tenant_id $$;

create or replace function lodge.list_audit_backlogs() returns setof uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select distinct tenant_id from lodge.audit_pending where tenant_id not in
          (select tenant_id from lodge.organisation where standing = 'destroyed') $$;

create or replace function lodge.list_alert_backlogs(before timestamptz) returns setof uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select distinct tenant_id from lodge.alert
          where standing in ('waiting', 'sending') and changed_at < before and tenant_id not in
          (select tenant_id from lodge.organisation where standing = 'destroyed') $$;

revoke all on function lodge.list_standings() from public;
grant execute on function lodge.list_standings() to lodge_app, lodge_worker;
