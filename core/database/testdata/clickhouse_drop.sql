WITH u AS (
  SELECT q.*,
    trimBoth(toString(q.`customer`)) AS qx_customer,
    trimBoth(toString(q.`ordered_at`)) AS qx_date,
    trimBoth(toString(q.`order_no`)) AS qx_order,
    trimBoth(toString(q.`status`)) AS qx_status
  FROM `db`.`orders` AS q
), v AS (
  SELECT nullif(qx_customer, '') AS k,
    toString(toDate32(`ordered_at`)) AS d,
    nullif(qx_order, '') AS o,
    `amount` AS a,
    nullif(qx_status, '') AS w,
    CASE WHEN `ordered_at` IS NULL THEN 1 ELSE 0 END + CASE WHEN `amount` IS NULL THEN 2 ELSE 0 END + CASE WHEN `customer` IS NULL AND `ordered_at` IS NULL AND `order_no` IS NULL AND `product` IS NULL AND `qty` IS NULL AND `amount` IS NULL AND `status` IS NULL THEN 4 ELSE 0 END AS m
  FROM u
), t AS (
  SELECT k, d, o, a, 0 AS s,
    CASE
      WHEN m >= 4 THEN 'blank_row'
      WHEN k IS NULL OR (lowerUTF8(k) IN ('', '#div/0!', '#n/a', '#name?', '#null!', '#num!', '#ref!', '#value!', '(blank)', '(null)', '-', '--', '.', '<na>', '?', '\\n', 'missing', 'n.a.', 'n/a', 'na', 'nan', 'nil', 'none', 'null', '–', '—', '无', '暂无', '空', '缺失') AND k NOT IN ('Nan', 'Na', 'Nil')) THEN 'missing_customer'
      WHEN d IS NULL AND (m = 1 OR m = 3) THEN 'missing_date'
      WHEN d IS NULL THEN 'bad_date'
      WHEN d IN ('1899-01-01') THEN 'bad_date'
      WHEN a IS NULL AND m >= 2 THEN 'missing_amount'
      WHEN a IS NULL THEN 'bad_amount'
      WHEN k IN ('TEST-1') THEN 'test_order'
      WHEN o IN ('TEST-1') THEN 'test_order'
      WHEN w IN ('it''s off \\ cancelled') THEN 'cancelled'
      WHEN a < 0 THEN 'refund_dropped'
      WHEN w IN ('refunded') THEN 'refund_dropped'
      ELSE '' END AS r
  FROM v
)
SELECT k, min(d) AS first_day, max(d) AS last_day, count(DISTINCT o) + count(*) - count(o) AS orders,
  count(DISTINCT d) AS days, sum(a) AS money, max(d) AS last_any
FROM t WHERE r = ''
  AND (k IN (SELECT k FROM t WHERE r = '' AND a <> 0) OR NOT EXISTS (SELECT k FROM t WHERE r = '' AND a <> 0))
GROUP BY k
ORDER BY 1
