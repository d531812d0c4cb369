import { t } from '../../../src/language/index.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { saveFile } from '../ui/save-file.ts';
import { Section } from '../ui/section.tsx';
import { showToast } from '../ui/toasts.tsx';

/** All of the clinic's images as a table for a spreadsheet. */
export function RecordsTable() {
  const take = useStationCommand('reports.records');
  return (
    <Section title={t('Records as a table')}>
      <p className="soft">
        {t(
          'A row an image, with its lesion, reading, newest review and histology; patients by record number and year of birth, without names. The file is not encrypted and still tells of patients: keep it where only those can read it who may. The audit log says who took it.',
        )}
      </p>
      <ErrorNotice error={take.error} />
      <Button
        icon="save"
        busy={take.isPending}
        onClick={() =>
          take.mutate(
            {},
            {
              onSuccess: ({ csv, rows }) => {
                saveFile(csv, 'records.csv');
                showToast(
                  t(
                    '{rows, plural, one {# row saved as records.csv.} other {# rows saved as records.csv.}}',
                    { rows },
                  ),
                );
              },
            },
          )
        }
      >
        {t('Save as CSV')}
      </Button>
    </Section>
  );
}
