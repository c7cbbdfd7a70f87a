-- The images received in the period, as turnaround and cost count them: when each could go out, and what it took of
-- machines and people. Newest first.
WITH source AS (
    SELECT * FROM chosen_cohort($filters)
),
machines AS (
    SELECT set_id, image_id, sum(core_seconds) AS core_seconds
    FROM lake.results
    WHERE started_at IS NOT NULL AND of_spec($filters, spec_name)
    GROUP BY set_id, image_id
),
people AS (
    SELECT set_id, image_id, count(*) AS verdicts, sum(active_seconds) AS active_seconds
    FROM judged
    WHERE from_inside(source) AND of_spec($filters, spec_name)
    GROUP BY set_id, image_id
),
final AS (
    SELECT
        source.set_id, source.image_id, source.sku, source.category, source.lane, source.state, source.received_at,
        source.ready_at, epoch(source.ready_at - source.received_at) / 3600.0 AS hours, machines.core_seconds,
        people.verdicts, people.active_seconds, source.simulated
    FROM source
    LEFT JOIN machines USING (set_id, image_id)
    LEFT JOIN people USING (set_id, image_id)
)
SELECT * FROM final ORDER BY received_at DESC, set_id, image_id LIMIT CAST($take AS BIGINT);
