import { useEffect, useState } from "preact/hooks";

interface Watched {
  subscribe(listener: () => void): () => void;
}

/** What `read` finds in `source`, now and after each of its changes. */
export function useWatched<Source extends Watched, Found>(source: Source, read: (source: Source) => Found): Found {
  const [found, setFound] = useState(() => read(source));
  useEffect(() => {
    const look = (): void => setFound(read(source));
    look(); // it may have changed since it was drawn
    return source.subscribe(look);
  }, [source]);
  return found;
}
