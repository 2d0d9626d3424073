import { channel } from 'node:diagnostics_channel';

/** What must not happen between two honest parties: it is recorded, parked where there is something to park, and shown. */
export interface Incident {
  /** Agency that sent it. */
  readonly peer: string;
  /** Stable code: `sequence-conflict` (a void that does not fit included), `id-reused`, `over-sharing`. */
  readonly code: string;
}

const incidents = channel('liaison.messaging.incident');

/** Published after the record is committed; metrics and alerts subscribe to it. */
export function reportIncident(incident: Incident): void {
  if (incidents.hasSubscribers) incidents.publish(incident);
}

/** @returns ends the subscription */
export function onIncident(listener: (incident: Incident) => void): () => void {
  const subscriber = (message: unknown) => listener(message as Incident);
  incidents.subscribe(subscriber);
  return () => void incidents.unsubscribe(subscriber);
}
