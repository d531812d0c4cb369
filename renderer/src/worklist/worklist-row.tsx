import type { WaitingEntry } from '../../../src/station/contract/index.ts';
import { href } from '../routing/routes.ts';
import { Icon } from '../ui/icons.tsx';
import { GravityMark, Percent, ProbabilityBar } from '../ui/probability.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { siteText } from '../wording/anatomy.ts';
import { formatAgo, formatDateTime } from '../wording/dates.ts';
import { patientFactsShort, patientName } from '../wording/patients.ts';
import { shortClassName, warningNames } from '../wording/readings.ts';

export function WorklistRow({ entry, byMelanoma }: { entry: WaitingEntry; byMelanoma: boolean }) {
  const { image, lesion, patient, reading, isBegun } = entry;
  const shown = byMelanoma
    ? reading?.probabilities.find(({ code }) => code === 'mel')
    : reading?.probabilities[0];
  return (
    <li>
      <a
        className="worklist__row"
        data-row={image.id}
        href={href({ screen: 'image', imageId: image.id })}
      >
        <Thumbnail imageId={image.id} sizePx={44} />
        <span className="worklist__patient">
          <strong>{patientName(patient)}</strong>
          <span className="faint">{patientFactsShort(patient).join(' · ')}</span>
        </span>
        <span className="worklist__lesion">
          <span>{lesion.label}</span>
          <span className="faint">{siteText(lesion)}</span>
        </span>
        <span className="worklist__when" title={formatDateTime(image.importedAt)}>
          {formatAgo(image.importedAt)}
        </span>
        <span className="worklist__top">
          {shown ? (
            <>
              <span className="worklist__class">
                <GravityMark gravity={shown.gravity} />
                <span>{shortClassName(shown.name)}</span>
              </span>
              <Percent value={shown.probability} />
              <ProbabilityBar {...shown} />
            </>
          ) : (
            <span className="soft">Not read yet</span>
          )}
        </span>
        <span className="worklist__quality">
          {isBegun && <span className="tag tag--accent">Review begun</span>}
          {image.qualityWarnings.map((warning) => (
            <span key={warning} className="tag tag--caution">
              {warningNames[warning]}
            </span>
          ))}
        </span>
        <Icon name="chevron" />
      </a>
    </li>
  );
}
