-- Pairs the rows of a unit's declarations of two years that follow each other (table changes, out of chosen and name_keys).

-- A sheet is what a unit declares of one form, project and horizon in a year; of several in one year the fullest counts.
CREATE TEMP TABLE sheets AS
WITH sizes AS (
    SELECT organization, form, coalesce(subject, '') AS subject, horizon, year, declaration_id, count(*) AS n
    FROM chosen WHERE year IS NOT NULL AND organization IS NOT NULL GROUP BY ALL
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY organization, form, subject, horizon, year ORDER BY n DESC, declaration_id) AS rank
    FROM sizes
), numbered AS (
    SELECT *, row_number() OVER (ORDER BY declaration_id, horizon) AS sheet_no FROM ranked WHERE rank = 1
)
SELECT declaration_id, horizon, sheet_no, lead(sheet_no) OVER series AS next_no,
       lag(year) OVER series AS earlier, lead(year) OVER series AS later
FROM numbered WINDOW series AS (PARTITION BY organization, form, subject, horizon ORDER BY year);

-- The rows of sheets, with numbers in the place of names, by which they are paired.
CREATE TEMP TABLE items AS
WITH keyed AS (
    SELECT chosen.*, sheet_no, next_no, earlier, later, key
    FROM chosen
    JOIN sheets ON sheets.declaration_id = chosen.declaration_id AND sheets.horizon IS NOT DISTINCT FROM chosen.horizon
    JOIN name_keys ON name_keys.level3 IS NOT DISTINCT FROM chosen.level3
), concepts AS (
    SELECT indicator_code AS code, row_number() OVER (ORDER BY indicator_code) AS number
    FROM (SELECT DISTINCT indicator_code FROM chosen WHERE indicator_code IS NOT NULL)
), counted AS (
    SELECT keyed.*, coalesce(number, -key) AS concept FROM keyed LEFT JOIN concepts ON code = indicator_code
)
SELECT *, row_number() OVER (ORDER BY sheet_no, row_index, indicator_id) AS item,
       row_number() OVER (PARTITION BY sheet_no, concept, key ORDER BY row_index, indicator_id) AS place
FROM counted;

-- First the same concept under the same name; then the only one that is left of a concept on each side.
CREATE TEMP TABLE pairs AS
WITH numbers AS (
    SELECT item, sheet_no, next_no, earlier, later, concept, key, place FROM items
), exact AS (
    SELECT a.item AS a, b.item AS b
    FROM numbers a JOIN numbers b ON b.sheet_no = a.next_no AND a.concept = b.concept AND a.key = b.key AND a.place = b.place
), rest_a AS (
    SELECT *, count(*) OVER (PARTITION BY sheet_no, concept) AS n
    FROM numbers ANTI JOIN exact ON exact.a = numbers.item WHERE later IS NOT NULL
), rest_b AS (
    SELECT *, count(*) OVER (PARTITION BY sheet_no, concept) AS n
    FROM numbers ANTI JOIN exact ON exact.b = numbers.item WHERE earlier IS NOT NULL
), renamed AS (
    SELECT a.item AS a, b.item AS b
    FROM rest_a a JOIN rest_b b ON b.sheet_no = a.next_no AND a.concept = b.concept AND a.n = 1 AND b.n = 1
)
SELECT a, b, false AS renamed FROM exact
UNION ALL SELECT a, b, true FROM renamed
UNION ALL SELECT item, NULL, false FROM rest_a ANTI JOIN renamed ON renamed.a = rest_a.item
UNION ALL SELECT NULL, item, false FROM rest_b ANTI JOIN renamed ON renamed.b = rest_b.item;

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
LEFT JOIN items old ON old.item = a
LEFT JOIN items new ON new.item = b;
