-- Page results summed up by product and image version, over rows that say both sides of a rate.
WITH source AS (
    SELECT * FROM counted_pages($filters, true)
),
final AS (
    SELECT
        sku, image_version, any_value(category) AS category, min(day) AS first_day, max(day) AS last_day,
        CAST(sum(views) AS BIGINT) AS views,
        CAST(sum(views) FILTER (add_to_cart IS NOT NULL) AS BIGINT) AS views_with_cart,
        CAST(sum(add_to_cart) AS BIGINT) AS add_to_cart,
        CAST(sum(views) FILTER (orders IS NOT NULL) AS BIGINT) AS views_with_orders,
        CAST(sum(orders) AS BIGINT) AS orders,
        CAST(sum(orders) FILTER (returned IS NOT NULL) AS BIGINT) AS orders_with_returns,
        CAST(sum(returned) AS BIGINT) AS returned,
        bool_or(simulated) AS simulated
    FROM source
    GROUP BY sku, image_version
)
SELECT * FROM final ORDER BY sku, image_version;
