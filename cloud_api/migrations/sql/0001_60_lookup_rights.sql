-- The named ways past the tenant door: before a request's tenant is known, and for the worker's rounds.
-- They belong to lodge_lookup, which cannot log in, owns no table, and sees the few columns granted here.

create policy lookup on lodge.organisation for select to lodge_lookup using (true);
create policy lookup on lodge.kiosk_epoch for select to lodge_lookup using (true);
create policy lookup on lodge.enrolment_code for select to lodge_lookup using (true);
create policy lookup on lodge.audit_pending for select to lodge_lookup using (true);
create policy lookup on lodge.alert for select to lodge_lookup using (true);

grant select (tenant_id, name) on lodge.organisation to lodge_lookup;
grant select (tenant_id, epoch) on lodge.kiosk_epoch to lodge_lookup;
grant select (tenant_id, id) on lodge.enrolment_code to lodge_lookup;
grant select (tenant_id, queued_at) on lodge.audit_pending to lodge_lookup;
grant select (tenant_id, standing, changed_at) on lodge.alert to lodge_lookup;

grant create on schema lodge to lodge_lookup;
