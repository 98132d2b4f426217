-- Pairs the rows of a unit's declarations of two years that follow each other (table changes, out of chosen and name_keys).

-- A sheet is what a unit declares of one form, project and horizon; of several in one year the fullest counts.
CREATE TEMP TABLE items AS
WITH sizes AS (
    SELECT organization, form, coalesce(subject, '') AS sheet_subject, horizon, year, declaration_id, count(*) AS n
    FROM chosen WHERE year IS NOT NULL AND organization IS NOT NULL GROUP BY ALL
), ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY organization, form, sheet_subject, horizon, year ORDER BY n DESC, declaration_id) AS rank
    FROM sizes
), years AS (
    SELECT declaration_id, horizon, sheet_subject, lag(year) OVER sheet AS earlier, lead(year) OVER sheet AS later
    FROM ranked WHERE rank = 1
    WINDOW sheet AS (PARTITION BY organization, form, sheet_subject, horizon ORDER BY year)
), keyed AS (
    SELECT chosen.*, earlier, later, sheet_subject, key, coalesce(indicator_code, 'name:' || key) AS concept
    FROM chosen
    JOIN years ON years.declaration_id = chosen.declaration_id AND years.horizon IS NOT DISTINCT FROM chosen.horizon
    JOIN name_keys ON name_keys.level3 IS NOT DISTINCT FROM chosen.level3
)
SELECT *, row_number() OVER (PARTITION BY declaration_id, horizon, concept, key ORDER BY row_index) AS place,
       (organization, form, sheet_subject, coalesce(horizon, ''), concept, coalesce(year, 0)) AS here,
       (organization, form, sheet_subject, coalesce(horizon, ''), concept, coalesce(earlier, 0)) AS there
FROM keyed;

-- First the same concept under the same name; then the only one that is left of a concept on each side.
CREATE TEMP TABLE pairs AS
WITH exact AS (
    SELECT a.indicator_id AS a, b.indicator_id AS b
    FROM items a JOIN items b ON b.there = a.here AND a.key = b.key AND a.place = b.place
), rest_a AS (
    SELECT *, count(*) OVER (PARTITION BY declaration_id, horizon, concept) AS n
    FROM items ANTI JOIN exact ON exact.a = items.indicator_id WHERE later IS NOT NULL
), rest_b AS (
    SELECT *, count(*) OVER (PARTITION BY declaration_id, horizon, concept) AS n
    FROM items ANTI JOIN exact ON exact.b = items.indicator_id WHERE earlier IS NOT NULL
), renamed AS (
    SELECT a.indicator_id AS a, b.indicator_id AS b
    FROM rest_a a JOIN rest_b b ON b.there = a.here AND a.n = 1 AND b.n = 1
)
SELECT a, b, false AS renamed FROM exact
UNION ALL SELECT a, b, true FROM renamed
UNION ALL SELECT indicator_id, NULL, false FROM rest_a ANTI JOIN renamed ON renamed.a = rest_a.indicator_id
UNION ALL SELECT NULL, indicator_id, false FROM rest_b ANTI JOIN renamed ON renamed.b = rest_b.indicator_id;

CREATE TEMP TABLE changes AS
SELECT coalesce(old.base_unit = new.base_unit AND old.dimension = new.dimension AND old.sign = new.sign
                AND old.quantity IS NOT NULL AND new.quantity IS NOT NULL, false) AS one_unit,
       a, b, renamed,
       coalesce(new.city, old.city) AS city,
       coalesce(new.province, old.province) AS province,
       coalesce(new.organization, old.organization) AS organization,
       coalesce(new.form, old.form) AS form,
       coalesce(new.subject, old.subject) AS subject,
       coalesce(new.horizon, old.horizon) AS horizon,
       coalesce(new.level1_code, old.level1_code) AS level1_code,
       coalesce(new.level1_name, old.level1_name) AS level1_name,
       coalesce(new.level2_code, old.level2_code) AS level2_code,
       coalesce(new.level2_name, old.level2_name) AS level2_name,
       coalesce(old.year, new.earlier) AS before,
       coalesce(new.year, old.later) AS after,
       coalesce(new.year, old.later) AS year,
       coalesce(new.indicator_code, old.indicator_code) AS indicator_code,
       coalesce(new.indicator_name, old.indicator_name, new.level3, old.level3) AS indicator_name,
       CASE WHEN b IS NULL THEN 'dropped'
            WHEN a IS NULL THEN 'added'
            WHEN one_unit AND abs(new.quantity - old.quantity) <= 1e-9 * greatest(abs(old.quantity), abs(new.quantity))
                 THEN CASE WHEN old.quantity_high IS NOT DISTINCT FROM new.quantity_high THEN 'unchanged' ELSE 'restated' END
            WHEN one_unit AND new.quantity > old.quantity THEN 'raised'
            WHEN one_unit THEN 'lowered'
            WHEN old.quantity IS NULL AND new.quantity IS NULL AND old.target_text IS NOT DISTINCT FROM new.target_text THEN 'unchanged'
            ELSE 'restated' END AS kind,
       old.level3 AS name_before,
       new.level3 AS name_after,
       old.target_text AS target_before,
       new.target_text AS target_after,
       CASE WHEN one_unit THEN new.sign END AS sign,
       CASE WHEN one_unit THEN new.base_unit END AS base_unit,
       CASE WHEN one_unit THEN new.quantity - old.quantity END AS change,
       CASE WHEN one_unit THEN (new.quantity - old.quantity) / nullif(abs(old.quantity), 0) END AS ratio,
       coalesce(old.needs_review, false) OR coalesce(new.needs_review, false) AS doubtful,
       coalesce(new.level3, old.level3) AS level3,
       coalesce(new.unit, old.unit) AS unit,
       coalesce(new.source_name, old.source_name) AS source_name
FROM pairs
LEFT JOIN items old ON old.indicator_id = a
LEFT JOIN items new ON new.indicator_id = b;
