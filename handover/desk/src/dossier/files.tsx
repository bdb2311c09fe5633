import { t } from "../texts";
import { FileLink } from "../conversation/files";
import { Section } from "../ui/section";
import type { FileSent } from "../wire-dossier";

interface Props {
  files: readonly FileSent[];
  conversation: string;
  onJump: () => void;
}

/** Everything that was sent along, by whom and with which message. */
export function FilesSection({ files, conversation, onJump }: Props) {
  if (!files.length) return null;
  return (
    <Section title={t("dossier.files")} name="files" count={files.length}>
      <ul class="dossier-files">
        {files.map(({ file, message_number: number, from_visitor: isTheirs }) => (
          <li key={file.id} data-testid="dossier-file">
            <FileLink file={file} conversation={conversation} />
            <span class="quiet block">
              {t(isTheirs ? "dossier.file.visitor" : "dossier.file.staff")}{" "}
              <a href={`#m${number}`} onClick={onJump}>
                {t("dossier.transcript")}
              </a>
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
