revoke create on schema lodge from lodge_lookup;

-- The service adds jobs; the worker runs, retries and purges them.

grant usage on schema queue to lodge_app, lodge_worker;
grant select, insert, update, delete on all tables in schema queue to lodge_worker;
grant usage on all sequences in schema queue to lodge_app, lodge_worker;
grant select, insert on queue.procrastinate_jobs, queue.procrastinate_events to lodge_app;

-- procrastinate's functions name its tables without a schema: find them whatever the caller's search path is.
do $$
declare
    item regprocedure;
begin
    for item in select oid from pg_proc where pronamespace = 'queue'::regnamespace loop
        execute format('alter function %s set search_path = queue, pg_catalog, pg_temp', item);
    end loop;
end $$;
