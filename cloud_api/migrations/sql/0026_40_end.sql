revoke create on schema lodge from lodge_lookup;
