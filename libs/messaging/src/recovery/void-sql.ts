/** Void orders and their intents for deliveries that a statement's `withheld` has just revoked. */
export const VOIDS_OF_WITHHELD = `
voids AS (
  INSERT INTO messaging.voiding (event_id, lane_id)
  SELECT event_id, lane_id FROM withheld WHERE kind = 'event' AND sequence IS NOT NULL
  ON CONFLICT DO NOTHING RETURNING event_id, lane_id, void_id
), queued AS (
  INSERT INTO messaging.intent (lane_id, kind, event_id, recipient, reference)
  SELECT lane_id, 'void', v.void_id::text, w.recipient, w.reference FROM voids v JOIN withheld w USING (event_id, lane_id)
)`;
