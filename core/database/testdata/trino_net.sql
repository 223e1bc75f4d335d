WITH u AS (
  SELECT q.*,
    trim(CAST(q."customer" AS VARCHAR)) AS qx_customer,
    trim(CAST(q."ordered_at" AS VARCHAR)) AS qx_date,
    trim(CAST(q."order_no" AS VARCHAR)) AS qx_order,
    trim(CAST(q."status" AS VARCHAR)) AS qx_status,
    trim(CAST(TRY_CAST(q."amount" AS DECIMAL(38, 0)) AS VARCHAR)) AS qx_amount
  FROM "db"."orders" AS q
), v AS (
  SELECT nullif(qx_customer, '') AS k,
    CAST(CAST("ordered_at" AS DATE) AS VARCHAR) AS d,
    nullif(qx_order, '') AS o,
    CASE WHEN NOT ((NOT is_finite("amount"))) THEN TRY_CAST("amount" AS DECIMAL(38, 9)) END AS a,
    nullif(qx_status, '') AS w,
    CASE WHEN "ordered_at" IS NULL THEN 1 ELSE 0 END + CASE WHEN "amount" IS NULL OR (lower(qx_amount) IN ('', '#div/0!', '#n/a', '#name?', '#null!', '#num!', '#ref!', '#value!', '(blank)', '(null)', '-', '--', '.', '<na>', '?', '\n', 'missing', 'n.a.', 'n/a', 'na', 'nan', 'nil', 'none', 'null', '–', '—', '无', '暂无', '空', '缺失') AND qx_amount NOT IN ('Nan', 'Na', 'Nil')) THEN 2 ELSE 0 END + CASE WHEN "customer" IS NULL AND "ordered_at" IS NULL AND "order_no" IS NULL AND "product" IS NULL AND "qty" IS NULL AND "amount" IS NULL AND "status" IS NULL THEN 4 ELSE 0 END AS m
  FROM u
), t AS (
  SELECT k, d, o, a, CASE WHEN w IN ('refunded') AND a >= 0 THEN 1 ELSE 0 END AS s,
    CASE
      WHEN m >= 4 THEN 'blank_row'
      WHEN k IS NULL OR (lower(k) IN ('', '#div/0!', '#n/a', '#name?', '#null!', '#num!', '#ref!', '#value!', '(blank)', '(null)', '-', '--', '.', '<na>', '?', '\n', 'missing', 'n.a.', 'n/a', 'na', 'nan', 'nil', 'none', 'null', '–', '—', '无', '暂无', '空', '缺失') AND k NOT IN ('Nan', 'Na', 'Nil')) THEN 'missing_customer'
      WHEN d IS NULL AND (m = 1 OR m = 3) THEN 'missing_date'
      WHEN d IS NULL THEN 'bad_date'
      WHEN d IN ('1899-01-01') THEN 'bad_date'
      WHEN a IS NULL AND m >= 2 THEN 'missing_amount'
      WHEN a IS NULL THEN 'bad_amount'
      WHEN a = 0 THEN 'zero_amount'
      WHEN k IN ('TEST-1') THEN 'test_order'
      WHEN o IN ('TEST-1') THEN 'test_order'
      WHEN w IN ('it''s off \ cancelled') THEN 'cancelled'
      ELSE '' END AS r
  FROM v
), b AS (
  SELECT k, d, o, a, s FROM t WHERE r = ''
), f AS (
  SELECT o, min(k) AS k1, max(k) AS k2,
    min(CASE WHEN a >= 0 AND s = 0 THEN d END) AS d1, max(CASE WHEN a >= 0 AND s = 0 THEN d END) AS d2,
    sum(CASE WHEN a >= 0 AND s = 0 THEN 1 ELSE 0 END) AS p, sum(CASE WHEN a < 0 THEN 1 ELSE 0 END) AS n, sum(s) AS x,
    sum(CASE WHEN s = 1 THEN 0 ELSE a END) AS net
  FROM b WHERE o IS NOT NULL GROUP BY o
  HAVING sum(CASE WHEN a < 0 THEN 1 ELSE 0 END) + sum(s) > 0
), hard AS (
  SELECT b.k AS k FROM b INNER JOIN f ON b.o = f.o WHERE (p > 0 AND n > 0 AND (k1 <> k2 OR d1 <> d2)) OR (x > 0 AND p > 0) OR (p = 0 AND n > 0 AND (starts_with(lower(f.o), 'c'))) OR (p = 0 AND n > 0)
  UNION ALL SELECT k FROM b WHERE a < 0 AND o IS NULL
)
SELECT b.k AS k, min(CASE WHEN b.a >= 0 AND b.s = 0 AND (f.o IS NULL OR f.net > 0) THEN b.d END) AS first_day, max(CASE WHEN b.a >= 0 AND b.s = 0 AND (f.o IS NULL OR f.net > 0) THEN b.d END) AS last_day,
  count(DISTINCT CASE WHEN b.a >= 0 AND b.s = 0 AND (f.o IS NULL OR f.net > 0) THEN b.o END) + sum(CASE WHEN b.a >= 0 AND b.s = 0 AND (f.o IS NULL OR f.net > 0) AND b.o IS NULL THEN 1 ELSE 0 END) AS orders,
  count(DISTINCT CASE WHEN b.a >= 0 AND b.s = 0 AND (f.o IS NULL OR f.net > 0) THEN b.d END) AS days, sum(CASE WHEN b.s = 1 THEN 0 ELSE b.a END) AS money,
  max(CASE WHEN (b.a >= 0 AND b.s = 0 AND (f.o IS NULL OR f.net > 0)) OR b.a < 0 AND (f.o IS NULL OR f.p = 0 OR f.net < 0) THEN b.d END) AS last_any
FROM b LEFT JOIN f ON b.o = f.o
WHERE b.k NOT IN (SELECT k FROM hard)
GROUP BY b.k
ORDER BY 1
