-- The results a figure counts, counted by day where that can tell (days.sql), else one by one. Rows carry `n`. Queries of
-- figures write `counted_days($filters, by_category)`; `by_category` says whether they tell categories apart.

CREATE OR REPLACE TEMP MACRO whole_days(f) AS (
    (f.since IS NULL OR epoch_us(CAST(f.since AS TIMESTAMPTZ)) % 86400000000 = 0)
    AND (f.until IS NULL OR epoch_us(CAST(f.until AS TIMESTAMPTZ)) % 86400000000 = 0)
);
CREATE OR REPLACE TEMP MACRO of_photos(f) AS (f.category IS NOT NULL OR f.channel IS NOT NULL OR f.tier IS NOT NULL);
-- counts by day are by brand or by the other attributes, never by both
CREATE OR REPLACE TEMP MACRO by_day(f, by_category) AS (
    days_are_kept() AND whole_days(f) AND f.run_id IS NULL AND NOT (f.brand IS NOT NULL AND (by_category OR of_photos(f)))
);
CREATE OR REPLACE TEMP MACRO day_level(f, by_category) AS (
    CASE WHEN f.brand IS NOT NULL THEN 2 WHEN by_category OR of_photos(f) THEN 1 ELSE 0 END
);

-- results of any moment, those that are open (see counted.sql) left out
CREATE OR REPLACE TEMP MACRO counted_any_day(f, by_category) AS TABLE
SELECT * FROM day_facts
WHERE by_day(f, by_category) AND attributes = day_level(f, by_category)
    AND NOT is_open(f, mixed)
    AND fits(
        f, set_id, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version, simulated
    )
UNION ALL BY NAME
SELECT * FROM single_days
WHERE NOT by_day(f, by_category)
    AND NOT is_open(f, mixed)
    AND fits(
        f, set_id, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version, simulated
    );
-- and those alone, one by one
CREATE OR REPLACE TEMP MACRO counted_open(f) AS TABLE
SELECT * FROM single_days
WHERE is_open(f, mixed)
    AND of_run(f, run_id)
    AND fits(
        f, set_id, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version, simulated
    );

-- the images of counted_images
CREATE OR REPLACE TEMP MACRO counted_days(f, by_category) AS TABLE
SELECT * FROM counted_any_day(f, by_category) WHERE in_period(f, reported_at) AND still_newest(f, later)
UNION ALL BY NAME
SELECT * FROM (
    SELECT * FROM counted_open(f) WHERE in_period(f, reported_at)
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, version DESC, result_id) = 1
);

-- the images of counted_untouched, or those of counted_audits: of several such results of an image the newest
CREATE OR REPLACE TEMP MACRO counted_untouched_days(f, by_category, only_audits) AS TABLE
WITH source AS NOT MATERIALIZED (
    SELECT * FROM counted_any_day(f, by_category)
    UNION ALL BY NAME
    SELECT * FROM counted_open(f)
),
untouched AS NOT MATERIALIZED (
    SELECT * FROM source
    WHERE lane = 'auto' AND NOT is_correction AND (audit_sample OR NOT only_audits) AND in_period(f, reported_at)
)
SELECT * FROM untouched WHERE alone
UNION ALL BY NAME
SELECT * FROM (
    SELECT * REPLACE (1 AS n) FROM untouched WHERE NOT alone
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY last_at DESC, result_id) = 1
);

-- the images of counted_cohort
CREATE OR REPLACE TEMP MACRO counted_cohort_days(f, by_category) AS TABLE
SELECT * FROM counted_any_day(f, by_category) WHERE in_period(f, received_at) AND later IS NULL
UNION ALL BY NAME
SELECT * FROM (
    SELECT * FROM counted_open(f) WHERE in_period(f, received_at)
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, version DESC, result_id) = 1
);

-- the images of each run: of several results of an image the newest of that run
CREATE OR REPLACE TEMP MACRO counted_run_days(f) AS TABLE
SELECT * FROM counted_any_day(f, false) WHERE in_period(f, reported_at) AND still_newest(f, later_in_run)
UNION ALL BY NAME
SELECT * FROM (
    SELECT * FROM counted_open(f) WHERE in_period(f, reported_at)
    QUALIFY row_number() OVER (
        PARTITION BY run_id, set_id, image_id ORDER BY reported_at DESC, version DESC, result_id
    ) = 1
);

