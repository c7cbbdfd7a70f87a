-- What every figure is narrowed to, in one place. `f` is the struct of all filters (see filters.py); queries write
-- `$filters`. A filter that is NULL leaves everything in. Real and simulated rows never share a figure: simulated ones
-- are counted alone, and only when they are asked for.
CREATE OR REPLACE TEMP MACRO fits(
    f, its_set, its_category, its_brand, its_channel, its_tier, its_engine, its_spec, its_policy, its_policy_version,
    is_simulated
) AS (
    (f.set_id IS NULL OR its_set = f.set_id)
    AND (f.category IS NULL OR its_category = f.category)
    AND (f.brand IS NULL OR its_brand = f.brand)
    AND (f.channel IS NULL OR its_channel = f.channel)
    AND (f.tier IS NULL OR its_tier = f.tier)
    AND (f.engine IS NULL OR its_engine = f.engine)
    AND (f.spec IS NULL OR its_spec = f.spec)
    AND (f.policy IS NULL OR its_policy = f.policy OR concat(its_policy, '@', its_policy_version) = f.policy)
    AND coalesce(CAST(f.include_simulated AS BOOLEAN), false) = is_simulated
);

-- the same for a row that says nothing of the photo
CREATE OR REPLACE TEMP MACRO fits_result(f, its_set, its_engine, its_spec, its_policy, its_policy_version, is_simulated)
AS fits(
    f, its_set, f.category, f.brand, f.channel, f.tier, its_engine, its_spec, its_policy, its_policy_version,
    is_simulated
);

-- DuckDB resolves `f.name` in scalar macros only, so the table macros below leave that to these
CREATE OR REPLACE TEMP MACRO of_run(f, its_run) AS (f.run_id IS NULL OR coalesce(its_run = f.run_id, false));

-- the period is half open: from `since` on, before `until`
CREATE OR REPLACE TEMP MACRO in_period(f, moment) AS (
    (f.since IS NULL OR moment >= CAST(f.since AS TIMESTAMPTZ))
    AND (f.until IS NULL OR moment < CAST(f.until AS TIMESTAMPTZ))
);

-- every result a run reported, by the moment it was reported
CREATE OR REPLACE TEMP MACRO chosen_outcomes(f) AS TABLE
SELECT * FROM image_outcomes
WHERE of_run(f, run_id)
    AND in_period(f, reported_at)
    AND fits(
        f, set_id, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version, simulated
    );

-- one row per image: of several results the newest under the filters
CREATE OR REPLACE TEMP MACRO chosen_images(f) AS TABLE
SELECT * FROM chosen_outcomes(f)
QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, version DESC, result_id) = 1;

-- one row per image received in the period, whenever it was worked on; a cohort's costs and times are counted on it.
-- `ready_at` is when it could go out: published, else approved; NULL while it cannot
CREATE OR REPLACE TEMP MACRO chosen_cohort(f) AS TABLE
WITH held AS (
    SELECT * FROM image_outcomes
    WHERE of_run(f, run_id)
        AND in_period(f, received_at)
        AND fits(
            f, set_id, category, brand, channel, campaign_tier, engine, spec_name, policy_name, policy_version,
            simulated
        )
    QUALIFY row_number() OVER (PARTITION BY set_id, image_id ORDER BY reported_at DESC, version DESC, result_id) = 1
),
published AS ( -- the same pixels routed anew later were out from the first time on
    SELECT set_id, image_id, result_key, version, min(recorded_at) AS published_at
    FROM lake.results
    WHERE status = 'published'
    GROUP BY set_id, image_id, result_key, version
),
approved AS (
    SELECT set_id, image_id, result_key, version, max(reviewed_at) AS approved_at
    FROM judged
    WHERE verdict = 'approved'
    GROUP BY set_id, image_id, result_key, version
)
SELECT
    held.*,
    CASE
        WHEN held.state = 'published' OR (held.state = 'approved' AND held.status = 'published')
            THEN published.published_at
        WHEN held.state = 'approved' THEN approved.approved_at
    END AS ready_at
FROM held
LEFT JOIN published USING (set_id, image_id, result_key, version)
LEFT JOIN approved USING (set_id, image_id, result_key, version);

