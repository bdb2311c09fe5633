import { eventsOf, type Log } from "../state/log";
import { eventSentence } from "../texts/events";

/** What the visitor thought at the end, of the bot and of the people: of each the latest word. */
export function Ratings({ log }: { log: Log }) {
  const rated = eventsOf(log, "conversation.rated");
  const latest = (["bot", "human"] as const).flatMap(
    (about) => rated.findLast(({ data }) => data.about === about) ?? [],
  );
  if (latest.length === 0) return null;
  return (
    <ul class="ratings" data-testid="ratings">
      {latest.map((event) => (
        <li key={event.number} data-about={event.data.about} data-score={event.data.score}>
          {eventSentence(event)}
        </li>
      ))}
    </ul>
  );
}
