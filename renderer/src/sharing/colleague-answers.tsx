import { t } from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Section } from '../ui/section.tsx';
import { formatDate } from '../wording/dates.ts';
import { decisionNames, impressionName } from '../wording/readings.ts';
import './sharing.css';

/** What colleagues of other clinics said of a lesion; nothing where none did. */
export function ColleagueAnswers({ lesionId }: { lesionId: string }) {
  const answers = useStationQuery('sharing.answersOf', { lesionId });
  const about = useStationQuery('about', {});
  const classes = about.data?.network.classes ?? [];
  if (!answers.data || answers.data.length === 0) return null;
  return (
    <Section title={t('Colleagues’ opinions')}>
      <ul className="answers">
        {answers.data.map((answer) => (
          <li key={answer.id}>
            <strong>{impressionName(answer.impression, classes)}</strong> –{' '}
            {decisionNames[answer.decision]}
            <p className="faint">
              {t('{authorName}, {clinicName}, {date}; filed by {filedByName}', {
                authorName: answer.authorName,
                clinicName: answer.clinicName,
                date: formatDate(answer.answeredAt),
                filedByName: answer.filedByName,
              })}
            </p>
            {answer.text && <p className="case__note">{answer.text}</p>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
