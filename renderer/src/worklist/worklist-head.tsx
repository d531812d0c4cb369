import { t } from '../../../src/language/index.ts';
import { useChangeLook } from '../lists/use-look.ts';
import { Icon } from '../ui/icons.tsx';
import { sorts, type WorklistLook, worklist } from './view.ts';

/** The columns' names: each sorts by its column, and once more the other way round. */
export function WorklistHead({ sort }: Pick<WorklistLook, 'sort'>) {
  const change = useChangeLook(worklist);
  return (
    <div className="worklist__head" role="toolbar" aria-label={t('Sort by a column')}>
      {sorts.map(({ by, column, names }) => {
        const isSorted = sort.by === by;
        const reversed = isSorted && !sort.reversed;
        return (
          <button
            key={by}
            type="button"
            className={`worklist__column worklist__column--${by}`}
            aria-pressed={isSorted}
            title={names[reversed ? 1 : 0]}
            onClick={() => change({ sort: { by, reversed } })}
          >
            {column}
            {isSorted && <Icon name={sort.reversed ? 'up' : 'down'} size={14} />}
          </button>
        );
      })}
    </div>
  );
}