-- how long the images of counted_cohort waited until they could go out: seconds, and how many so long
CREATE OR REPLACE TEMP MACRO counted_waits(f) AS TABLE
SELECT received_at, waited AS seconds, n FROM counted_cohort_days(f, false) WHERE waited IS NOT NULL
UNION ALL
SELECT received_at, one.key, CAST(one.value AS BIGINT)
FROM (
    SELECT received_at, unnest(map_entries(waits)) AS one
    FROM counted_cohort_days(f, false)
    WHERE waits IS NOT NULL
);

-- when the images of counted_work were worked on, by the hour (UTC): spans that may lie over each other, and how many
-- images were finished in each. Spans are kept without attributes of photos: images of one brand leave too many pauses
CREATE OR REPLACE TEMP MACRO spans_kept(f) AS (by_day(f, false) AND f.brand IS NULL AND NOT of_photos(f));
CREATE OR REPLACE TEMP MACRO counted_spans(f) AS TABLE
WITH single AS NOT MATERIALIZED (
    SELECT started_at, ended_at FROM counted_work(f)
    WHERE started_at IS NOT NULL AND (NOT spans_kept(f) OR is_open(f, mixed))
)
SELECT hour, started_at, ended_at, n FROM work_facts
WHERE spans_kept(f)
    AND NOT is_open(f, mixed)
    AND still_newest(f, later_work)
    AND in_period(f, reported_at)
    AND fits_result(f, set_id, engine, spec_name, policy_name, policy_version, simulated)
UNION ALL
SELECT hour_of(started_at), started_at, ended_at, 1 FROM single WHERE hour_of(started_at) = hour_of(ended_at)
UNION ALL
SELECT
    hour, greatest(started_at, hour), least(ended_at, hour + INTERVAL 1 HOUR), CAST(hour = hour_of(ended_at) AS BIGINT)
FROM (
    SELECT *, unnest(generate_series(hour_of(started_at), ended_at, INTERVAL 1 HOUR)) AS hour
    FROM single
    WHERE hour_of(started_at) <> hour_of(ended_at)
);

-- seconds in which at least one image was being worked on, and images finished, by the hour
CREATE OR REPLACE TEMP MACRO counted_hours(f) AS TABLE
SELECT
    hour, CAST(sum(n) AS BIGINT) AS images,
    coalesce(
        sum(seconds_between(greatest(started_at, coalesce(reach, started_at)), ended_at))
            FILTER (reach IS NULL OR ended_at > reach), 0
    ) AS busy_seconds
FROM (
    SELECT
        *, max(ended_at) OVER (
            PARTITION BY hour ORDER BY started_at, ended_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reach
    FROM counted_spans(f)
)
GROUP BY hour;

-- the verdicts of counted_verdicts
CREATE OR REPLACE TEMP MACRO counted_verdict_days(f) AS TABLE
SELECT * FROM judged_facts
WHERE by_day(f, false) AND attributes = day_level(f, false)
    AND in_period(f, reviewed_at)
    AND fits(
        f, set_id, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version, simulated
    )
UNION ALL BY NAME
SELECT * FROM single_verdict_days
WHERE NOT by_day(f, false)
    AND in_period(f, reviewed_at)
    AND fits(
        f, set_id, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version, simulated
    )
    AND (
        of_run(f, NULL)
        OR result_id IN (
            SELECT result_id FROM image_facts WHERE NOT of_run(f, NULL) AND of_run(f, run_id)
        )
    );

-- the verdicts of our own people on a cohort (counted_cohort), by category, as far as a verdict itself tells that it belongs
-- there; those that are open are looked for by their image
CREATE OR REPLACE TEMP MACRO counted_on_cohort_days(f) AS TABLE
WITH source AS NOT MATERIALIZED (
    SELECT * FROM judged_facts WHERE by_day(f, true) AND attributes = day_level(f, true)
    UNION ALL BY NAME
    SELECT * FROM single_verdict_days WHERE NOT by_day(f, true)
)
SELECT * FROM source
WHERE is_held AND NOT is_open(f, of_mixed)
    AND in_period(f, received_at)
    AND from_inside(source)
    AND fits(
        f, set_id, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version, simulated
    );
