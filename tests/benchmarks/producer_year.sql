-- One month of a producer's year: images, what came out, steps, verdicts, corrections. Places: {first}, {images}, {day}, {days},
-- {month}. Every figure follows from a hash of the image's number, so the same places make the same rows.
CREATE OR REPLACE TEMP TABLE made AS
SELECT
    n, printf('img-%09d', n) AS image_id, md5(CAST(n AS VARCHAR)) AS digest,
    (hash(n) % 10000) / 10000.0 AS u, (hash(n, 1) % 10000) / 10000.0 AS v, (hash(n, 2) % 10000) / 10000.0 AS w,
    DATE '{day}' + CAST((n - {first}) * {days} // {images} AS INTEGER) AS its_day
FROM range({first}, {first} + {images}) AS numbers(n)
ORDER BY n;

CREATE OR REPLACE TEMP TABLE routed AS
SELECT
    *, its_day + INTERVAL 8 HOUR + to_seconds(CAST(floor(u * 28800) AS BIGINT)) AS received,
    its_day + INTERVAL 9 HOUR + to_seconds(CAST(floor(u * 28800 + 600) AS BIGINT)) AS made_at,
    ['accessories', 'apparel', 'footwear', 'furniture', 'glassware', 'hair_beauty', 'jewellery', 'knit_fur', 'packaged',
     'sheer'][1 + CAST(hash(n, 3) % 10 AS INTEGER)] AS category,
    CASE
        WHEN hash(n, 8) % 1000 < 3 THEN NULL -- refused
        WHEN v < 0.75 THEN 'auto' WHEN v < 0.9 THEN 'check' WHEN v < 0.97 THEN 'manual' ELSE 'senior'
    END AS lane,
    CASE WHEN hash(n, 8) % 1000 < 3 THEN 'refused' ELSE 'done' END AS outcome,
    CASE WHEN hash(n, 7) % 100 < 85 THEN 'approved' WHEN hash(n, 7) % 100 < 98 THEN 'rework' ELSE 'rejected' END AS verdict,
    CASE WHEN v < 0.75 THEN w < 0.05 ELSE true END AS is_judged,
    'year-' || '{month}' AS set_id, 'run-' || CAST(its_day AS VARCHAR) AS run_id,
    CASE WHEN '{month}' < '07' THEN 1 ELSE 2 END AS policy_version
FROM made;

INSERT INTO lake.runs BY NAME
SELECT DISTINCT
    run_id AS row_key, run_id, set_id, 'year' AS source, 'marketplace_white' AS spec_name, 's' AS spec_hash,
    'first' AS policy_name, policy_version, 'p' AS policy_hash, CAST(its_day + INTERVAL 9 HOUR AS TIMESTAMPTZ) AS started_at,
    64 AS workers, CAST('{}' AS JSON) AS options, true AS simulated
FROM routed;

INSERT INTO lake.run_ends BY NAME
SELECT DISTINCT
    run_id AS row_key, run_id, CAST(its_day + INTERVAL 18 HOUR AS TIMESTAMPTZ) AS ended_at, 'finished' AS outcome,
    true AS simulated
FROM routed;

INSERT INTO lake.images BY NAME
SELECT
    digest AS row_key, digest AS content_key, set_id, image_id, printf('SKU-%08d', n // 4) AS sku,
    '/year/' || image_id AS path, image_id AS relative_path, category, 'brand ' || hash(n, 4) % 40 AS brand,
    ['web_pdp', 'marketplace', 'social', 'email'][1 + CAST(hash(n, 5) % 4 AS INTEGER)] AS channel, CAST(received AS TIMESTAMPTZ) AS received_at,
    CASE WHEN w < 0.05 THEN 'high_value' ELSE 'standard' END AS campaign_tier,
    CAST(received + INTERVAL 48 HOUR AS TIMESTAMPTZ) AS deadline, CAST(received AS TIMESTAMPTZ) AS seen_at, true AS simulated
FROM routed;

INSERT INTO lake.results BY NAME
SELECT
    digest AS row_key, digest AS result_id, set_id, image_id, digest AS result_key, digest AS routing_key, 1 AS version,
    digest AS photo_hash, 'marketplace_white' AS spec_name, 's' AS spec_hash, outcome,
    CASE outcome WHEN 'refused' THEN 'Truncated' END AS failure_kind,
    CASE outcome WHEN 'refused' THEN 'the file ends early' END AS failure_reason,
    CASE outcome WHEN 'refused' THEN 'load_image' END AS failure_step,
    CAST(made_at AS TIMESTAMPTZ) AS made_at, its_day AS "day", CAST(made_at - INTERVAL 3 SECOND AS TIMESTAMPTZ) AS started_at,
    CAST(made_at AS TIMESTAMPTZ) AS ended_at, 1.5 + 2 * w AS core_seconds, 'classical' AS engine, 1600 AS width_px,
    2000 AS height_px, CAST('{"preparation.expected_minutes": 2.5}' AS JSON) AS attributes,
    list_transform(range(10), lambda c: {
        'check': 'check_' || c, 'value': 0.2 + 1.9 * ((hash(n, c) % 1000) / 1000.0), 'unit': 'px', 'limit': 2.0,
        'better': 'lower', 'passed': (hash(n, c) % 1000) < 970, 'reason': CAST(NULL AS VARCHAR),
        'worst_x': CAST(1 AS INTEGER), 'worst_y': CAST(1 AS INTEGER)
    }) AS checks,
    CASE WHEN lane = 'auto' THEN 'published' WHEN lane IS NOT NULL THEN 'queued' END AS status, lane,
    [{'rule': 'risk_within_limit', 'lane': lane, 'words': 'as routed'}] AS reasons, v AS risk, false AS risk_calibrated,
    0.75 AS max_risk, lane = 'auto' AND w < 0.1 AS audit_sample, CASE lane WHEN 'auto' THEN 0.1 ELSE 1.0 END
    AS inclusion_probability, false AS hold, 'first' AS policy_name, policy_version, 'p' AS policy_hash,
    CAST(made_at AS TIMESTAMPTZ) AS recorded_at, true AS simulated
FROM routed;

INSERT INTO lake.run_results BY NAME
SELECT
    digest AS row_key, run_id, set_id, image_id, digest AS result_id, false AS reused,
    CAST(made_at AS TIMESTAMPTZ) AS recorded_at, its_day AS "day", true AS simulated
FROM routed;

INSERT INTO lake.step_events BY NAME
SELECT
    digest || '-' || s AS row_key, CAST(s AS INTEGER) AS position, digest AS result_id, run_id, set_id, image_id,
    digest AS result_key, 'marketplace_white' AS spec_name, 'step' AS kind, 'step_' || s AS name,
    CAST(made_at AS TIMESTAMPTZ) AS started_at, its_day AS "day", 0.1 + 0.3 * w AS seconds, 0.1 + 0.3 * w AS core_seconds,
    'done' AS outcome, true AS simulated
FROM routed, range(10) AS steps(s);

INSERT INTO lake.reviews BY NAME
SELECT
    digest || '-r' AS row_key, digest || '-r' AS review_id, set_id, image_id, digest AS result_id, 1 AS version,
    'person-' || hash(n, 6) % 60 AS reviewer,
    CAST(made_at + to_seconds(CAST(3600 + 80000 * w AS BIGINT)) AS TIMESTAMPTZ) AS reviewed_at,
    CAST(made_at + to_seconds(CAST(3600 + 80000 * w AS BIGINT)) AS DATE) AS "day",
    verdict, CASE verdict WHEN 'approved' THEN [] ELSE ['halo'] END AS reasons, [] AS actions,
    hash(n, 7) % 100 < 15 AS pixels_changed, 20.0 + 140 * u AS active_seconds,
    CASE WHEN lane IN ('manual', 'senior') THEN 'start' END AS usable, 'qa_board' AS source, true AS simulated
FROM routed
WHERE outcome = 'done' AND is_judged;

-- what was sent back comes again, corrected, 26 hours later, and is approved two hours after that
INSERT INTO lake.results BY NAME
SELECT
    digest || '-2' AS row_key, digest || '-2' AS result_id, set_id, image_id, digest || '-2' AS result_key,
    digest || '-2' AS routing_key, 2 AS version, digest AS photo_hash, 'marketplace_white' AS spec_name, 's' AS spec_hash,
    outcome, CAST(made_at + INTERVAL 26 HOUR AS TIMESTAMPTZ) AS made_at, CAST(made_at + INTERVAL 26 HOUR AS DATE) AS "day",
    CAST(made_at + INTERVAL 93598 SECOND AS TIMESTAMPTZ) AS started_at,
    CAST(made_at + INTERVAL 26 HOUR AS TIMESTAMPTZ) AS ended_at, 0.6 AS core_seconds, 'classical' AS engine,
    1600 AS width_px, 2000 AS height_px, CAST('{}' AS JSON) AS attributes,
    list_transform(range(10), lambda c: {
        'check': 'check_' || c, 'value': 0.2 + 1.9 * ((hash(n, c, 2) % 1000) / 1000.0), 'unit': 'px', 'limit': 2.0,
        'better': 'lower', 'passed': (hash(n, c, 2) % 1000) < 990, 'reason': CAST(NULL AS VARCHAR),
        'worst_x': CAST(1 AS INTEGER), 'worst_y': CAST(1 AS INTEGER)
    }) AS checks,
    'queued' AS status, lane, [{'rule': 'corrected', 'lane': lane, 'words': 'as routed'}] AS reasons, v AS risk,
    false AS risk_calibrated, 0.75 AS max_risk, false AS audit_sample, 1.0 AS inclusion_probability, false AS hold,
    'first' AS policy_name, policy_version, 'p' AS policy_hash,
    CAST(made_at + INTERVAL 26 HOUR AS TIMESTAMPTZ) AS recorded_at, true AS simulated
FROM routed
WHERE outcome = 'done' AND is_judged AND verdict = 'rework';

INSERT INTO lake.run_results BY NAME
SELECT
    digest || '-2' AS row_key, run_id, set_id, image_id, digest || '-2' AS result_id, false AS reused,
    CAST(made_at + INTERVAL 26 HOUR AS TIMESTAMPTZ) AS recorded_at, CAST(made_at + INTERVAL 26 HOUR AS DATE) AS "day",
    true AS simulated
FROM routed
WHERE outcome = 'done' AND is_judged AND verdict = 'rework';

INSERT INTO lake.step_events BY NAME
SELECT
    digest || '-2-' || s AS row_key, CAST(s AS INTEGER) AS position, digest || '-2' AS result_id, run_id, set_id,
    image_id, digest || '-2' AS result_key, 'marketplace_white' AS spec_name, 'check' AS kind, 'check_' || s AS name,
    CAST(made_at + INTERVAL 93598 SECOND AS TIMESTAMPTZ) AS started_at, CAST(made_at + INTERVAL 93598 SECOND AS DATE) AS "day",
    0.05 + 0.1 * w AS seconds, 0.05 + 0.1 * w AS core_seconds, 'done' AS outcome, true AS simulated
FROM routed, range(3) AS steps(s)
WHERE outcome = 'done' AND is_judged AND verdict = 'rework';

INSERT INTO lake.reviews BY NAME
SELECT
    digest || '-r2' AS row_key, digest || '-r2' AS review_id, set_id, image_id, digest || '-2' AS result_id, 2 AS version,
    'person-' || hash(n, 6, 2) % 60 AS reviewer, CAST(made_at + INTERVAL 28 HOUR AS TIMESTAMPTZ) AS reviewed_at,
    CAST(made_at + INTERVAL 28 HOUR AS DATE) AS "day", 'approved' AS verdict, [] AS reasons, ['retouch'] AS actions,
    false AS pixels_changed, 10.0 + 60 * u AS active_seconds, 'qa_board' AS source, true AS simulated
FROM routed
WHERE outcome = 'done' AND is_judged AND verdict = 'rework';
