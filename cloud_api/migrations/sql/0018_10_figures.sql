-- What a metrics page counts (ADR 65): whole numbers over all organisations, no row of any of them.

create policy lookup on lodge.kiosk for select to lodge_lookup using (true);
grant select (revoked_at, last_seen_at) on lodge.kiosk to lodge_lookup;
grant select (first_seq, last_seq) on lodge.audit_pending to lodge_lookup;
grant select (standing) on lodge.kiosk_epoch to lodge_lookup;
create policy lookup on lodge.event_quarantine for select to lodge_lookup using (true);
grant select (kiosk_id) on lodge.event_quarantine to lodge_lookup;

-- The oldest version that may work on this database (ADR 66): the newest migration that such a version knows. A
-- migration that an earlier version cannot live with raises it in its own transaction.
create table ops.schema_floor (
    alone boolean primary key default true check (alone),
    revision text not null
);
insert into ops.schema_floor (revision) values ('0018');
grant select on ops.schema_floor to lodge_app, lodge_worker;

grant create on schema lodge to lodge_lookup;
