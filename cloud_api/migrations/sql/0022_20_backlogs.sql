create function lodge.list_webhook_backlogs(before timestamptz) returns setof uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select distinct tenant_id from lodge.webhook_message
          where standing = 'waiting' and changed_at < before and tenant_id not in
          (select tenant_id from lodge.organisation where standing = 'destroyed') $$;
revoke all on function lodge.list_webhook_backlogs(timestamptz) from public;
grant execute on function lodge.list_webhook_backlogs(timestamptz) to lodge_app, lodge_worker;
