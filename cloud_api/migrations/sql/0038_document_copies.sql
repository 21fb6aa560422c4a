-- A copy of a document that a visitor agreed to goes by mail (F05, ADR 99). Its letter names the visit and no address: that
-- stands in the visit alone, under the visit's own key. One kind of letter more, whatever other kinds there are by now.
do $$
declare
    known text := (select pg_get_constraintdef(oid) from pg_constraint
        where conrelid = 'lodge.letter'::regclass and conname = 'letter_kind_check');
begin
    alter table lodge.letter drop constraint letter_kind_check;
    execute format('alter table lodge.letter add constraint letter_kind_check check (kind = %L or (%s))',
        'document_copy', regexp_replace(known, '^CHECK ', ''));
end $$;
