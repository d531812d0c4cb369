import { z } from 'zod';

// The page's CSP forbids making code from text. zod would try it once, be refused, and leave a
// violation in the console; told so first, it does not try. Imported before any schema is made.
z.config({ jitless: true });
