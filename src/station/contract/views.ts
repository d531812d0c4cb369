import { z } from 'zod';
import { listName, listView, listViews } from '../../clinic/entities/index.ts';
import { command, everyUser, none, query } from './procedures.ts';

/** Empty for a list as it was left. */
const viewName = z.string().trim().max(60);

/** How the person who asks looks at the lists. */
export const viewProcedures = {
  'views.list': query(everyUser, z.object({ list: listName }), listViews),
  'views.keep': command(everyUser, listView.and(z.object({ name: viewName })), none),
  'views.drop': command(everyUser, z.object({ list: listName, name: viewName }), none),
} as const;
