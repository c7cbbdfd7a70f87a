-- Whether the lake is large while nothing is stored for its figures (aggregates.py), so that each takes minutes.
SELECT
    (SELECT count(*) FROM lake.results) >= CAST($kept_from AS BIGINT)
    AND (SELECT count(*) FROM lake.kept_state) = 0 AS slow;
