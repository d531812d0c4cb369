import type { ClassEvaluation } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { Notice } from '../ui/notices.tsx';
import { countText } from '../wording/counts.ts';
import { gravityWords, shortClassName } from '../wording/readings.ts';
import { Confusion } from './confusion.tsx';
import { areaText, pointsText, shareText } from './figure.ts';
import { guardText } from './guard-words.ts';
import { LearningCurve } from './learning-curve.tsx';

/** What a version is worth, before anyone approves it. */
export function Evaluation({ evaluation }: { evaluation: ClassEvaluation }) {
  const names = new Map(
    [...evaluation.known, ...evaluation.added].map(({ code, name }) => [
      code,
      shortClassName(name),
    ]),
  );
  const nameOf = (code: string) => names.get(code) ?? code;
  return (
    <div className="evaluation">
      {evaluation.guards.map((guard) => (
        <Notice key={guardText(guard, nameOf)} tone={guard.kind === 'fall' ? 'error' : 'caution'}>
          {guardText(guard, nameOf)}
        </Notice>
      ))}
      {evaluation.added.map((added) => (
        <div key={added.code} className="evaluation__class">
          <div>
            <h3>
              {nameOf(added.code)} <span className="faint">{gravityWords[added.gravity]}</span>
            </h3>
            <dl className="facts">
              <dt>{t('Learned from')}</dt>
              <dd>
                {t('{images} of {lesions}', {
                  images: countText(added.images, 'image'),
                  lesions: countText(added.lesions, 'lesion'),
                })}
              </dd>
              <dt>{t('Named so, of its images')}</dt>
              <dd>{shareText(added.sensitivity)}</dd>
              <dt>{t('Not named so, of others')}</dt>
              <dd>{shareText(added.specificity)}</dd>
              <dt>{t('AUROC')}</dt>
              <dd>{areaText(added.auroc)}</dd>
              {added.nearest && (
                <>
                  <dt>{t('Mistaken most for')}</dt>
                  <dd>
                    {t('{name}, {percent} %; told apart with an AUROC of {area}', {
                      name: nameOf(added.nearest.code),
                      percent: Math.round(added.nearest.lostTo * 100),
                      area: areaText(added.nearest.auroc),
                    })}
                  </dd>
                </>
              )}
              {added.lesionsWanted > 0 && (
                <>
                  <dt>{t('For ±10 points')}</dt>
                  <dd>{countText(added.lesionsWanted, 'more lesion')}</dd>
                </>
              )}
            </dl>
          </div>
          <LearningCurve added={added} />
        </div>
      ))}
      {evaluation.camera && <CameraFigures camera={evaluation.camera} />}
      <KnownClasses evaluation={evaluation} nameOf={nameOf} />
      <div className="evaluation__pair">
        <Confusion
          title={t('Before: what images are (rows) and what is named, %')}
          shares={evaluation.confusion.before}
          confusion={evaluation.confusion}
        />
        <Confusion
          title={t('After')}
          shares={evaluation.confusion.after}
          confusion={evaluation.confusion}
        />
      </div>
      <p className="faint">
        {t(
          'Each example was read by a head that had not seen its lesion ({folds} folds). The shipped classes’ own images are not at hand: images drawn from their statistics stand in for them, so their figures are estimates. In brackets: where a figure lies with a chance of 95 %.',
          { folds: evaluation.folds },
        )}
      </p>
    </div>
  );
}

/** On the clinic's own images: what the adaptation to its camera does to them. */
function CameraFigures({ camera }: { camera: NonNullable<ClassEvaluation['camera']> }) {
  const { examples, lesions, named, melanoma } = camera;
  return (
    <div>
      <h3>{t('This clinic’s camera')}</h3>
      {examples === 0 ? (
        <p className="soft">
          {t(
            'No example of a shipped class says whether the adaptation helps. Without such, better do without it.',
          )}
        </p>
      ) : (
        <dl className="facts">
          <dt>{t('Measured on')}</dt>
          <dd>
            {t('{examples} of {lesions} of the shipped classes', {
              examples: countText(examples, 'example'),
              lesions: countText(lesions, 'lesion'),
            })}
          </dd>
          <dt>{t('Named right')}</dt>
          <dd>
            {t('before {before}, after {after}; difference in points {points}', {
              before: shareText(named.before),
              after: shareText(named.after),
              points: pointsText(named.difference),
            })}
          </dd>
          {melanoma && (
            <>
              <dt>{t('Melanomas that are suspicious')}</dt>
              <dd>
                {t('before {before}, after {after}', {
                  before: shareText(melanoma.before),
                  after: shareText(melanoma.after),
                })}
              </dd>
            </>
          )}
        </dl>
      )}
    </div>
  );
}

function KnownClasses({
  evaluation,
  nameOf,
}: {
  evaluation: ClassEvaluation;
  nameOf: (code: string) => string;
}) {
  const { known, melanoma } = evaluation;
  return (
    <div className="table-box">
      <table className="table">
        <caption>{t('How much of each class of before is found')}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">{t('Before')}</th>
            <th scope="col">{t('After')}</th>
            <th scope="col">{t('Difference in points')}</th>
          </tr>
        </thead>
        <tbody>
          {known.map(({ code, before, after, difference, isBeyondLimit }) => (
            <tr key={code}>
              <th scope="row">{nameOf(code)}</th>
              <td>{shareText(before)}</td>
              <td>{shareText(after)}</td>
              <td className={isBeyondLimit ? 'evaluation__fall' : undefined}>
                {isBeyondLimit
                  ? t('{points}, beyond the limit', { points: pointsText(difference) })
                  : pointsText(difference)}
              </td>
            </tr>
          ))}
          {melanoma && (
            <tr>
              <th scope="row">{t('Melanomas that are suspicious')}</th>
              <td>{shareText(melanoma.before)}</td>
              <td>{shareText(melanoma.after)}</td>
              <td>{pointsText(melanoma.difference)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}
