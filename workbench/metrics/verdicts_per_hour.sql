-- title: Verdicts per hour of work
-- unit: verdicts per hour
-- better: none
-- grain: one row per lane in which people judged images
-- columns:
--   lane: lane of the result that was judged
--   people: people who judged there; NULL when fewer than five
--   verdicts: verdicts with a measured time; NULL when fewer than five people gave them
--   active_hours: hours of active work behind them
--   verdicts_per_hour: verdicts / active_hours
--   verdicts_per_person: verdicts / people
-- doc: How much people get through. What one person does is theirs: a figure appears only where at least five people
--   stand behind it, and no filter narrows it to one of them. The period filters the day of the verdict.
WITH source AS (
    SELECT * FROM counted_verdicts($filters)
),
filtered AS (
    SELECT * FROM source WHERE active_seconds > 0 AND from_inside(source)
),
counted AS (
    SELECT
        lane, count(DISTINCT reviewer) AS people, count(*) AS verdicts, sum(active_seconds) / 3600.0 AS active_hours
    FROM filtered
    GROUP BY lane
),
final AS (
    SELECT
        lane,
        CASE WHEN people >= 5 THEN people END AS people,
        CASE WHEN people >= 5 THEN verdicts END AS verdicts,
        CASE WHEN people >= 5 THEN active_hours END AS active_hours,
        CASE WHEN people >= 5 THEN verdicts / active_hours END AS verdicts_per_hour,
        CASE WHEN people >= 5 THEN verdicts / people END AS verdicts_per_person
    FROM counted
)
SELECT * FROM final ORDER BY list_position(['auto', 'check', 'manual', 'senior'], lane) NULLS LAST;
