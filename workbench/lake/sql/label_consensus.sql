-- What holds of each item of a project: a lead's decision, else the newest count.
WITH source AS (
    SELECT * FROM lake.label_consensus WHERE project = $project
),
final AS (
    SELECT question, item_key, method, value, posterior, labelers, disputed, decided_by, decided_at
    FROM source
    QUALIFY row_number() OVER (
        PARTITION BY question, item_key ORDER BY method = 'settled' DESC, decided_at DESC, row_key
    ) = 1
)
SELECT * FROM final ORDER BY question, item_key;
