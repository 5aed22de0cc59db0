import { Button as AriaButton, DropZone, FileTrigger, Text } from 'react-aria-components';
import type { FileInfo } from '../../shared/contract/values.ts';
import { sendFile } from '../actions.ts';
import { useLanguage, useWords } from '../words/words.ts';
import { formatBytes } from './format.ts';

type FilePickProps = {
  readonly label: string;
  readonly file: FileInfo | null;
  readonly onFile: (file: FileInfo) => void;
  /** File name extensions with their dot. */
  readonly accept?: readonly string[];
};

/** A place for one file: dropped, or chosen. What comes back is a token, never a path. */
export function FilePick({ label, file, onFile, accept }: FilePickProps) {
  const t = useWords();
  const language = useLanguage();
  const take = async (chosen: File | undefined) => {
    const sent = chosen ? await sendFile(chosen) : null;
    if (sent) onFile(sent);
  };
  return (
    <DropZone
      className="file-pick"
      aria-label={label}
      onDrop={async ({ items }) => {
        const item = items.find((one) => one.kind === 'file');
        if (item?.kind === 'file') await take(await item.getFile());
      }}
    >
      <div>
        <Text slot="label" className="label">
          {label}
        </Text>
        <div className={file ? 'mono' : 'soft'}>
          {file ? `${file.name} (${formatBytes(file.sizeBytes, language)})` : t('file.drop')}
        </div>
      </div>
      <FileTrigger {...(accept ? { acceptedFileTypes: accept } : {})} onSelect={(files) => take(files?.[0])}>
        <AriaButton className="button" aria-label={`${t('file.choose')}: ${label}`}>
          {t('file.choose')}
        </AriaButton>
      </FileTrigger>
    </DropZone>
  );
}
