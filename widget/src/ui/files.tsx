import type { VNode } from "preact";
import { isRefused } from "../connection/desk";
import type { FileRef } from "../connection/wire";
import { previewOf, sizeText } from "../messages/files";
import { readable } from "../messages/markdown";
import { Picture } from "../messages/picture";
import { useShared } from "./context";
import { Download } from "./document";

/** The files of one message: pictures with a preview, each with a way to save it. */
export function FileList({ files }: { files: readonly FileRef[] }): VNode {
  return (
    <ul class="files">
      {files.map((file) => (
        <li key={file.id} data-testid="file">
          <Sent file={file} />
        </li>
      ))}
    </ul>
  );
}

function Sent({ file }: { file: FileRef }): VNode {
  const { connection, language, say } = useShared();
  const name = readable(file.name);
  const box = previewOf(file);
  const load = (): Promise<Blob> => connection.file(file.id);
  return (
    <>
      {box && (
        <Picture box={box} label={say("filePicture", { name })} failed={say("filePictureFailed")} load={load} />
      )}
      <Download
        name={file.name}
        label={say("fileSave")}
        detail={sizeText(file.size, language)}
        testid="file-save"
        load={load}
        problemOf={(error) => (isRefused(error, 404) ? "fileGone" : "fileFailed")}
      />
    </>
  );
}
