import { z } from 'zod';
import { listName, listView, listViews } from '../../clinic/entities/index.ts';
import { careTeam, command, none, query } from './procedures.ts';

/** Empty for a list as it was left. */
const viewName = z.string().trim().max(60);

/** How the person who asks looks at the lists. */
export const viewProcedures = {
  'views.list': query(careTeam, z.object({ list: listName }), listViews),
  'views.keep': command(careTeam, listView.and(z.object({ name: viewName })), none),
  'views.drop': command(careTeam, z.object({ list: listName, name: viewName }), none),
} as const;
