-- What can be filtered by, and how many images each combination has.
WITH several AS (
    SELECT DISTINCT set_id, image_id, category, spec_name, simulated FROM image_facts WHERE mixed
),
counted AS (
    SELECT set_id, category, spec_name, simulated, sum(n) AS images FROM day_facts
    WHERE days_are_kept() AND attributes = 1 AND later IS NULL AND NOT mixed
    GROUP BY ALL
    UNION ALL
    SELECT set_id, category, spec_name, simulated, count(*) FROM image_facts
    WHERE NOT days_are_kept() AND later IS NULL AND NOT mixed
    GROUP BY ALL
    UNION ALL
    SELECT set_id, category, spec_name, simulated, count(*) FROM several GROUP BY ALL
),
final AS (
    SELECT set_id, category, spec_name, simulated, CAST(sum(images) AS BIGINT) AS images FROM counted GROUP BY ALL
)
SELECT * FROM final ORDER BY set_id, category NULLS LAST, spec_name;
