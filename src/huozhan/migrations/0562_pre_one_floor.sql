-- Ranking reads the standing that service keeps: the floors of its own end. What was logged under them keeps its numbers.
-- Expects: 0461, 0471. Locks: nothing for long. Back: insert the three rules of 0461 again.
-- The number of a ranking is the sum of its rules' versions: the penalty gets one more than the ended ones had grown by, so
-- that every offer is looked at again.

INSERT INTO rule_version (code, version, value, unit, effective_from, reason)
SELECT penalty.code, top.version + 1 + gone.more, penalty.value, penalty.unit, penalty.effective_from, 'B3.3: one floor, that of service'
  FROM (SELECT * FROM rule_version WHERE code = 'search.penalty' AND effective_from <= now()
         ORDER BY effective_from DESC, version DESC LIMIT 1) penalty,
       (SELECT max(version) AS version FROM rule_version WHERE code = 'search.penalty') top,
       (SELECT coalesce(sum(last - 1), 0)::int AS more FROM (SELECT max(version) AS last FROM rule_version
         WHERE code IN ('search.floor_quick_answer', 'search.floor_pickup', 'search.floor_quality_refund') GROUP BY code) ended) gone;
DELETE FROM rule_version WHERE code IN ('search.floor_quick_answer', 'search.floor_pickup', 'search.floor_quality_refund');
