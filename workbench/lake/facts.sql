-- What figures are counted on: one narrow row for each result a run reported, and one for each verdict that stands, with
-- everything figures are narrowed to or count. `made_images` and `made_verdicts` make them from the records;
-- `image_facts` and `verdict_facts` read those, or the rows kept of them (see aggregates.py), which are the same.

-- `later` is when the image was reported again: without filters on engine, spec and policy the row counts in a period
-- that ends before that. `alone`: the image has no other row; `mixed`: it has rows of another engine, spec or policy.
-- `later_work` is when its pixels were computed again, `later_in_run` when the same run reported it again; `is_first`: no
-- earlier row is about the same result; `held_lane`: the lane of the result that holds.
-- `first_verdict` is the image's first; `audit_failed` what the first of our own people found on this result;
-- `complained`: somebody outside sent the image back; `ready_at`: when it could go out, NULL while it cannot.
-- Most images were reported once: only the others are put in order.
CREATE OR REPLACE TEMP VIEW made_images AS
WITH said_of_result AS (
    SELECT
        set_id, image_id, result_key, version,
        max(reviewed_at) FILTER (verdict = 'approved') AS approved_at,
        arg_min(verdict <> 'approved' OR coalesce(pixels_changed, false), (reviewed_at, row_key))
            FILTER (from_inside(source)) AS audit_failed
    FROM judged
    GROUP BY set_id, image_id, result_key, version
),
said_of_image AS (
    SELECT
        set_id, image_id,
        max(verdict) FILTER (judgement = 1) AS first_verdict,
        coalesce(bool_or(pixels_changed) FILTER (judgement = 1), false) AS first_edited,
        bool_or(verdict <> 'approved' AND NOT from_inside(source)) AS complained
    FROM judged
    GROUP BY set_id, image_id
),
published AS ( -- the same pixels routed anew later were out from the first time on
    SELECT set_id, image_id, result_key, version, min(recorded_at) AS published_at
    FROM stored_results
    WHERE status = 'published'
    GROUP BY set_id, image_id, result_key, version
),
several AS ( -- a number for an image: two that share one are put in order as well
    SELECT hash(set_id, image_id, simulated) AS image FROM stored_run_results GROUP BY image HAVING count(*) > 1
),
reported AS (
    SELECT
        outcomes.*, several.image IS NOT NULL AS is_again,
        hash(outcomes.engine, outcomes.spec_name, outcomes.policy_name, outcomes.policy_version) AS kind_of_result
    FROM image_outcomes AS outcomes
    LEFT JOIN several ON several.image = hash(outcomes.set_id, outcomes.image_id, outcomes.simulated)
),
ordered AS (
    SELECT
        *,
        lead(reported_at) OVER its AS later,
        CASE WHEN NOT reused THEN lead(reported_at) OVER its_work END AS later_work,
        lead(reported_at) OVER its_run AS later_in_run,
        last_value(lane) OVER (its ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS held_lane,
        row_number() OVER (PARTITION BY set_id, image_id, simulated, result_id ORDER BY reported_at, run_id) = 1
            AS is_first,
        count(*) OVER (PARTITION BY set_id, image_id, simulated) = 1 AS alone,
        min(kind_of_result) OVER (PARTITION BY set_id, image_id, simulated)
            <> max(kind_of_result) OVER (PARTITION BY set_id, image_id, simulated) AS mixed
    FROM reported
    WHERE is_again
    WINDOW
        its AS (PARTITION BY set_id, image_id, simulated ORDER BY reported_at, version, result_id DESC),
        its_work AS (PARTITION BY set_id, image_id, simulated, reused ORDER BY reported_at, version, result_id DESC),
        its_run AS (PARTITION BY set_id, image_id, simulated, run_id ORDER BY reported_at, version, result_id DESC)
),
held AS (
    SELECT
        *, CAST(NULL AS TIMESTAMPTZ) AS later, CAST(NULL AS TIMESTAMPTZ) AS later_work,
        CAST(NULL AS TIMESTAMPTZ) AS later_in_run, lane AS held_lane, true AS is_first, true AS alone, false AS mixed
    FROM reported
    WHERE NOT is_again
    UNION ALL BY NAME
    SELECT * FROM ordered
),
final AS (
    SELECT
        held.set_id, held.image_id, held.run_id, held.result_id, held.result_key, held.version, held.reported_at,
        held.sku, lower(concat_ws(chr(10), held.sku, held.image_id, held.relative_path, held.brand)) AS words,
        held.category, held.brand, held.channel, held.campaign_tier, held.engine, held.spec_name, held.policy_name,
        held.policy_version, held.simulated, held.outcome, held.failure_kind, held.failure_step, held.failure_reason,
        held.state, held.verdict, held.lane, held.risk, held.risk_calibrated, held.reused, held.audit_sample,
        held.inclusion_probability, held.core_seconds, held.peak_memory_bytes, held.started_at, held.ended_at,
        held.received_at, held.deadline,
        CAST(held.attributes ->> '$."preparation.expected_minutes"' AS DOUBLE) AS expected_minutes,
        CAST(held.attributes ->> '$."preparation.complexity"' AS DOUBLE) AS complexity,
        CASE
            WHEN held.state = 'published' OR (held.state = 'approved' AND held.status = 'published')
                THEN published.published_at
            WHEN held.state = 'approved' THEN said_of_result.approved_at
        END AS ready_at,
        said_of_image.first_verdict, coalesce(said_of_image.first_edited, false) AS first_edited,
        said_of_result.audit_failed, coalesce(said_of_image.complained, false) AS complained,
        held.later, held.later_work, held.later_in_run, held.is_first, held.held_lane, held.alone, held.mixed,
        held.day AS made_on
    FROM held
    LEFT JOIN published
        ON published.set_id = held.set_id AND published.image_id = held.image_id
        AND published.result_key = held.result_key AND published.version = held.version
    LEFT JOIN said_of_result
        ON said_of_result.set_id = held.set_id AND said_of_result.image_id = held.image_id
        AND said_of_result.result_key = held.result_key AND said_of_result.version = held.version
    LEFT JOIN said_of_image ON said_of_image.set_id = held.set_id AND said_of_image.image_id = held.image_id
)
SELECT * FROM final;

-- `judgement` counts the verdicts on an image, 1 is the first; `alone`: the image has no other; `held_lane`: the lane of the
-- image's result that holds, `is_held`: it has one; `of_mixed`: the image has results of another engine, spec or policy,
-- or the verdict is on one.
CREATE OR REPLACE TEMP VIEW made_verdicts AS
WITH outcomes AS (
    SELECT
        ran.set_id, ran.image_id, ran.simulated, ran.recorded_at, results.version, results.result_id, results.lane,
        hash(results.engine, results.spec_name, results.policy_name, results.policy_version) AS kind_of_result
    FROM stored_run_results AS ran
    INNER JOIN stored_results AS results
        ON results.result_id = ran.result_id AND results.set_id = ran.set_id AND results.image_id = ran.image_id
    SEMI JOIN stored_reviews AS reviews ON reviews.set_id = ran.set_id AND reviews.image_id = ran.image_id
),
held AS (
    SELECT
        set_id, image_id, simulated, min(kind_of_result) AS one_kind, max(kind_of_result) AS other_kind,
        arg_max({'lane': lane}, (recorded_at, version)) AS its
    FROM outcomes
    GROUP BY set_id, image_id, simulated
),
final AS (
    SELECT
        judged.set_id, judged.image_id, judged.review_id, judged.result_id, judged.version, judged.reviewer,
        judged.reviewed_at, judged.verdict, judged.reasons, len(judged.actions) AS actions, judged.pixels_changed,
        judged.active_seconds, judged.source, judged.judgement, judged.lane, judged.engine, judged.spec_name,
        judged.policy_name, judged.policy_version, photos.category, photos.brand, photos.channel, photos.campaign_tier,
        photos.received_at, judged.simulated,
        count(*) OVER (PARTITION BY judged.set_id, judged.image_id) = 1 AS alone,
        held.its.lane AS held_lane,
        held.its IS NOT NULL AS is_held,
        held.one_kind <> held.other_kind
            OR hash(judged.engine, judged.spec_name, judged.policy_name, judged.policy_version) <> held.one_kind
            AS of_mixed
    FROM judged
    LEFT JOIN held
        ON held.set_id = judged.set_id AND held.image_id = judged.image_id AND held.simulated = judged.simulated
    LEFT JOIN images_current AS photos ON photos.set_id = judged.set_id AND photos.image_id = judged.image_id
)
SELECT * FROM final;

CREATE OR REPLACE TEMP VIEW image_facts AS SELECT * FROM made_images;
CREATE OR REPLACE TEMP VIEW verdict_facts AS SELECT * FROM made_verdicts;

-- Values rounded to steps of 2%, so that millions become a few hundred and a quantile of them is within 1% of the true.
CREATE OR REPLACE TEMP MACRO rounded(its_value) AS
    CASE WHEN its_value = 0 THEN 0.0 ELSE sign(its_value) * 1.02 ** round(ln(abs(its_value)) / ln(1.02)) END;

-- One row for each step, check and writer that was really executed. `later` is when the image saw the same unit again,
-- `failed_later` when it failed there again; `mixed`: it saw it in another run, or under another engine, spec or policy.
-- Most images see a unit once: only the others are put in order.
CREATE OR REPLACE TEMP VIEW made_events AS
WITH several AS ( -- a number for image and unit: two that share one are put in order as well
    SELECT hash(set_id, image_id, kind, name) AS seen FROM stored_events GROUP BY seen HAVING count(*) > 1
),
source AS (
    SELECT
        events.set_id, events.image_id, events.run_id, events.result_id, events.kind, events.name, events.position,
        events.started_at, events.seconds, events.core_seconds, events.outcome <> 'done' AS failed, events.spec_name,
        events.simulated, results.engine, results.policy_name, results.policy_version, photos.category, photos.brand,
        photos.channel, photos.campaign_tier, several.seen IS NOT NULL AS is_again
    FROM stored_events AS events
    LEFT JOIN several ON several.seen = hash(events.set_id, events.image_id, events.kind, events.name)
    LEFT JOIN images_current AS photos ON photos.set_id = events.set_id AND photos.image_id = events.image_id
    LEFT JOIN stored_results AS results ON results.result_id = events.result_id
),
ordered AS (
    SELECT
        * EXCLUDE (made_by),
        lead(started_at) OVER (
            PARTITION BY set_id, image_id, simulated, kind, name ORDER BY started_at, result_id, position
        ) AS later,
        CASE WHEN failed THEN lead(started_at) OVER (
            PARTITION BY set_id, image_id, simulated, kind, name, failed ORDER BY started_at, result_id, position
        ) END AS failed_later,
        min(made_by) OVER (PARTITION BY set_id, image_id, simulated, kind, name)
            <> max(made_by) OVER (PARTITION BY set_id, image_id, simulated, kind, name) AS mixed
    FROM (
        SELECT *, hash(run_id, spec_name, engine, policy_name, policy_version) AS made_by FROM source WHERE is_again
    )
),
final AS (
    SELECT *, CAST(NULL AS TIMESTAMPTZ) AS later, CAST(NULL AS TIMESTAMPTZ) AS failed_later, false AS mixed
    FROM source
    WHERE NOT is_again
    UNION ALL
    SELECT * FROM ordered
)
SELECT * EXCLUDE (is_again, result_id) FROM final;

-- The same by day: `attributes` says which of a photo's attributes the row is by (1 category, channel and tier, 2 brand,
-- 0 none), NULL where it is a single event. `spread` counts the seconds by rounded value.
CREATE OR REPLACE TEMP VIEW made_steps AS
WITH source AS (
    SELECT
        date_trunc('day', started_at) AS started_at, date_trunc('day', later) AS later,
        date_trunc('day', failed_later) AS failed_later, set_id, run_id, engine, spec_name, policy_name, policy_version,
        simulated, kind, name, failed, mixed, CASE WHEN mixed THEN image_id END AS image_id, category, channel,
        campaign_tier, brand, position, core_seconds, rounded(seconds) AS its_value
    FROM made_events
),
by_value AS (
    SELECT
        * EXCLUDE (position, core_seconds),
        CASE WHEN grouping(brand) = 0 THEN 2 WHEN grouping(category) = 0 THEN 1 ELSE 0 END AS attributes,
        count(*) AS n, sum(core_seconds) AS core_seconds, CAST(sum(position) AS DOUBLE) AS position
    FROM source
    GROUP BY GROUPING SETS (
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, its_value),
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, its_value, category, channel, campaign_tier),
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, its_value, brand)
    )
),
final AS (
    SELECT
        * EXCLUDE (its_value, n, core_seconds, position), CAST(sum(n) AS BIGINT) AS n, sum(core_seconds) AS core_seconds,
        sum(position) AS position, map_from_entries(list((its_value, CAST(n AS UBIGINT)) ORDER BY its_value)) AS spread
    FROM by_value
    GROUP BY ALL
)
SELECT * FROM final;

