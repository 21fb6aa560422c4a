-- Made by lodge_lookup.

create function lodge.list_letter_backlogs(before timestamptz) returns setof uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select distinct tenant_id from lodge.letter
          where standing in ('waiting', 'sending') and changed_at < before and tenant_id not in
          (select tenant_id from lodge.organisation where standing = 'destroyed') $$;
revoke all on function lodge.list_letter_backlogs(timestamptz) from public;
grant execute on function lodge.list_letter_backlogs(timestamptz) to lodge_app, lodge_worker;

-- What a host asked for is no failure.
create or replace function lodge.count_figures() returns table (figure text, amount bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
        select 'organisations', count(*) from lodge.organisation
        union all
        select 'kiosks', count(*) from lodge.kiosk where revoked_at is null and last_seen_at is not null
        union all
        select 'kiosks_silent', count(*) from lodge.kiosk
            where revoked_at is null and last_seen_at < now() - interval '1 hour'
        union all
        select 'events_waiting_for_audit', coalesce(sum(last_seq - first_seq + 1), 0)::bigint from lodge.audit_pending
            where first_seq is not null
        union all
        select 'events_quarantined', count(*) from lodge.event_quarantine
        union all
        select 'alerts_waiting', count(*) from lodge.alert where standing in ('waiting', 'sending')
        union all
        select 'alerts_failed', count(*) from lodge.alert where standing = 'failed' and not muted
        union all
        select 'logs_unconfirmed', count(*) from lodge.kiosk_epoch where standing = 'unconfirmed'
    $$;
