import { useState } from 'react';
import type { ClassChange, User } from '../../../src/clinic/entities/index.ts';
import type { ClassOverview } from '../../../src/station/contract/index.ts';
import { useStation, useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Loading, Notice } from '../ui/notices.tsx';
import { GravityMark } from '../ui/probability.tsx';
import { Section } from '../ui/section.tsx';
import { showErrorToast } from '../ui/toasts.tsx';
import { countText } from '../wording/counts.ts';
import { gravityNames, shortClassName } from '../wording/readings.ts';
import { AddClassDialog } from './add-class-dialog.tsx';
import { Archive } from './archive.tsx';
import { ExamplesDialog } from './examples-dialog.tsx';
import { ImportExamplesDialog } from './import-examples-dialog.tsx';
import { ImportPackDialog } from './import-pack-dialog.tsx';
import { VersionCard } from './version-card.tsx';
import '../ui/table.css';
import './classes.css';

/** What readings name, and how a clinic adds to it: examples, evaluation, approval. */
export function Classes({ user }: { user: User }) {
  const overview = useStationQuery('classes.overview', {});
  if (!overview.data)
    return overview.error ? (
      <ErrorNotice error={overview.error} onRetry={() => void overview.refetch()} />
    ) : (
      <Loading what="the classes" />
    );
  const { data } = overview;
  return (
    <>
      {data.isLost && (
        <Notice tone="caution">
          The version that was chosen stands on another network than this program’s, so the shipped
          classes read. Learn the classes again.
        </Notice>
      )}
      <Section title="What readings name">
        <ReadingNow overview={data} />
      </Section>
      {data.canLearn ? (
        <Section title="Add a class">
          <Steps overview={data} user={user} />
        </Section>
      ) : (
        <Notice>This network came without what new classes are learned on.</Notice>
      )}
      {data.versions.length > 0 && (
        <Section title="Versions">
          <div className="versions">
            {data.versions.map((version, index) => (
              <VersionCard
                key={version.number}
                version={version}
                user={user}
                needsSecondUser={data.needsSecondUser}
                isOpen={index === 0 && version.state !== 'retired'}
              />
            ))}
          </div>
        </Section>
      )}
      {data.rescoring && (
        <Section title="Archive">
          <Archive job={data.rescoring} />
        </Section>
      )}
    </>
  );
}

function ReadingNow({ overview }: { overview: ClassOverview }) {
  const activate = useStationCommand('classes.activate');
  const { classes, active, former, shippedName } = overview;
  const nameOf = (number: number | null) =>
    number === null ? `the shipped head, ${shippedName}` : `version ${number}`;
  return (
    <>
      <p>
        Readings are made by {nameOf(active)}.{' '}
        {former !== undefined && former !== active && (
          <Button
            small
            busy={activate.isPending}
            onClick={() => activate.mutate({ number: former })}
          >
            Roll back to {nameOf(former)}
          </Button>
        )}
      </p>
      <ErrorNotice error={activate.error} />
      <ul className="class-tree">
        {classes.map(({ code, name, gravity, parent }) => (
          <li key={code} className={parent === null ? undefined : 'class-tree__kind'}>
            <GravityMark gravity={gravity} />
            <span>{shortClassName(name)}</span>
            <code className="faint">{code}</code>
            <span className="faint">{gravityNames[gravity].toLowerCase()}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Three steps, in the order in which one takes them. */
function Steps({ overview, user }: { overview: ClassOverview; user: User }) {
  const station = useStation();
  const [dialog, setDialog] = useState<
    'add' | 'import' | 'pack' | { code: string; name: string }
  >();
  const giveAway = (code: string) =>
    station
      .call('classes.exportPack', { code })
      .then(({ bytes, fileName }) => saveFile(bytes, fileName), showErrorToast);
  const undo = useStationCommand('classes.undoChange');
  const evaluate = useStationCommand('classes.evaluate');
  const { changes, proposed, examples } = overview;
  const countOf = (code: string) => examples.find((each) => each.code === code);
  return (
    <ol className="steps">
      <li>
        <h3>Name it</h3>
        {changes.map(({ id, change, madeBy }) => (
          <div key={id} className="steps__row">
            <span>
              {changeText(change, proposed)} <span className="faint">by {madeBy}</span>
            </span>
            <Button
              small
              aria-label={`Undo: ${changeText(change, proposed)}`}
              onClick={() => undo.mutate({ changeId: id })}
            >
              Undo
            </Button>
          </div>
        ))}
        <ErrorNotice error={undo.error} />
        <div className="steps__row">
          <Button icon="plus" onClick={() => setDialog('add')}>
            Add class
          </Button>
          <Button onClick={() => setDialog('pack')}>Import another clinic’s</Button>
        </div>
      </li>
      <li>
        <h3>Give it examples</h3>
        <p className="soft">
          Open an image and choose “Use as an example”, or import a labelled folder. From 15 lesions
          on, figures begin to mean something; examples of its nearest class help as well.
        </p>
        {proposed.map(({ code, name }) => {
          const count = countOf(code);
          if (!count) return null;
          return (
            <div key={code} className="steps__row">
              <span>
                {shortClassName(name)}: {countText(count.images, 'image')} of{' '}
                {countText(count.lesions, 'lesion')}
                {count.conflicts > 0 && ' '}
                {count.conflicts > 0 && (
                  <span className="tag tag--caution">
                    {count.conflicts} also under another class
                  </span>
                )}
              </span>
              <Button
                small
                aria-label={`Show the examples of ${shortClassName(name)}`}
                onClick={() => setDialog({ code, name: shortClassName(name) })}
              >
                Show
              </Button>
              <Button
                small
                aria-label={`Give away ${shortClassName(name)}`}
                title="Its statistics, signed by this clinic; no image and nothing of a patient"
                onClick={() => void giveAway(code)}
              >
                Give away
              </Button>
            </div>
          );
        })}
        <Button icon="upload" onClick={() => setDialog('import')}>
          Import labelled images
        </Button>
      </li>
      <li>
        <h3>Learn and measure</h3>
        <p className="soft">
          Takes some seconds. Nothing changes for readings before a version is approved and let
          read.
        </p>
        <ErrorNotice error={evaluate.error} />
        <Button
          variant="primary"
          busy={evaluate.isPending}
          disabled={changes.length === 0}
          onClick={() => evaluate.mutate({})}
        >
          Learn and measure
        </Button>
      </li>
      {dialog === 'add' && (
        <AddClassDialog proposed={proposed} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'pack' && <ImportPackDialog user={user} onClose={() => setDialog(undefined)} />}
      {dialog === 'import' && <ImportExamplesDialog onClose={() => setDialog(undefined)} />}
      {typeof dialog === 'object' && (
        <ExamplesDialog {...dialog} onClose={() => setDialog(undefined)} />
      )}
    </ol>
  );
}

/** Hands a file to the person’s own folder. */
function saveFile(bytes: Uint8Array, fileName: string): void {
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)]));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}

function changeText(change: ClassChange, classes: ClassOverview['proposed']): string {
  const nameOf = (code: string) =>
    shortClassName(classes.find((each) => each.code === code)?.name ?? code);
  switch (change.kind) {
    case 'add':
      return change.parent === null
        ? `${change.name} (${change.code}), ${change.gravity}`
        : `${change.name} (${change.code}), ${change.gravity}, a kind of ${nameOf(change.parent)}`;
    case 'rename':
      return `${change.code} is called ${change.name}`;
    case 'merge':
      return `${change.codes.join(' and ')} become ${change.into.name}`;
  }
}