CREATE OR REPLACE TEMP VIEW single_steps AS
SELECT
    started_at, later, failed_later, set_id, run_id, engine, spec_name, policy_name, policy_version, simulated, kind,
    name, category, brand, channel, campaign_tier, CAST(NULL AS INTEGER) AS attributes, failed, mixed, image_id,
    CAST(1 AS BIGINT) AS n, core_seconds, CAST(position AS DOUBLE) AS position,
    MAP {seconds: CAST(1 AS UBIGINT)} AS spread
FROM made_events;

-- What each check said of each result a run reported; `later` and `mixed` as in made_images.
CREATE OR REPLACE TEMP VIEW single_checks AS
WITH source AS (
    SELECT facts.*, unnest(results.checks) AS answer
    FROM image_facts AS facts
    INNER JOIN stored_results AS results ON results.result_id = facts.result_id AND results.set_id = facts.set_id
),
final AS (
    SELECT
        reported_at, later, set_id, engine, spec_name, policy_name, policy_version, simulated, category, brand, channel,
        campaign_tier, mixed, CAST(NULL AS INTEGER) AS attributes, answer."check" AS "check", answer.unit AS unit,
        CAST(answer."value" IS NOT NULL AS BIGINT) AS images,
        CAST(coalesce(NOT answer.passed, false) AS BIGINT) AS flagged, CAST(answer."value" IS NULL AS BIGINT) AS abstained,
        CASE WHEN answer."value" IS NOT NULL THEN MAP {answer."value": CAST(1 AS UBIGINT)} END AS spread
    FROM source
)
SELECT * FROM final;

