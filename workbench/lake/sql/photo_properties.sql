-- What was measured of each photo, by the week it was received: what drift is looked for in. One row an image.
WITH source AS (
    SELECT * FROM chosen_images($filters)
),
final AS (
    SELECT
        set_id, image_id, sku, photo_hash, CAST(date_trunc('week', utc(received_at)) AS DATE) AS week, category, brand,
        channel,
        CAST(attributes ->> '$."preparation.complexity"' AS DOUBLE) AS complexity,
        CAST(attributes ->> '$."preparation.contrast_de"' AS DOUBLE) AS contrast,
        CAST(attributes ->> '$."preparation.transparency"' AS DOUBLE) AS transparency,
        CAST(attributes ->> '$."preparation.reflection"' AS DOUBLE) AS reflection,
        CAST(attributes ->> '$."preparation.skin_share"' AS DOUBLE) AS skin_share,
        CAST(attributes ->> '$."preparation.subject_share"' AS DOUBLE) AS subject_share,
        CAST(attributes ->> '$."preparation.detail_density"' AS DOUBLE) AS detail_density,
        CAST(attributes ->> '$."preparation.edge_width_px"' AS DOUBLE) AS edge_width_px,
        CAST(attributes ->> '$."preparation.backdrop_lightness"' AS DOUBLE) AS backdrop_lightness,
        CAST(attributes ->> '$."preparation.backdrop_uniformity"' AS DOUBLE) AS backdrop_uniformity,
        CAST(attributes ->> '$."lighting.exposure_ev"' AS DOUBLE) AS exposure_ev,
        CAST(attributes ->> '$."alignment.turned_deg"' AS DOUBLE) AS turned_deg,
        CAST(attributes ->> '$."source.file_bytes"' AS DOUBLE) AS file_bytes,
        attributes ->> '$."source.format"' AS file_format,
        CAST(list_filter(checks, lambda c: c."check" = 'halo_width')[1]."value" AS DOUBLE) AS halo_width,
        CAST(list_filter(checks, lambda c: c."check" = 'edge_noise')[1]."value" AS DOUBLE) AS edge_noise,
        CAST(list_filter(checks, lambda c: c."check" = 'backdrop_residue')[1]."value" AS DOUBLE) AS backdrop_residue,
        risk
    FROM source
    WHERE outcome = 'done'
)
SELECT * FROM final ORDER BY set_id, image_id;
