-- title: Before and after
-- unit: share
-- better: none
-- grain: one row per figure that both periods have
-- columns:
--   figure: rework_rate, edited_share (first verdicts with an edit that changed pixels) or automatic_share
--   n_before: n of the baseline period
--   before: the figure there
--   n_after: n of the period
--   after: the figure there
--   change: after - before
--   low: lower end of the 95% interval of the change
--   high: upper end of it
-- doc: What changed against a baseline period; without one, the period of the same length just before `since`. An
--   interval that holds zero says that chance alone could have made the change; one that does not says nothing about
--   what made it. Source of the interval: Newcombe (1998), Stat. Med. 17, 873-890, method 10.
WITH verdicts AS (
    SELECT true AS is_after, verdict, pixels_changed FROM counted_verdicts($filters) WHERE judgement = 1
    UNION ALL
    SELECT false AS is_after, verdict, pixels_changed
    FROM counted_verdicts(over_baseline($filters, $baseline_since, $baseline_until))
    WHERE judgement = 1
),
results AS (
    SELECT true AS is_after, lane, n FROM counted_days($filters, false)
    UNION ALL
    SELECT false, lane, n FROM counted_days(over_baseline($filters, $baseline_since, $baseline_until), false)
),
source AS (
    SELECT 'rework_rate' AS figure, 1 AS place, is_after, count(*) AS n,
        count(*) FILTER (verdict IN ('rework', 'rejected')) AS hits
    FROM verdicts
    GROUP BY is_after
    UNION ALL
    SELECT 'edited_share' AS figure, 2 AS place, is_after, count(*) AS n, count(*) FILTER (pixels_changed) AS hits
    FROM verdicts
    GROUP BY is_after
    UNION ALL
    SELECT 'automatic_share' AS figure, 3 AS place, is_after, CAST(sum(n) AS BIGINT) AS n,
        CAST(coalesce(sum(n) FILTER (lane = 'auto'), 0) AS BIGINT) AS hits
    FROM results
    GROUP BY is_after
),
filtered AS ( -- without a period and a baseline there is nothing to compare
    SELECT * FROM source
    WHERE $since IS NOT NULL OR ($baseline_since IS NOT NULL AND $baseline_until IS NOT NULL)
),
paired AS (
    SELECT
        figure, place,
        max(n) FILTER (NOT is_after) AS n_before, max(hits) FILTER (NOT is_after) AS hits_before,
        max(n) FILTER (is_after) AS n_after, max(hits) FILTER (is_after) AS hits_after
    FROM filtered
    GROUP BY figure, place
),
final AS (
    SELECT
        figure, place, n_before, hits_before / n_before AS before, n_after, hits_after / n_after AS "after",
        hits_after / n_after - hits_before / n_before AS change,
        newcombe_low(hits_before, n_before, hits_after, n_after) AS low,
        newcombe_high(hits_before, n_before, hits_after, n_after) AS high
    FROM paired
    WHERE n_before > 0 AND n_after > 0
)
SELECT * EXCLUDE (place) FROM final ORDER BY place;
