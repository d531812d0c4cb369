import { openLesion, openCompare } from '../test/renderer/lesion-pages.ts';
export default [
  { name: 'lesion', hash: '#/worklist', sizes: [[1280,800],[1920,1080],[720,450]], schemes: ['light','dark'], arrange: async (p) => { await openLesion(p); await p.waitForTimeout(800); } },
  { name: 'compare', hash: '#/worklist', sizes: [[1280,800],[720,450]], arrange: async (p) => { await openCompare(p); await p.waitForTimeout(1500); } },
  { name: 'swipe', hash: '#/worklist', schemes: ['dark'], arrange: async (p) => { await openCompare(p); await p.waitForTimeout(1500); await p.keyboard.press('3'); await p.waitForTimeout(300); } },
  { name: 'difference', hash: '#/worklist', arrange: async (p) => { await openCompare(p); await p.waitForTimeout(1500); await p.keyboard.press('5');  await p.waitForTimeout(300);} },
  { name: 'evidence', hash: '#/worklist', sizes: [[1280,800],[720,450]], schemes: ['light','dark'], arrange: async (p) => { await p.locator('[data-row]').first().click(); await p.getByRole('button', { name: 'Save review' }).waitFor(); await p.keyboard.press('v'); await p.locator('.evidence').waitFor(); await p.waitForTimeout(500);} },
];
