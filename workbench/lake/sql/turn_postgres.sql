SELECT 1 AS taken FROM (SELECT pg_advisory_xact_lock({key})) AS lock
