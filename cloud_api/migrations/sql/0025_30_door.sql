-- The tenant door without its sub-select. Every query names its organisation itself, and two values that one column must
-- equal are compared once a scan: neither form looks at the setting once a row. But a sub-select is planned anew for
-- every table of every query, which cost the console's pages 7 to 16 % (./lodge bench cloud; ADR 21).
create or replace function ops.protect(target regclass) returns void language plpgsql as $$
begin
    execute format('alter table %s enable row level security', target);
    execute format('alter table %s force row level security', target);
    execute format(
        'create policy tenant_door on %s using (tenant_id = '
        'nullif(current_setting(''app.tenant_id'', true), '''')::uuid)', target);
end $$;
