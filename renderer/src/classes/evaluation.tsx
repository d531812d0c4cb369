import type { ClassEvaluation } from '../../../src/clinic/entities/index.ts';
import { Notice } from '../ui/notices.tsx';
import { countText } from '../wording/counts.ts';
import { gravityNames, shortClassName } from '../wording/readings.ts';
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
              {nameOf(added.code)}{' '}
              <span className="faint">{gravityNames[added.gravity].toLowerCase()}</span>
            </h3>
            <dl className="facts">
              <dt>Learned from</dt>
              <dd>
                {countText(added.images, 'image')} of {countText(added.lesions, 'lesion')}
              </dd>
              <dt>Named so, of its images</dt>
              <dd>{shareText(added.sensitivity)}</dd>
              <dt>Not named so, of others</dt>
              <dd>{shareText(added.specificity)}</dd>
              <dt>AUROC</dt>
              <dd>{areaText(added.auroc)}</dd>
              {added.nearest && (
                <>
                  <dt>Mistaken most for</dt>
                  <dd>
                    {nameOf(added.nearest.code)}, {Math.round(added.nearest.lostTo * 100)} %; told
                    apart with an AUROC of {areaText(added.nearest.auroc)}
                  </dd>
                </>
              )}
              {added.lesionsWanted > 0 && (
                <>
                  <dt>For ±10 points</dt>
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
          title="Before: what images are (rows) and what is named, %"
          shares={evaluation.confusion.before}
          confusion={evaluation.confusion}
        />
        <Confusion
          title="After"
          shares={evaluation.confusion.after}
          confusion={evaluation.confusion}
        />
      </div>
      <p className="faint">
        Each example was read by a head that had not seen its lesion ({evaluation.folds} folds). The
        shipped classes’ own images are not at hand: images drawn from their statistics stand in for
        them, so their figures are estimates. In brackets: where a figure lies with a chance of 95
        %.
      </p>
    </div>
  );
}

/** On the clinic's own images: what the adaptation to its camera does to them. */
function CameraFigures({ camera }: { camera: NonNullable<ClassEvaluation['camera']> }) {
  const { examples, lesions, named, melanoma } = camera;
  return (
    <div>
      <h3>This clinic’s camera</h3>
      {examples === 0 ? (
        <p className="soft">
          No example of a shipped class says whether the adaptation helps. Without such, better do
          without it.
        </p>
      ) : (
        <dl className="facts">
          <dt>Measured on</dt>
          <dd>
            {countText(examples, 'example')} of {countText(lesions, 'lesion')} of the shipped
            classes
          </dd>
          <dt>Named right</dt>
          <dd>
            before {shareText(named.before)}, after {shareText(named.after)}; difference in points{' '}
            {pointsText(named.difference)}
          </dd>
          {melanoma && (
            <>
              <dt>Melanomas that are suspicious</dt>
              <dd>
                before {shareText(melanoma.before)}, after {shareText(melanoma.after)}
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
        <caption>How much of each class of before is found</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">Before</th>
            <th scope="col">After</th>
            <th scope="col">Difference in points</th>
          </tr>
        </thead>
        <tbody>
          {known.map(({ code, before, after, difference, isBeyondLimit }) => (
            <tr key={code}>
              <th scope="row">{nameOf(code)}</th>
              <td>{shareText(before)}</td>
              <td>{shareText(after)}</td>
              <td className={isBeyondLimit ? 'evaluation__fall' : undefined}>
                {pointsText(difference)}
                {isBeyondLimit && ', beyond the limit'}
              </td>
            </tr>
          ))}
          {melanoma && (
            <tr>
              <th scope="row">Melanomas that are suspicious</th>
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
