import { useState } from 'react';
import type { ClassChange, User } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { ClassOverview } from '../../../src/station/contract/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStation, useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { saveFile } from '../ui/save-file.ts';
import { showErrorToast } from '../ui/toasts.tsx';
import { countText } from '../wording/counts.ts';
import { andText } from '../wording/lists.ts';
import { gravityWords, shortClassName } from '../wording/readings.ts';
import { AddClassDialog } from './add-class-dialog.tsx';
import { ExamplesDialog } from './examples-dialog.tsx';
import { ImportExamplesDialog } from './import-examples-dialog.tsx';
import { ImportPackDialog } from './import-pack-dialog.tsx';
import { MergeClassesDialog } from './merge-classes-dialog.tsx';
import { RenameClassDialog } from './rename-class-dialog.tsx';

/** Three steps, in the order in which one takes them. */
export function ChangeClasses({ overview, user }: { overview: ClassOverview; user: User }) {
  const station = useStation();
  const [dialog, setDialog] = useState<
    'add' | 'rename' | 'merge' | 'import' | 'pack' | { code: string; name: string }
  >();
  const giveAway = (code: string) =>
    station
      .call('classes.exportPack', { code })
      .then(({ bytes, fileName }) => saveFile(bytes, fileName), showErrorToast);
  const adapt = useStationCommand('classes.change');
  const undo = useStationCommand('classes.undoChange');
  const evaluate = useStationCommand('classes.evaluate');
  const { changes, proposed, examples, withheld } = overview;
  return (
    <ol className="steps">
      <li>
        <h3>{t('Say what changes')}</h3>
        {changes.map(({ id, change, madeBy }) => (
          <div key={id} className="steps__row">
            <span>
              {changeText(change, proposed)}{' '}
              <span className="faint">{t('by {madeBy}', { madeBy })}</span>
            </span>
            <Button
              small
              aria-label={t('Undo: {change}', { change: changeText(change, proposed) })}
              onClick={() => undo.mutate({ changeId: id })}
            >
              {t('Undo')}
            </Button>
          </div>
        ))}
        <ErrorNotice error={undo.error ?? adapt.error} />
        <div className="steps__row">
          <Button icon="plus" onClick={() => setDialog('add')}>
            {t('Add class')}
          </Button>
          <Button onClick={() => setDialog('pack')}>{t('Import another clinic’s')}</Button>
          <Button onClick={() => setDialog('rename')}>{t('Rename')}</Button>
          <Button onClick={() => setDialog('merge')}>{t('Merge')}</Button>
          {!changes.some(({ change }) => change.kind === 'camera') && (
            <Button
              title={t(
                'A factor for each of the network’s channels, estimated from this clinic’s own images',
              )}
              busy={adapt.isPending}
              onClick={() => adapt.mutate({ change: { kind: 'camera' } })}
            >
              {t('Adapt to our camera')}
            </Button>
          )}
        </div>
      </li>
      <li>
        <h3>{t('Give examples')}</h3>
        <p className="soft">
          {t(
            'Open an image and choose “Use as an example”, or import a labelled folder. From 15 lesions on, figures begin to mean something; examples of its nearest class help as well.',
          )}
        </p>
        {examples.map((given) => (
          <GivenExamples
            key={given.code}
            given={given}
            overview={overview}
            onShow={(name) => setDialog({ code: given.code, name })}
            onGiveAway={() => void giveAway(given.code)}
          />
        ))}
        {withheld.images > 0 && (
          <p className="soft">
            {t(
              '{count, plural, one {# image} other {# images}} of {patients} who took their consent back {count, plural, one {is} other {are}} left out of what is learned next. A version that had learned before reads on until another one does.',
              {
                count: withheld.images,
                patients: countText(withheld.patients, 'patient'),
              },
            )}
          </p>
        )}
        <Button icon="upload" onClick={() => setDialog('import')}>
          {t('Import labelled images')}
        </Button>
      </li>
      <li>
        <h3>{t('Learn and measure')}</h3>
        <p className="soft">
          {t(
            'Takes some seconds. Nothing changes for readings before a version is approved and let read.',
          )}
        </p>
        <ErrorNotice error={evaluate.error} />
        <Button
          variant="primary"
          busy={evaluate.isPending}
          disabled={changes.length === 0}
          onClick={() => evaluate.mutate({})}
        >
          {t('Learn and measure')}
        </Button>
      </li>
      {dialog === 'add' && (
        <AddClassDialog proposed={proposed} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'rename' && (
        <RenameClassDialog proposed={proposed} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'merge' && (
        <MergeClassesDialog proposed={proposed} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'pack' && <ImportPackDialog user={user} onClose={() => setDialog(undefined)} />}
      {dialog === 'import' && <ImportExamplesDialog onClose={() => setDialog(undefined)} />}
      {typeof dialog === 'object' && (
        <ExamplesDialog {...dialog} onClose={() => setDialog(undefined)} />
      )}
    </ol>
  );
}

interface GivenExamplesProps {
  given: ClassOverview['examples'][number];
  overview: ClassOverview;
  onShow: (name: string) => void;
  onGiveAway: () => void;
}

/** How many examples a class has; one that was merged says into what. */
function GivenExamples({ given, overview, onShow, onGiveAway }: GivenExamplesProps) {
  const may = useMay();
  const { code, images, lesions, conflicts } = given;
  const { proposed, changes } = overview;
  const own = proposed.find((each) => each.code === code);
  const merge = changes
    .flatMap(({ change }) => (change.kind === 'merge' && change.codes.includes(code) ? change : []))
    .at(-1);
  // Of a class that was taken back nothing is learned.
  if (!own && !merge) return null;
  const name = own
    ? shortClassName(own.name)
    : t('{code}, now {name}', { code, name: merge?.into.name ?? '' });
  return (
    <div className="steps__row">
      <span>
        {t('{name}: {images} of {lesions}', {
          name,
          images: countText(images, 'image'),
          lesions: countText(lesions, 'lesion'),
        })}
        {conflicts > 0 && ' '}
        {conflicts > 0 && (
          <span className="tag tag--caution">
            {t('{conflicts} also under another class', { conflicts })}
          </span>
        )}
      </span>
      {may('classes.examples') && (
        <Button
          small
          aria-label={t('Show the examples of {name}', { name })}
          onClick={() => onShow(name)}
        >
          {t('Show')}
        </Button>
      )}
      {own && (
        <Button
          small
          aria-label={t('Give away {name}', { name })}
          title={t('Its statistics, signed by this clinic; no image and nothing of a patient')}
          onClick={onGiveAway}
        >
          {t('Give away')}
        </Button>
      )}
    </div>
  );
}

function changeText(change: ClassChange, classes: ClassOverview['proposed']): string {
  const nameOf = (code: string) =>
    shortClassName(classes.find((each) => each.code === code)?.name ?? code);
  switch (change.kind) {
    case 'add':
      return change.parent === null
        ? `${change.name} (${change.code}), ${gravityWords[change.gravity]}`
        : t('{name} ({code}), {gravity}, a kind of {parent}', {
            name: change.name,
            code: change.code,
            gravity: gravityWords[change.gravity],
            parent: nameOf(change.parent),
          });
    case 'rename':
      return t('{code} is called {name}', { code: change.code, name: change.name });
    case 'camera':
      return t('Counts are adapted to this clinic’s camera');
    case 'merge':
      return t('{codes} become {name} ({code}), {gravity}', {
        codes: andText(change.codes),
        name: change.into.name,
        code: change.into.code,
        gravity: gravityWords[change.into.gravity],
      });
  }
}
