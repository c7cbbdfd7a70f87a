-- A week of 100,000 products' pages with the old pictures, and one with the new.
INSERT INTO lake.page_results BY NAME
SELECT
    printf('page-%d-%s', n, version) AS row_key, printf('SKU-%08d', n * 35) AS sku, version AS image_version,
    DATE '2025-06-02' + CASE version WHEN 'new' THEN 7 ELSE 0 END AS "day", 200 + hash(n) % 400 AS views,
    10 + hash(n, 1) % 20 AS add_to_cart, hash(n, 2) % 8 AS orders, 0 AS returned, 'year' AS source, now() AS imported_at,
    true AS simulated
FROM range(100000) AS numbers(n), (VALUES ('old'), ('new')) AS versions(version);
