-- Simulated rows of one set, as many as $images: photos, results, their run, and verdicts on what was drawn. Ids are as
-- long as real ones (64 hexadecimal digits) and results carry ten checks, as the shipped spec has: both cost time.
INSERT INTO lake.images BY NAME
SELECT
    sha256('k' || i) AS row_key, sha256('c' || i) AS content_key, 'year' AS set_id, 'img' || i AS image_id,
    'sku' || (i // 3) AS sku,
    '/p/' || i || '.jpg' AS path, i || '.jpg' AS relative_path,
    (['accessories', 'apparel', 'footwear', 'furniture', 'glassware', 'hair_beauty', 'jewellery', 'knit_fur', 'packaged',
      'sheer'])[1 + i % 10] AS category,
    CASE WHEN i % 17 = 0 THEN 'high_value' ELSE 'standard' END AS campaign_tier,
    TIMESTAMPTZ '2026-01-01 08:00:00+00' + to_seconds(i * 2) AS seen_at, true AS simulated
FROM range({images}) AS numbers(i);

INSERT INTO lake.results BY NAME
WITH drawn AS (
    SELECT i, (hash(i + 7) % 100000) / 100000.0 AS v, (hash(i + 99) % 100000) / 100000.0 AS w,
        ((hash(i) % 100000) / 100000.0) ** 2 * 0.9 AS risk
    FROM range({images}) AS numbers(i)
),
laned AS (
    SELECT *, CASE
        WHEN i % 10 IN (4, 5, 6) THEN 'senior' WHEN i % 17 = 0 OR risk > 0.55 THEN 'manual'
        WHEN risk > 0.2 THEN 'check' ELSE 'auto' END AS lane
    FROM drawn
)
SELECT
    sha256('r' || i) AS row_key, sha256('r' || i) AS result_id, 'year' AS set_id, 'img' || i AS image_id,
    sha256('key' || i) AS result_key, 1 AS version, sha256('ph' || i) AS photo_hash, 'white' AS spec_name,
    sha256('spec') AS spec_hash, 'done' AS outcome,
    TIMESTAMPTZ '2026-01-01 09:00:00+00' + to_seconds(i * 2) AS made_at, DATE '2026-01-01' AS day, 'classical' AS engine,
    list_transform(['halo_width', 'edge_noise', 'colour_spill', 'clipped_subject', 'crop_margins', 'alpha_histogram',
        'holes_and_islands', 'backdrop_residue', 'sharpness_loss', 'subject_touches_frame'],
        lambda name, n: struct_pack(
            "check" := name, "value" := v * 3, unit := 'px', "limit" := 2.0, better := 'lower',
            passed := CASE n WHEN 1 THEN v < 0.95 WHEN 2 THEN w < 0.95 ELSE true END, reason := NULL::VARCHAR,
            worst_x := 1, worst_y := 2
        )) AS checks,
    CASE WHEN lane = 'auto' THEN 'published' ELSE 'queued' END AS status, lane, risk, false AS risk_calibrated,
    0.2 AS max_risk, lane = 'auto' AND w < 0.1 AS audit_sample,
    CASE WHEN lane = 'auto' THEN 0.1 ELSE 1.0 END AS inclusion_probability, false AS hold, 'first' AS policy_name,
    1 AS policy_version, 'h' AS policy_hash,
    TIMESTAMPTZ '2026-01-01 09:00:00+00' + to_seconds(i * 2) AS recorded_at, true AS simulated
FROM laned;

INSERT INTO lake.run_results BY NAME
SELECT sha256('run' || result_id) AS row_key, 'run' AS run_id, set_id, image_id, result_id, false AS reused, recorded_at, day,
    simulated
FROM lake.results;

INSERT INTO lake.reviews BY NAME
SELECT
    sha256('v' || result_id) AS row_key, sha256('v' || result_id) AS review_id, set_id, image_id, result_id, 1 AS version,
    'sim' AS reviewer, recorded_at + INTERVAL 3 HOUR AS reviewed_at, day,
    CASE WHEN (hash(image_id) % 1000) / 1000.0 < risk * 0.3 THEN 'rework' ELSE 'approved' END AS verdict,
    CASE WHEN lane IN ('manual', 'senior') THEN 'start' END AS usable, 40.0 AS active_seconds, 'qa' AS source,
    true AS simulated
FROM lake.results
WHERE lane <> 'auto' OR audit_sample;
