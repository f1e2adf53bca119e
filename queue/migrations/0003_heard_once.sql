-- What was kept and counted after all is heard once: it moves from what is kept to
-- what is counted. Before, the entry by which it counts was added to what was heard,
-- and the scan to what was undone.
UPDATE tally SET entries = entries - f.accepted, voided = voided - f.accepted FROM (
  SELECT c.id, count(*) AS accepted FROM scan s JOIN context x ON x.no = s.context
  JOIN symbol n ON n.no = x.count JOIN count c ON c.id = n.text
  WHERE s.op = 0 AND s.voids IS NOT NULL GROUP BY c.id
) AS f WHERE tally.count = f.id;
