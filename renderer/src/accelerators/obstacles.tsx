import { t } from '../../../src/language/index.ts';
import type { Obstacle } from '../../../src/station/contract/index.ts';
import { Icon } from '../ui/icons.tsx';
import { linkNames } from './words.ts';

/** What is attached and cannot be used as things are, and what to do. */
export function Obstacles({ obstacles }: { obstacles: readonly Obstacle[] }) {
  return (
    <ul className="obstacles">
      {obstacles.map(({ id, link, label, problem, remedy }) => (
        <li key={id}>
          <h3>
            <Icon name="warning" size={16} /> {label}
            {link && <span className="tag">{linkNames[link]}</span>}
          </h3>
          <p>{problem}</p>
          <p className="soft">{t('What to do: {remedy}', { remedy })}</p>
        </li>
      ))}
    </ul>
  );
}
