-- Waits for the lock; it is let go of at the end of the transaction, or when the connection breaks.
SELECT * FROM postgres_query('turn', 'SELECT 1 AS taken FROM (SELECT pg_advisory_xact_lock({key})) AS lock');