-- every verdict that stands, by its moment, with the photo's attributes; `judgement` 1 is an image's first
CREATE OR REPLACE TEMP MACRO chosen_verdicts(f) AS TABLE
SELECT judged.*, photos.category, photos.brand, photos.channel, photos.campaign_tier, photos.received_at
FROM judged
LEFT JOIN images_current AS photos ON photos.set_id = judged.set_id AND photos.image_id = judged.image_id
WHERE in_period(f, judged.reviewed_at)
    AND fits(
        f, judged.set_id, photos.category, photos.brand, photos.channel, photos.campaign_tier, judged.engine,
        judged.spec_name, judged.policy_name, judged.policy_version, judged.simulated
    )
    AND (
        of_run(f, NULL)
        OR judged.result_id IN (SELECT result_id FROM lake.run_results WHERE of_run(f, run_id))
    );

-- seconds of working time up to a moment, from a Monday long ago; `days` are numbers, 0 is Monday
CREATE OR REPLACE TEMP MACRO worked_until(moment, zone, start_s, end_s, days) AS (
    ((date_diff('day', DATE '1970-01-05', CAST(timezone(zone, moment) AS DATE)) // 7) * len(days)
        + len(list_filter(
            days, lambda d: d < date_diff('day', DATE '1970-01-05', CAST(timezone(zone, moment) AS DATE)) % 7
        ))) * (end_s - start_s)
    + CASE
        WHEN list_contains(days, date_diff('day', DATE '1970-01-05', CAST(timezone(zone, moment) AS DATE)) % 7)
            THEN greatest(0, least(
                epoch(timezone(zone, moment)) - epoch(CAST(CAST(timezone(zone, moment) AS DATE) AS TIMESTAMP)), end_s
            ) - start_s)
        ELSE 0
    END
);

-- the same in microseconds, of a moment in microseconds, by the rule of its hour: not negative, it is this number;
-- negative, the moment with it added; NULL, the calendar is asked
CREATE OR REPLACE TEMP MACRO worked_by_rule(moment_us, rule, zone, start_s, end_s, days) AS (
    CASE
        WHEN rule < 0 THEN moment_us + rule
        WHEN rule >= 0 THEN rule
        ELSE CAST(worked_until(make_timestamptz(moment_us), zone, start_s, end_s, days) * 1000000 AS BIGINT)
    END
);

-- 95% interval of a difference of two shares, after minus before, by Newcombe's hybrid score method.
-- Source: Newcombe (1998), Interval estimation for the difference between independent proportions, Stat. Med. 17.
CREATE OR REPLACE TEMP MACRO newcombe_low(hits_before, n_before, hits_after, n_after) AS
    hits_after / n_after - hits_before / n_before - sqrt(
        (hits_after / n_after - wilson_low(hits_after, n_after)) ** 2
        + (wilson_high(hits_before, n_before) - hits_before / n_before) ** 2
    );
CREATE OR REPLACE TEMP MACRO newcombe_high(hits_before, n_before, hits_after, n_after) AS
    hits_after / n_after - hits_before / n_before + sqrt(
        (wilson_high(hits_after, n_after) - hits_after / n_after) ** 2
        + (hits_before / n_before - wilson_low(hits_before, n_before)) ** 2
    );

-- another spec is another delivery, so its work is not counted where one spec is asked for
CREATE OR REPLACE TEMP MACRO of_spec(f, its_spec) AS (f.spec IS NULL OR its_spec = f.spec);

-- the same filters over the period to compare with: the one given, else the same length just before `since`
CREATE OR REPLACE TEMP MACRO over_baseline(f, its_since, its_until) AS struct_update(
    f,
    since := coalesce(
        CAST(its_since AS TIMESTAMPTZ),
        CAST(f.since AS TIMESTAMPTZ) - (coalesce(CAST(f.until AS TIMESTAMPTZ), now()) - CAST(f.since AS TIMESTAMPTZ))
    ),
    until := coalesce(CAST(its_until AS TIMESTAMPTZ), CAST(f.since AS TIMESTAMPTZ))
);
