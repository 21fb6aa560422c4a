-- When an invitation's last window ends, so that those that are over leave pages and go, and who announced somebody by
-- the API, so that one person cannot fill a page. Null for other entries, and for what the version before wrote: the
-- worker's upkeep dates that.
alter table lodge.published_entry add column ends_at timestamptz;
alter table lodge.published_entry add column made_by uuid;
select ops.classify('lodge.published_entry', 'internal', 'ends_at made_by');
