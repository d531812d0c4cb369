import type { Patient } from '../../../src/clinic/entities/index.ts';
import { href, type Route } from '../routing/routes.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { patientFacts, patientName } from '../wording/patients.ts';

/** Whose record or image is on the screen; a link to the record. */
export function TopPatient({ route }: { route: Route }) {
  if (route.screen === 'patient' || route.screen === 'visit-report')
    return <OfPatient patientId={route.patientId} />;
  if (route.screen === 'lesion' || route.screen === 'compare' || route.screen === 'report')
    return <OfLesion lesionId={route.lesionId} />;
  if (route.screen === 'image') return <OfImage imageId={route.imageId} />;
  if (route.screen === 'overview') return <OfOverview overviewId={route.overviewId} />;
  return null;
}

function OfPatient({ patientId }: { patientId: string }) {
  const { data } = useStationQuery('patients.get', { patientId });
  return data ? <PatientLink patient={data.patient} /> : null;
}

function OfLesion({ lesionId }: { lesionId: string }) {
  const { data } = useStationQuery('lesions.get', { lesionId });
  return data ? <PatientLink patient={data.patient} /> : null;
}

function OfImage({ imageId }: { imageId: string }) {
  const { data } = useStationQuery('images.get', { imageId });
  return data ? <PatientLink patient={data.patient} /> : null;
}

function OfOverview({ overviewId }: { overviewId: string }) {
  const { data } = useStationQuery('overviews.get', { overviewId });
  return data ? <PatientLink patient={data.patient} /> : null;
}

function PatientLink({ patient }: { patient: Patient }) {
  const name = patientName(patient);
  const facts = patientFacts(patient).join(' · ');
  return (
    <a
      className="top-patient"
      href={href({ screen: 'patient', patientId: patient.id })}
      title={`${name}\n${facts}`}
    >
      <strong>{name}</strong>
      <span>{facts}</span>
    </a>
  );
}
