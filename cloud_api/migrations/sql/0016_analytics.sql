-- Read-only analytics (R25): every column whose data class is public or internal, and never one that is restricted. The
-- grants are made from the classes themselves, for the tables of whoever calls; every upgrade ends with it
-- (migrations/upgrade.py), so that a table of a later revision, or another class, needs no further thought.

create function ops.grant_analytics() returns void language plpgsql set search_path = pg_catalog as $$
declare
    item record;
begin
    for item in
        select c.oid::regclass as target,
            string_agg(quote_ident(a.attname), ', ' order by a.attnum)
                filter (where col_description(c.oid, a.attnum) in ('public', 'internal')) as readable
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'lodge'::regnamespace and c.relkind in ('r', 'p') and c.relowner = current_user::regrole
        group by c.oid
    loop
        -- Takes the rights on columns away too.
        execute format('revoke all on table %s from lodge_analytics', item.target);
        if item.readable is not null then
            execute format('grant select (%s) on table %s to lodge_analytics', item.readable, item.target);
        end if;
    end loop;
end $$;
revoke all on function ops.grant_analytics() from public;
grant execute on function ops.grant_analytics() to lodge_ledger;

grant usage on schema lodge to lodge_analytics;
