-- What follows on in a log, oldest first, is asked for by every kiosk of its site whenever something came.
create index batch_manifest_by_last on lodge.batch_manifest (tenant_id, kiosk_id, epoch, last_seq);
