import { t } from '../../../src/language/index.ts';
import { modName } from '../routing/shortcuts.ts';
import './shortcuts.css';

const groups: readonly { title: string; keys: readonly [keys: string, does: string][] }[] = [
  {
    title: t('Everywhere'),
    keys: [
      [`${modName} K`, t('Find a patient')],
      ['I', t('Import images')],
      [`${modName} L`, t('Lock')],
      ['G', t('Go to the worklist')],
      ['P', t('Go to the patients')],
      ['U', t('Go to the follow-ups')],
      ['O', t('Go to the second opinions')],
      ['S', t('Go to the settings')],
      ['Alt', t('Hold it: each control shows its key')],
      ['?', t('Show these shortcuts')],
    ],
  },
  {
    title: t('Lists'),
    keys: [
      ['↓ J', t('Next row')],
      ['↑ K', t('Previous row')],
      [t('Home'), t('First row')],
      [t('End'), t('Last row')],
      [t('Enter'), t('Open the row')],
      [`${t('Space')} X`, t('Select the row, or not')],
      [`${t('Shift')} ↓`, t('Select on to the next row')],
      [t('Esc'), t('Select nothing')],
      ['/', t('Search the list')],
    ],
  },
  {
    title: t('Body map'),
    keys: [
      [t('Arrows'), t('Next site; from a marker: move it')],
      [t('Enter'), t('Add a lesion there; keep the marker’s new place')],
      [t('Esc'), t('Put the marker back')],
    ],
  },
  {
    title: t('Overview photograph'),
    keys: [
      [t('Arrows'), t('From a mark: move it; with Shift finely')],
      [t('Enter'), t('Open the mark’s lesion; keep its new place')],
      [t('Esc'), t('Put the mark back')],
      [t('Del'), t('Take the mark away')],
      ['+ − 0', t('Zoom in, out, show the whole')],
    ],
  },
  {
    title: t('Lesion and comparing'),
    keys: [
      ['C', t('Compare the images that are ticked, or the first and the last')],
      ['1 2 3 4 5', t('Side by side, blink, swipe, fade, difference')],
      [t('Space'), t('Hold the blinking, and turn to the other picture')],
      ['[ ]', t('Move the line of the swipe; fade')],
      ['J K', t('A later image, an earlier one; with Shift in the place of the first')],
      ['+ − 0', t('Zoom in, out, show the whole')],
      [t('Arrows'), t('Move the pictures')],
      [`${t('Shift')} ${t('Arrows')}`, t('Move the later one over the first')],
      ['Q W', t('Turn it')],
      ['A D', t('Make it smaller, larger')],
      ['X', t('Put it back as it was taken')],
      [t('Esc'), t('Back to the lesion')],
    ],
  },
  {
    title: t('Reading page'),
    keys: [
      ['J', t('Next image of the worklist')],
      ['K', t('Previous image of the worklist')],
      ['1 … 9', t('Choose the impression')],
      ['N M B', t('Decide: no action, monitor, biopsy')],
      ['E R', t('Decide: excise, refer')],
      [`${modName} ${t('Enter')}`, t('Save the review')],
      ['+ −', t('Zoom in and out')],
      ['0', t('Fit the whole image')],
      ['Z', t('Real pixels, 100 %')],
      ['F', t('Full screen, and back')],
      ['V', t('Show what the network saw, or not')],
      ['L', t('Measure, or not')],
      ['[ ]', t('Measuring: to the next point of the outline; arrows move it')],
      [`${modName} Z`, t('Measuring: undo the last step; with Shift do it again')],
      [t('Arrows'), t('Move the image while it has the focus')],
    ],
  },
];

export function ShortcutsList() {
  return (
    <div className="shortcuts">
      {groups.map((group) => (
        <section key={group.title}>
          <h2>{group.title}</h2>
          <dl>
            {group.keys.map(([keys, does]) => (
              <div key={keys} className="shortcuts__row">
                <dt>
                  {keys.split(' ').map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
