import { type ReactNode, useRef, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { DestinationDialog } from '../destination/destination-dialog.tsx';
import { AddOverviewsDialog } from '../overviews/add-overviews-dialog.tsx';
import { useRoute } from '../routing/routes.ts';
import { useShortcuts } from '../routing/shortcuts.ts';
import { useMay } from '../station/use-may.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { siteText } from '../wording/anatomy.ts';
import { countText } from '../wording/counts.ts';
import { patientName } from '../wording/patients.ts';
import { DropArea } from './drop-area.tsx';
import { acceptedFiles } from './file-button.tsx';
import { importQueue } from './queue.ts';
import { usePastedFiles } from './use-pasted-files.ts';

/** Image files dropped or pasted anywhere, or chosen by a key: asks whose they are, and of which lesion. */
export function FileCatcher({ className, children }: { className: string; children: ReactNode }) {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [overviewOf, setOverviewOf] = useState<string>();
  const picker = useRef<HTMLInputElement>(null);
  const here = useHere();
  const close = () => {
    setFiles([]);
    setOverviewOf(undefined);
  };
  const isOff = !useMay()('images.import');
  usePastedFiles((pasted) => {
    if (!isOff) setFiles(pasted);
  });
  useShortcuts({ i: () => !isOff && picker.current?.click() });
  return (
    <DropArea
      className={className}
      invitation={t('Drop the images: you are then asked which patient and lesion they are of')}
      onFiles={setFiles}
      isOff={isOff}
    >
      {children}
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        accept={acceptedFiles}
        aria-label={t('Import images')}
        onChange={({ target }) => {
          setFiles([...(target.files ?? [])]);
          target.value = ''; // The same file may be chosen again.
        }}
      />
      {files.length > 0 && overviewOf && (
        <AddOverviewsDialog patientId={overviewOf} files={files} onClose={close} />
      )}
      {files.length > 0 && !overviewOf && (
        <DestinationDialog
          title={files.length === 1 ? t('Where does it belong?') : t('Where do they belong?')}
          lead={
            files.length === 1
              ? t('{name} will be imported and read.', { name: files[0]?.name ?? '' })
              : t('{files} will be imported and read.', { files: countText(files.length, 'file') })
          }
          patientId={here.patientId}
          firstLesionId={here.lesionId}
          onClose={close}
          onOverview={({ id }) => setOverviewOf(id)}
          onChoose={({ patient, lesion }) => {
            close();
            importQueue.add(files, {
              patientId: patient.id,
              lesionId: lesion.id,
              lesionText: `${patientName(patient)}: ${lesion.label}, ${siteText(lesion)}`,
            });
          }}
        />
      )}
    </DropArea>
  );
}

/** Whose record is looked at just now, and which lesion. */
function useHere(): { patientId?: string | undefined; lesionId?: string | undefined } {
  const route = useRoute();
  const imageId = route.screen === 'image' ? route.imageId : '';
  const enabled = useMay()('images.get') && imageId !== '';
  const { data } = useStationQuery('images.get', { imageId }, { enabled });
  const overviewId = route.screen === 'overview' ? route.overviewId : '';
  const overview = useStationQuery('overviews.get', { overviewId }, { enabled: overviewId !== '' });
  if (route.screen === 'patient') return { patientId: route.patientId };
  if (overviewId) return { patientId: overview.data?.patient.id };
  return { patientId: data?.patient.id, lesionId: data?.lesion.id };
}
