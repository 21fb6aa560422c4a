-- Tools that every later migration uses, so that no table is protected by hand and differently.

create schema lodge;
create schema queue;
comment on schema lodge is 'The product: every table is behind the tenant door.';
comment on schema queue is 'Jobs (procrastinate): ids only, no personal data.';

grant usage on schema lodge to lodge_app, lodge_worker, lodge_ledger, lodge_lookup;
grant usage on schema ops to lodge_app, lodge_worker, lodge_ledger;

-- The tenant door. (select ...) makes it an init plan: evaluated once a query, not once a row.
create function ops.protect(target regclass) returns void language plpgsql as $$
begin
    execute format('alter table %s enable row level security', target);
    execute format('alter table %s force row level security', target);
    execute format(
        'create policy tenant_door on %s using (tenant_id = '
        '(select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))', target);
end $$;

-- A data class (R25) for each named column: public, internal or restricted.
create function ops.classify(target regclass, class text, columns text) returns void language plpgsql as $$
declare
    name text;
begin
    if class not in ('public', 'internal', 'restricted') then
        raise exception 'no such data class: %', class;
    end if;
    foreach name in array string_to_array(columns, ' ') loop
        execute format('comment on column %s.%I is %L', target, name, class);
    end loop;
end $$;

create function ops.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'table % is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;

-- Append-only (R26): the application may read and add; triggers refuse the rest even where a grant slips in.
create function ops.make_append_only(target regclass) returns void language plpgsql as $$
begin
    execute format('create trigger refuse_row_change before update or delete on %s '
                   'for each row execute function ops.refuse_change()', target);
    execute format('create trigger refuse_truncate before truncate on %s '
                   'for each statement execute function ops.refuse_change()', target);
    execute format('alter table %s enable always trigger refuse_row_change', target);
    execute format('alter table %s enable always trigger refuse_truncate', target);
    execute format('revoke all on %s from public, lodge_owner', target);
    execute format('grant select, insert on %s to lodge_app, lodge_worker', target);
end $$;

create function ops.make_writable(target regclass) returns void language plpgsql as $$
begin
    execute format('grant select, insert, update, delete on %s to lodge_app, lodge_worker', target);
end $$;

revoke all on function ops.protect(regclass), ops.classify(regclass, text, text), ops.refuse_change(),
    ops.make_append_only(regclass), ops.make_writable(regclass) from public;
grant execute on function ops.protect(regclass), ops.classify(regclass, text, text), ops.refuse_change(),
    ops.make_append_only(regclass) to lodge_ledger;

-- Secrets of the whole server (such as the one behind request nonces), wrapped by the key service.
create table ops.server_secret (
    name text primary key,
    wrapped bytea not null,
    created_at timestamptz not null default now()
);
grant select, insert on ops.server_secret to lodge_app, lodge_worker;

-- Which revision the database is at, for the applications' readiness.
grant select on ops.migration to lodge_app, lodge_worker;
