-- What the other check of a pair looks for: a lock that nobody waits for, until the transaction
-- ends. Its key is random.
SELECT pg_catalog.pg_try_advisory_xact_lock_shared({pair_key})
