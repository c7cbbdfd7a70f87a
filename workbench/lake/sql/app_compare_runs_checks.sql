-- Which checks came out differently in two runs of a set: newly beyond the limit, no longer beyond it, and the values.
WITH source AS (
    SELECT run_id, set_id, image_id, unnest(checks) AS c FROM (
        SELECT * FROM image_outcomes
        WHERE run_id IN ($run_a, $run_b)
        QUALIFY row_number() OVER (PARTITION BY run_id, set_id, image_id ORDER BY reported_at DESC, version DESC) = 1
    )
),
paired AS (
    SELECT a.c."check" AS name, a.c.unit AS unit, a.c."value" AS value_a, b.c."value" AS value_b,
        a.c.passed AS passed_a, b.c.passed AS passed_b
    FROM (SELECT * FROM source WHERE run_id = $run_a) AS a
    INNER JOIN (SELECT * FROM source WHERE run_id = $run_b) AS b
        ON b.set_id = a.set_id AND b.image_id = a.image_id AND b.c."check" = a.c."check"
),
final AS (
    SELECT
        name AS "check",
        count(*) FILTER (passed_a IS DISTINCT FROM false AND passed_b = false) AS newly_flagged,
        count(*) FILTER (passed_a = false AND passed_b IS DISTINCT FROM false) AS no_longer_flagged,
        count(*) FILTER (passed_a = false) AS flagged_a,
        count(*) FILTER (passed_b = false) AS flagged_b,
        avg(value_a) AS mean_a,
        avg(value_b) AS mean_b,
        any_value(unit) AS unit,
        count(*) AS images
    FROM paired
    GROUP BY name
)
SELECT * FROM final ORDER BY newly_flagged + no_longer_flagged DESC, "check";
