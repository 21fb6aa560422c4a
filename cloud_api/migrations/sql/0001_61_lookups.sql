-- Made by lodge_lookup. The search path is pinned: a caller's own objects can never stand in for ours.

create function lodge.find_device(wanted text) returns uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select tenant_id from lodge.kiosk_epoch where epoch = wanted $$;

create function lodge.find_enrolment_code(wanted text) returns uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select tenant_id from lodge.enrolment_code where id = wanted $$;

create function lodge.list_organisations() returns table (tenant_id uuid, name text)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select tenant_id, name from lodge.organisation order by name, tenant_id $$;

create function lodge.list_audit_backlogs() returns setof uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select distinct tenant_id from lodge.audit_pending $$;

create function lodge.list_alert_backlogs(before timestamptz) returns setof uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select distinct tenant_id from lodge.alert
          where standing in ('waiting', 'sending') and changed_at < before $$;

do $$
declare
    name text;
begin
    foreach name in array array['find_device(text)', 'find_enrolment_code(text)', 'list_organisations()',
        'list_audit_backlogs()', 'list_alert_backlogs(timestamptz)'] loop
        execute format('revoke all on function lodge.%s from public', name);
        execute format('grant execute on function lodge.%s to lodge_app, lodge_worker', name);
    end loop;
end $$;
