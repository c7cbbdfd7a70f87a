-- Bounds the wait for the lock, in this transaction only.
SELECT * FROM postgres_query('turn', 'SELECT set_config(''lock_timeout'', ''{wait_ms}ms'', true) AS wait');
