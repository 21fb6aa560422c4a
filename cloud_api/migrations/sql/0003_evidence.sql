-- Evidence (R26, R29): what shows that nothing was changed may itself not be changed or dropped by the application.
-- Bodies may be deleted, for that is what erasure is; they may never be rewritten.
revoke update on lodge.event_body, lodge.audit_body, lodge.audit_pending from lodge_app, lodge_worker;
revoke update, delete on lodge.batch_manifest, lodge.event_fork from lodge_app, lodge_worker;
revoke delete on lodge.audit_log from lodge_app, lodge_worker;
