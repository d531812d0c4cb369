import { t } from '../../../src/language/index.ts';
import { href } from '../routing/routes.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { listText } from '../wording/lists.ts';
import { confirmationNames } from './confirmation-names.ts';

/** The images from which a class is learned. */
export function ExamplesDialog({
  code,
  name,
  onClose,
}: {
  code: string;
  name: string;
  onClose: () => void;
}) {
  const examples = useStationQuery('classes.examples', { code });
  const withdraw = useStationCommand('classes.withdrawExamples');
  return (
    <Dialog title={t('Examples of {name}', { name })} onClose={onClose} widthPx={760}>
      <ErrorNotice error={examples.error ?? withdraw.error} />
      {examples.isPending && <Loading what={t('the examples')} />}
      {examples.data?.length === 0 && <p className="soft">{t('There is none yet.')}</p>}
      <ul className="exemplars">
        {examples.data?.map(({ image, lesion, example, others }) => (
          <li key={image.id}>
            <a
              href={href({ screen: 'image', imageId: image.id })}
              aria-label={t('Lesion {label}', { label: lesion.label })}
              onClick={onClose}
            >
              <Thumbnail imageId={image.id} sizePx={120} />
            </a>
            <span className="faint">{confirmationNames[example.confirmedBy]}</span>
            {others.length > 0 && (
              <span className="tag tag--caution">
                {t('also {classes}', { classes: listText(others) })}
              </span>
            )}
            <Button
              small
              aria-label={t('Withdraw lesion {label}', { label: lesion.label })}
              onClick={() => withdraw.mutate({ imageIds: [image.id], code })}
            >
              {t('Withdraw')}
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
