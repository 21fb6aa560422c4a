-- Made by lodge_lookup, like the look-ups of 0001: before anybody is signed in, the organisation is not known.

create function lodge.find_sign_in(wanted bytea) returns uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select tenant_id from lodge.staff_user where email_token = wanted $$;

create function lodge.find_session(wanted bytea) returns uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select tenant_id from lodge.staff_session where token_hash = wanted $$;

revoke all on function lodge.find_sign_in(bytea), lodge.find_session(bytea) from public;
grant execute on function lodge.find_sign_in(bytea), lodge.find_session(bytea) to lodge_app, lodge_worker;
