import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { isRefused } from "../connection/desk";
import type { DocumentRef } from "../connection/wire";
import type { Texts } from "../locales";
import { readable } from "../messages/markdown";
import { useShared } from "./context";
import { FileIcon } from "./icons";

const SAVED_BY_THEN = 60_000;

/** A document under a message: fetched with the visitor's own secret, then saved by the browser. */
export function DocumentButton({ document: { id, name } }: { document: DocumentRef }): VNode {
  const { connection, say } = useShared();
  return (
    <Download
      name={name}
      label={say("documentSave")}
      testid="document"
      load={() => connection.document(id)}
      problemOf={(error) => (isRefused(error, 404) ? "documentGone" : "documentFailed")}
    />
  );
}

interface DownloadProps {
  name: string;
  /** What pressing does, for whoever does not see the icon. */
  label: string;
  detail?: string;
  testid: string;
  load(): Promise<Blob>;
  problemOf(error: unknown): keyof Texts;
}

/** A button that fetches something and has the browser save it. Tells when it cannot, and may be pressed again. */
export function Download({ name, label, detail, testid, load, problemOf }: DownloadProps): VNode {
  const { say } = useShared();
  const [isLoading, setIsLoading] = useState(false);
  const [problem, setProblem] = useState<keyof Texts | null>(null);

  const fetchAndSave = async (): Promise<void> => {
    if (isLoading) return;
    setIsLoading(true);
    setProblem(null);
    try {
      save(await load(), name);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setIsLoading(false);
    }
  };

  return (
    <>
      <button
        type="button"
        class="document"
        data-testid={testid}
        aria-busy={isLoading}
        onClick={() => void fetchAndSave()}
      >
        <FileIcon />
        <span class="hidden">{label}: </span>
        <span>{isLoading ? say("documentLoading") : readable(name)}</span>
        {detail && " "}
        {detail && <span class="detail">{detail}</span>}
      </button>
      <p class="problem" data-testid={`${testid}-problem`} role="alert">
        {problem && say(problem)}
      </p>
    </>
  );
}

/** Files without an address of their own are saved through a link that is pressed at once. */
function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), SAVED_BY_THEN);
}
