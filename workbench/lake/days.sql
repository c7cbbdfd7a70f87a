-- What figures are counted on, by day, stored once the lake is large (see aggregates.py): `day_facts` counts results of one
-- day that no figure tells apart, `work_facts` says when the pipeline worked; both are made from image_facts. `judged_facts`
-- counts verdicts of one day in the same way, made from verdict_facts.

-- the UTC day of a moment, without asking a calendar
CREATE OR REPLACE TEMP MACRO day_of(moment) AS make_timestamptz((epoch_us(moment) // 86400000000) * 86400000000);
CREATE OR REPLACE TEMP MACRO hour_of(moment) AS make_timestamptz((epoch_us(moment) // 3600000000) * 3600000000);
-- the Monday of the week of a moment; 1969-12-29 was one
CREATE OR REPLACE TEMP MACRO week_of(moment) AS
    DATE '1969-12-29' + CAST(((epoch_us(moment) + 259200000000) // 604800000000) * 7 AS INTEGER);

-- The days that are to be made (anew) of a set; `worked_on` where more came than verdicts.
CREATE OR REPLACE TEMP TABLE days_asked (set_id VARCHAR, its_day TIMESTAMPTZ, worked_on BOOLEAN);
-- The same of verdicts.
CREATE OR REPLACE TEMP TABLE judged_days_asked (set_id VARCHAR, its_day TIMESTAMPTZ);

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
    policy_version, simulated, category, brand, channel, campaign_tier, mixed, alone, outcome, failure_kind, failure_step,
    failure_reason, state, verdict IS NOT NULL AS is_seen, lane, held_lane, audit_sample, inclusion_probability,
    audit_failed, complained, risk_calibrated, reused, version > 1 AS is_correction, is_first, first_verdict, first_edited,
    image_id, version, result_id,
    CAST(1 AS BIGINT) AS n, CAST(core_seconds IS NOT NULL AS BIGINT) AS timed, core_seconds,
    CAST(started_at IS NOT NULL AS BIGINT) AS worked, seconds_between(started_at, ended_at) AS seconds,
    peak_memory_bytes, expected_minutes, deadline AS nearest_deadline, received_at AS oldest_received_at,
    reported_at AS first_at, reported_at AS last_at, image_id AS example_image_id, CAST(NULL AS MAP(DOUBLE, UBIGINT)) AS waits,
    CASE WHEN ready_at IS NOT NULL THEN greatest(0.0, seconds_between(received_at, ready_at)) END AS waited
FROM image_facts;

-- The same by day. `attributes` says which of a photo's attributes the row is by (1 category, channel and tier, 2 brand,
-- 0 none); `waits` counts how long images waited until they could go out, by rounded seconds.
CREATE OR REPLACE TEMP VIEW made_image_days AS
WITH source AS (
    SELECT
        day_of(reported_at) AS reported_at, day_of(later) AS later, day_of(later_in_run) AS later_in_run,
        day_of(received_at) AS received_at, made_on, set_id, run_id, engine, spec_name, policy_name, policy_version,
        simulated, mixed, alone, outcome, failure_kind, failure_step, failure_reason, state, is_seen, lane, held_lane,
        audit_sample, inclusion_probability, audit_failed, complained, risk_calibrated, reused, is_correction, is_first,
        first_verdict, first_edited, CASE WHEN is_named THEN image_id END AS image_id,
        CASE WHEN is_named THEN result_id END AS result_id, category, channel, campaign_tier, brand,
        timed, core_seconds, worked, seconds, peak_memory_bytes, expected_minutes, nearest_deadline, oldest_received_at,
        first_at, last_at, CASE WHEN outcome <> 'done' THEN example_image_id END AS example_image_id,
        rounded_wait(waited) AS waited
    FROM (
        SELECT *, NOT alone AND NOT is_correction AND coalesce(lane = 'auto', false) AS is_named FROM single_days
    ) AS single_days
    SEMI JOIN days_asked
        ON days_asked.set_id = single_days.set_id AND days_asked.its_day = day_of(single_days.reported_at)
),
by_wait AS (
    SELECT
        * EXCLUDE (
            timed, core_seconds, worked, seconds, peak_memory_bytes, expected_minutes, nearest_deadline,
            oldest_received_at, first_at, last_at, example_image_id
        ),
        CASE WHEN grouping(brand) = 0 THEN 2 WHEN grouping(category) = 0 THEN 1 ELSE 0 END AS attributes,
        count(*) AS n, sum(timed) AS timed, sum(core_seconds) AS core_seconds, sum(worked) AS worked,
        sum(seconds) AS seconds, max(peak_memory_bytes) AS peak_memory_bytes, sum(expected_minutes) AS expected_minutes,
        min(nearest_deadline) AS nearest_deadline, min(oldest_received_at) AS oldest_received_at, min(first_at) AS first_at,
        max(last_at) AS last_at, min(example_image_id) AS example_image_id
    FROM source
    GROUP BY GROUPING SETS (
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
            29, 30, 31, 32, 33, 34, waited),
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
            29, 30, 31, 32, 33, 34, waited, category, channel, campaign_tier),
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
            29, 30, 31, 32, 33, 34, waited, brand)
    )
),
final AS (
    SELECT
        * EXCLUDE (
            waited, n, timed, core_seconds, worked, seconds, peak_memory_bytes, expected_minutes, nearest_deadline,
            oldest_received_at, first_at, last_at, example_image_id
        ),
        CAST(sum(n) AS BIGINT) AS n, CAST(sum(timed) AS BIGINT) AS timed, sum(core_seconds) AS core_seconds,
        CAST(sum(worked) AS BIGINT) AS worked, sum(seconds) AS seconds, max(peak_memory_bytes) AS peak_memory_bytes,
        sum(expected_minutes) AS expected_minutes, min(nearest_deadline) AS nearest_deadline,
        min(oldest_received_at) AS oldest_received_at, min(first_at) AS first_at, max(last_at) AS last_at,
        min(example_image_id) AS example_image_id,
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

-- One row for each verdict that stands, in the columns of judged_facts; `its_seconds` are the hands-on seconds of it.
CREATE OR REPLACE TEMP VIEW single_verdict_days AS
SELECT
    reviewed_at, received_at, set_id, engine, spec_name, policy_name, policy_version, simulated, source, lane, held_lane,
    is_held, of_mixed, alone, judgement, verdict, reasons, category, brand, channel, campaign_tier, result_id,
    CAST(1 AS BIGINT) AS n, CAST(active_seconds IS NOT NULL AS BIGINT) AS measured, active_seconds,
    reviewed_at AS last_at, image_id AS example_image_id, CAST(NULL AS MAP(DOUBLE, UBIGINT)) AS spread,
    active_seconds AS its_seconds
FROM verdict_facts;

-- The same by day; `attributes` as above, `spread` counts the hands-on seconds by rounded value.
CREATE OR REPLACE TEMP VIEW made_verdict_days AS
WITH source AS (
    SELECT
        day_of(reviewed_at) AS reviewed_at, day_of(received_at) AS received_at, single.set_id, engine, spec_name,
        policy_name, policy_version, simulated, source, lane, held_lane, is_held, of_mixed, alone, judgement, verdict,
        reasons, category, channel, campaign_tier, brand, active_seconds, last_at, example_image_id,
        rounded(its_seconds) AS its_value
    FROM single_verdict_days AS single
    SEMI JOIN judged_days_asked AS asked
        ON asked.set_id = single.set_id AND asked.its_day = day_of(single.reviewed_at)
),
by_value AS (
    SELECT
        * EXCLUDE (active_seconds, last_at, example_image_id),
        CASE WHEN grouping(brand) = 0 THEN 2 WHEN grouping(category) = 0 THEN 1 ELSE 0 END AS attributes,
        count(*) AS n, sum(active_seconds) AS active_seconds, max({'at': last_at, 'image_id': example_image_id}) AS newest
    FROM source
    GROUP BY GROUPING SETS (
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, its_value),
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, its_value, category, channel, campaign_tier),
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, its_value, brand)
    )
),
summed AS (
    SELECT
        * EXCLUDE (its_value, n, active_seconds, newest), CAST(sum(n) AS BIGINT) AS n,
        CAST(coalesce(sum(n) FILTER (its_value IS NOT NULL), 0) AS BIGINT) AS measured,
        sum(active_seconds) AS active_seconds, max(newest) AS newest,
        map_from_entries(
            list((its_value, CAST(n AS UBIGINT)) ORDER BY its_value) FILTER (its_value IS NOT NULL)
        ) AS spread
    FROM by_value
    GROUP BY ALL
),
final AS (
    SELECT * EXCLUDE (newest), newest.at AS last_at, newest.image_id AS example_image_id FROM summed
)
SELECT * FROM final;

CREATE OR REPLACE TEMP VIEW day_facts AS SELECT * FROM lake.kept_image_days;
CREATE OR REPLACE TEMP VIEW judged_facts AS SELECT * FROM lake.kept_verdict_days;
CREATE OR REPLACE TEMP VIEW work_facts AS SELECT * FROM lake.kept_work_days;
CREATE OR REPLACE TEMP MACRO days_are_kept() AS false;
