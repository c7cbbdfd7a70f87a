-- title: Results of product pages
-- unit: counts
-- better: higher
-- grain: one row per image version
-- columns:
--   image_version: as the file named it, such as old and new
--   skus: products
--   days: days on which they were seen
--   first_day: the first of them
--   last_day: the last
--   views: views of the page
--   add_to_cart: how often the product was put into a cart
--   orders: orders
--   returned: orders that came back
--   cart_rate: add_to_cart / views, over rows that say both
--   order_rate: orders / views, over rows that say both
--   return_rate: returned / orders, over rows that say both
-- doc: What visitors did on pages with each version of the pictures, as imported. A rate is no proof that the picture
--   made it: see the page Impact for the lift with its interval. Filters on images apply to the product's newest result.
WITH source AS (
    SELECT * FROM counted_pages($filters, false)
),
final AS (
    SELECT
        image_version, count(DISTINCT sku) AS skus, count(DISTINCT day) AS days, min(day) AS first_day,
        max(day) AS last_day, CAST(sum(views) AS BIGINT) AS views, CAST(sum(add_to_cart) AS BIGINT) AS add_to_cart, CAST(sum(orders) AS BIGINT) AS orders,
        CAST(sum(returned) AS BIGINT) AS returned,
        sum(add_to_cart) / nullif(sum(views) FILTER (add_to_cart IS NOT NULL), 0) AS cart_rate,
        sum(orders) / nullif(sum(views) FILTER (orders IS NOT NULL), 0) AS order_rate,
        sum(returned) / nullif(sum(orders) FILTER (returned IS NOT NULL), 0) AS return_rate
    FROM source
    GROUP BY image_version
)
SELECT * FROM final ORDER BY image_version;
