import { useIsMutating } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { useStation } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { useSessionCommand } from './use-session-command.ts';

interface Drawing {
  imagesDone: number;
  imagesInAll: number;
}

/** Opens the demo clinic; the first time its pictures are drawn and read, which takes a while. */
export function DemoButton(props: { variant: 'primary' | 'secondary'; children: string }) {
  const open = useSessionCommand('session.openDemo');
  const station = useStation();
  const [drawing, setDrawing] = useState<Drawing>();
  useEffect(() => station.subscribe('session.demoProgress', setDrawing), [station]);
  return (
    <>
      <Button variant={props.variant} busy={open.isPending} onClick={() => open.mutate({})}>
        {props.children}
      </Button>
      {open.isPending && drawing && (
        <label className="progress">
          <span className="faint">
            {t('Drawing the demo pictures: {imagesDone} of {imagesInAll}', {
              imagesDone: drawing.imagesDone,
              imagesInAll: drawing.imagesInAll,
            })}
          </span>
          <progress value={drawing.imagesDone} max={drawing.imagesInAll} />
        </label>
      )}
      <ErrorNotice error={open.error} />
    </>
  );
}

export function LeaveDemoButton({ small = false }: { small?: boolean }) {
  const leave = useSessionCommand('session.leaveDemo');
  const isBusy = useIsMutating({ mutationKey: ['session'] }) > 0;
  return (
    <Button
      variant={small ? 'secondary' : 'quiet'}
      small={small}
      busy={isBusy}
      onClick={() => leave.mutate({})}
    >
      {small ? t('Leave') : t('Leave the demo clinic')}
    </Button>
  );
}
