-- Steps and checks counted as plainly as can be over the records: the oracle for what is counted by day.
WITH events AS (
    SELECT events.*, photos.category, photos.brand, photos.channel, photos.campaign_tier, results.engine,
        results.policy_name, results.policy_version
    FROM plain_events AS events
    LEFT JOIN plain_photos AS photos USING (set_id, image_id)
    LEFT JOIN plain_results AS results ON results.result_id = events.result_id
),
steps AS (
    SELECT
        'step' AS what, concat(kind, ' ', name) AS name, count(DISTINCT (set_id, image_id)) AS images,
        count(DISTINCT (set_id, image_id)) FILTER (outcome <> 'done') AS failed, median(seconds) AS median,
        quantile_cont(seconds, 0.95) AS p95, sum(core_seconds) AS total
    FROM events
    WHERE of_run($filters, run_id) AND in_period($filters, started_at)
        AND fits(
            $filters, set_id, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version,
            simulated
        )
    GROUP BY kind, name
),
answers AS (
    SELECT unnest(checks) AS answer FROM (
        SELECT checks FROM plain_chosen($filters)
        QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, version DESC, result_id) = 1
    )
),
checks AS (
    SELECT
        'check' AS what, answer."check" AS name, count(answer."value") AS images,
        count(*) FILTER (NOT answer.passed) AS failed, median(answer."value") AS median, NULL AS p95,
        CAST(count(*) FILTER (answer."value" IS NULL) AS DOUBLE) AS total
    FROM answers
    GROUP BY answer."check"
)
SELECT * FROM steps UNION ALL SELECT * FROM checks ORDER BY what, name;
