-- When an entry was under a checkpoint for the first time: what a period of the log means.
create index audit_checkpoint_by_time on lodge.audit_checkpoint (tenant_id, signed_at);
