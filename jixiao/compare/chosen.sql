-- The rows that were asked for (view wanted), with what views group by and count.
CREATE TEMP TABLE chosen AS
SELECT indicator_id, declaration_id, source_name, row_index, page, sheet, cell,
       city, province, fiscal_year AS year, organization, subject, form, horizon,
       level1_code, first.name AS level1_name, level2_code, second.name AS level2_name,
       indicator_code, indicator_name, level3, target_text, unit, value, quantity, quantity_high, dimension,
       base AS base_unit,
       CASE operator WHEN 'ge' THEN '≥' WHEN 'gt' THEN '≥' WHEN 'le' THEN '≤' WHEN 'lt' THEN '≤'
                     WHEN 'eq' THEN '=' WHEN 'between' THEN '…' ELSE '–' END AS sign,
       deadline, weight,
       coalesce(needs_review, false) AS needs_review
FROM wanted
LEFT JOIN base_units USING (unit_code, dimension)
LEFT JOIN level_names first ON first.code = level1_code
LEFT JOIN level_names second ON second.code = level2_code;
