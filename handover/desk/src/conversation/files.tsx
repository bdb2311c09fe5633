import { previewOf, sizeText } from "@widget/messages/files";
import { readable } from "@widget/messages/markdown";
import { Picture } from "@widget/messages/picture";
import * as api from "../api";
import { language, t } from "../texts";
import type { DocumentRef, FileRef } from "../wire";

/** The files of one message: pictures with a preview, each with a way to save it. */
export function Files({ files, conversation }: { files: readonly FileRef[]; conversation: string }) {
  if (!files.length) return null;
  return (
    <ul class="files" aria-label={t("message.files")}>
      {files.map((file) => (
        <li key={file.id} data-testid="file">
          <Preview file={file} conversation={conversation} />
          <FileLink file={file} conversation={conversation} />
        </li>
      ))}
    </ul>
  );
}

export function FileLink({ file, conversation }: { file: FileRef; conversation: string }) {
  return (
    <a href={api.filePath(conversation, file.id)} download={file.name} data-testid="file-save">
      {fileText(file)}
    </a>
  );
}

export const fileText = ({ name, size }: FileRef): string =>
  t("message.file", { name: readable(name), size: sizeText(size, language.value) });

/** What the shop has written for the customer, such as an invoice. */
export function DocumentLink({ document: { id, name }, conversation }: { document: DocumentRef; conversation: string }) {
  return (
    <a href={api.documentPath(conversation, id)} download={name} data-testid="document">
      {t("message.document", { name: readable(name) })}
    </a>
  );
}

function Preview({ file, conversation }: { file: FileRef; conversation: string }) {
  const box = previewOf(file);
  if (!box) return null;
  return (
    <Picture
      box={box}
      label={t("message.picture", { name: readable(file.name) })}
      failed={t("message.picture_failed")}
      load={() => api.file(conversation, file.id)}
    />
  );
}
