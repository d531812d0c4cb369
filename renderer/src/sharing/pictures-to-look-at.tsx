import { t } from '../../../src/language/index.ts';
import { Icon } from '../ui/icons.tsx';
import { Notice } from '../ui/notices.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { useWriting } from './use-writing.ts';

/** Every picture that would go, those first in which writing was found. */
export function PicturesToLookAt({ imageIds }: { imageIds: readonly string[] }) {
  const { lookedThrough, withWriting, failed } = useWriting(imageIds);
  const inOrder = [
    ...imageIds.filter((id) => withWriting.has(id)),
    ...imageIds.filter((id) => !withWriting.has(id)),
  ];
  return (
    <>
      <p className="soft">
        {t(
          'The program marks printed writing where it finds some. It misses writing by hand and small signs, and knows no face. Point at a picture to see it larger.',
        )}
      </p>
      <div className="share__found" role="status">
        {lookedThrough < imageIds.length && (
          <p className="faint">
            {t('Looking for writing: {done} of {all}', {
              done: lookedThrough,
              all: imageIds.length,
            })}
          </p>
        )}
        {withWriting.size > 0 && (
          <Notice tone="caution">
            {t(
              '{count, plural, one {Writing was found in one picture, and would go along.} other {Writing was found in # pictures, and would go along.}} If it names anybody, leave its lesion out, or take the writing off the picture and import it anew.',
              { count: withWriting.size },
            )}
          </Notice>
        )}
        {failed > 0 && (
          <p className="faint">
            {t(
              '{count, plural, one {One picture could not be looked through.} other {# pictures could not be looked through.}}',
              { count: failed },
            )}
          </p>
        )}
      </div>
      <div className="share__pictures">
        {inOrder.map((imageId) => (
          <span key={imageId} className="share__picture">
            <Thumbnail imageId={imageId} sizePx={112} />
            {withWriting.has(imageId) && (
              <span className="share__writing">
                <Icon name="warning" />
                {t('Writing')}
              </span>
            )}
          </span>
        ))}
        {imageIds.length === 0 && <span className="faint">{t('There is none.')}</span>}
      </div>
    </>
  );
}
