-- Who we are on a server whose catalogs are not PostgreSQL's: one row, in text.
SELECT pg_catalog.version(), session_user, current_user, pg_catalog.current_database()
