-- The roles whose privileges we have, with our own: oid, name. None for a superuser.
{roles}
SELECT x.oid, x.rolname::pg_catalog.text FROM pg_catalog.pg_roles x JOIN r ON r.oid = x.oid
