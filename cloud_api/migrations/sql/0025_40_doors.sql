-- Of all tables that this owner has.
do $$
declare
    guarded regclass;
begin
    for guarded in
        select c.oid from pg_policy p join pg_class c on c.oid = p.polrelid
            where c.relnamespace = 'lodge'::regnamespace and p.polname = 'tenant_door'
                and c.relowner = current_user::regrole
    loop
        execute format(
            'alter policy tenant_door on %s using (tenant_id = '
            'nullif(current_setting(''app.tenant_id'', true), '''')::uuid)', guarded);
    end loop;
end $$;