-- The same by day.
CREATE OR REPLACE TEMP VIEW made_checks AS
WITH source AS (
    SELECT
        date_trunc('day', reported_at) AS reported_at, date_trunc('day', later) AS later, set_id, engine, spec_name,
        policy_name, policy_version, simulated, "check", unit, mixed, category, channel, campaign_tier, brand, images,
        flagged, abstained, rounded(map_keys(spread)[1]) AS its_value
    FROM single_checks
),
by_value AS (
    SELECT
        * EXCLUDE (images, flagged, abstained),
        CASE WHEN grouping(brand) = 0 THEN 2 WHEN grouping(category) = 0 THEN 1 ELSE 0 END AS attributes,
        sum(images) AS images, sum(flagged) AS flagged, sum(abstained) AS abstained
    FROM source
    GROUP BY GROUPING SETS (
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, its_value),
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, its_value, category, channel, campaign_tier),
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, its_value, brand)
    )
),
final AS (
    SELECT
        * EXCLUDE (its_value, images, flagged, abstained), CAST(sum(images) AS BIGINT) AS images,
        CAST(sum(flagged) AS BIGINT) AS flagged, CAST(sum(abstained) AS BIGINT) AS abstained,
        map_from_entries(
            list((its_value, CAST(images AS UBIGINT)) ORDER BY its_value) FILTER (its_value IS NOT NULL)
        ) AS spread
    FROM by_value
    GROUP BY ALL
)
SELECT * FROM final;

CREATE OR REPLACE TEMP VIEW step_facts AS SELECT * FROM single_steps;
CREATE OR REPLACE TEMP VIEW check_facts AS SELECT * FROM single_checks;
