-- What figures are counted on, by day, stored once the lake is large (see aggregates.py): `day_facts` counts results of one
-- day that no figure tells apart, `work_facts` says when the pipeline worked. Both are made from image_facts.

-- the UTC day of a moment, without asking a calendar
CREATE OR REPLACE TEMP MACRO day_of(moment) AS make_timestamptz((epoch_us(moment) // 86400000000) * 86400000000);
CREATE OR REPLACE TEMP MACRO hour_of(moment) AS make_timestamptz((epoch_us(moment) // 3600000000) * 3600000000);
-- the Monday of the week of a moment; 1969-12-29 was one
CREATE OR REPLACE TEMP MACRO week_of(moment) AS
    DATE '1969-12-29' + CAST(((epoch_us(moment) + 259200000000) // 604800000000) * 7 AS INTEGER);

-- The days that are to be made (anew) of a set; `worked_on` where more came than verdicts.
CREATE OR REPLACE TEMP TABLE days_asked (set_id VARCHAR, its_day TIMESTAMPTZ, worked_on BOOLEAN);

-- Seconds rounded as `rounded` does, but never across a whole hour: how many were ready within so many hours stays exact.
CREATE OR REPLACE TEMP MACRO rounded_wait(seconds) AS
    CASE WHEN seconds <= 0 THEN 0.0 ELSE least(
        greatest(rounded(seconds), (ceil(seconds / 3600) - 1) * 3600 * (1 + 1e-9)), ceil(seconds / 3600) * 3600
    ) END;

-- One row for each result a run reported, in the columns of day_facts. `timed` and `worked` say whether processor time
-- and the moments of work are known; `waited` is the time until it could go out.
CREATE OR REPLACE TEMP VIEW single_days AS
SELECT
    reported_at, later, later_in_run, received_at, made_on, set_id, run_id, engine, spec_name, policy_name,
    policy_version, simulated, category, brand, channel, campaign_tier, mixed, outcome, state, verdict IS NOT NULL AS is_seen,
    lane, held_lane, audit_sample, risk_calibrated, reused, version > 1 AS is_correction, is_first, first_verdict,
    first_edited, image_id, version, result_id,
    CAST(1 AS BIGINT) AS n, CAST(core_seconds IS NOT NULL AS BIGINT) AS timed, core_seconds,
    CAST(started_at IS NOT NULL AS BIGINT) AS worked, seconds_between(started_at, ended_at) AS seconds,
    peak_memory_bytes, expected_minutes, deadline AS nearest_deadline, received_at AS oldest_received_at,
    reported_at AS first_at, reported_at AS last_at, CAST(NULL AS MAP(DOUBLE, UBIGINT)) AS waits,
    CASE WHEN ready_at IS NOT NULL THEN greatest(0.0, seconds_between(received_at, ready_at)) END AS waited
FROM image_facts;

-- The same by day. `attributes` says which of a photo's attributes the row is by (1 category, channel and tier, 2 brand,
-- 0 none); `waits` counts how long images waited until they could go out, by rounded seconds.
CREATE OR REPLACE TEMP VIEW made_image_days AS
WITH source AS (
    SELECT
        day_of(reported_at) AS reported_at, day_of(later) AS later, day_of(later_in_run) AS later_in_run,
        day_of(received_at) AS received_at, made_on, set_id, run_id, engine, spec_name, policy_name, policy_version,
        simulated, mixed, outcome, state, is_seen, lane, held_lane, audit_sample, risk_calibrated, reused, is_correction,
        is_first, first_verdict, first_edited, category, channel, campaign_tier, brand,
        timed, core_seconds, worked, seconds, peak_memory_bytes, expected_minutes, nearest_deadline, oldest_received_at,
        first_at, last_at, rounded_wait(waited) AS waited
    FROM single_days
    SEMI JOIN days_asked
        ON days_asked.set_id = single_days.set_id AND days_asked.its_day = day_of(single_days.reported_at)
),
by_wait AS (
    SELECT
        * EXCLUDE (
            timed, core_seconds, worked, seconds, peak_memory_bytes, expected_minutes, nearest_deadline,
            oldest_received_at, first_at, last_at
        ),
        CASE WHEN grouping(brand) = 0 THEN 2 WHEN grouping(category) = 0 THEN 1 ELSE 0 END AS attributes,
        count(*) AS n, sum(timed) AS timed, sum(core_seconds) AS core_seconds, sum(worked) AS worked,
        sum(seconds) AS seconds, max(peak_memory_bytes) AS peak_memory_bytes, sum(expected_minutes) AS expected_minutes,
        min(nearest_deadline) AS nearest_deadline, min(oldest_received_at) AS oldest_received_at, min(first_at) AS first_at,
        max(last_at) AS last_at
    FROM source
    GROUP BY GROUPING SETS (
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, waited),
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, waited,
            category, channel, campaign_tier),
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, waited, brand)
    )
),
final AS (
    SELECT
        * EXCLUDE (
            waited, n, timed, core_seconds, worked, seconds, peak_memory_bytes, expected_minutes, nearest_deadline,
            oldest_received_at, first_at, last_at
        ),
        CAST(sum(n) AS BIGINT) AS n, CAST(sum(timed) AS BIGINT) AS timed, sum(core_seconds) AS core_seconds,
        CAST(sum(worked) AS BIGINT) AS worked, sum(seconds) AS seconds, max(peak_memory_bytes) AS peak_memory_bytes,
        sum(expected_minutes) AS expected_minutes, min(nearest_deadline) AS nearest_deadline,
        min(oldest_received_at) AS oldest_received_at, min(first_at) AS first_at, max(last_at) AS last_at,
        map_from_entries(
            list((waited, CAST(n AS UBIGINT)) ORDER BY waited) FILTER (waited IS NOT NULL)
        ) AS waits
    FROM by_wait
    GROUP BY ALL
)
SELECT * FROM final;

-- When the pipeline worked: for each day of reports, and each hour (UTC) of work, the spans in which at least one image was
-- being worked on, exactly, none touching another of the same kind; `n` images were finished in the span.
CREATE OR REPLACE TEMP VIEW made_work_days AS
WITH source AS (
    SELECT
        day_of(reported_at) AS reported_at, day_of(later_work) AS later_work, set_id, engine, spec_name, policy_name,
        policy_version, simulated, mixed, started_at, ended_at
    FROM image_facts
    SEMI JOIN (SELECT set_id, its_day FROM days_asked WHERE worked_on) AS asked
        ON asked.set_id = image_facts.set_id AND asked.its_day = day_of(image_facts.reported_at)
    WHERE NOT reused AND started_at IS NOT NULL
),
pieces AS NOT MATERIALIZED (
    SELECT *, hour_of(started_at) AS hour, 1 AS n FROM source WHERE hour_of(started_at) = hour_of(ended_at)
    UNION ALL
    SELECT
        * EXCLUDE (hour) REPLACE (
            greatest(started_at, hour) AS started_at, least(ended_at, hour + INTERVAL 1 HOUR) AS ended_at
        ),
        hour, CAST(hour = hour_of(ended_at) AS INTEGER) AS n
    FROM (
        SELECT *, unnest(generate_series(hour_of(started_at), ended_at, INTERVAL 1 HOUR)) AS hour
        FROM source
        WHERE hour_of(started_at) <> hour_of(ended_at)
    )
),
reaches AS (
    SELECT *, max(ended_at) OVER (its ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach
    FROM pieces
    WINDOW its AS (
        PARTITION BY reported_at, later_work, set_id, engine, spec_name, policy_name, policy_version, simulated, mixed, hour
        ORDER BY started_at, ended_at
    )
),
islands AS (
    SELECT
        *, count(*) FILTER (reach IS NULL OR started_at > reach) OVER (its ROWS UNBOUNDED PRECEDING) AS island
    FROM reaches
    WINDOW its AS (
        PARTITION BY reported_at, later_work, set_id, engine, spec_name, policy_name, policy_version, simulated, mixed, hour
        ORDER BY started_at, ended_at
    )
),
final AS (
    SELECT
        reported_at, later_work, set_id, engine, spec_name, policy_name, policy_version, simulated, mixed, hour,
        min(started_at) AS started_at, max(ended_at) AS ended_at, CAST(sum(n) AS BIGINT) AS n
    FROM islands
    GROUP BY
        reported_at, later_work, set_id, engine, spec_name, policy_name, policy_version, simulated, mixed, hour, island
)
SELECT * FROM final;

CREATE OR REPLACE TEMP VIEW day_facts AS SELECT * FROM lake.kept_image_days;
CREATE OR REPLACE TEMP VIEW work_facts AS SELECT * FROM lake.kept_work_days;
CREATE OR REPLACE TEMP MACRO days_are_kept() AS false;
