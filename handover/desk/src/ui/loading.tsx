import { t } from "../texts";

/** What could not be fetched, and the way to try again: the same look everywhere. */
export function FailedLoad({ text, onRetry }: { text: string; onRetry: () => void }) {
  return (
    <div role="alert" class="failure" data-testid="failed-load">
      <span>{text}</span>
      <button type="button" onClick={onRetry}>
        {t("retry")}
      </button>
    </div>
  );
}

/** The room that what is on its way will take, so that nothing jumps when it comes. `lines`: about so many rows. */
export function Loading({ lines = 3 }: { lines?: number }) {
  return (
    <div class="skeleton" aria-busy="true" data-testid="loading">
      <span class="sr-only">{t("loading")}</span>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} class="bone" aria-hidden="true" />
      ))}
    </div>
  );
}
