import { modName } from '../routing/shortcuts.ts';
import './shortcuts.css';

const groups: readonly { title: string; keys: readonly [keys: string, does: string][] }[] = [
  {
    title: 'Everywhere',
    keys: [
      [`${modName} K`, 'Find a patient'],
      ['I', 'Import images'],
      [`${modName} L`, 'Lock'],
      ['G', 'Go to the worklist'],
      ['P', 'Go to the patients'],
      ['U', 'Go to the follow-ups'],
      ['O', 'Go to the second opinions'],
      ['S', 'Go to the settings'],
      ['Alt', 'Hold it: each control shows its key'],
      ['?', 'Show these shortcuts'],
    ],
  },
  {
    title: 'Lists',
    keys: [
      ['↓ J', 'Next row'],
      ['↑ K', 'Previous row'],
      ['Home', 'First row'],
      ['End', 'Last row'],
      ['Enter', 'Open the row'],
      ['Space X', 'Select the row, or not'],
      ['Shift ↓', 'Select on to the next row'],
      ['Esc', 'Select nothing'],
      ['/', 'Search the list'],
    ],
  },
  {
    title: 'Body map',
    keys: [
      ['Arrows', 'Next site; from a marker: move it'],
      ['Enter', 'Add a lesion there; keep the marker’s new place'],
      ['Esc', 'Put the marker back'],
    ],
  },
  {
    title: 'Overview photograph',
    keys: [
      ['Arrows', 'From a mark: move it; with Shift finely'],
      ['Enter', 'Open the mark’s lesion; keep its new place'],
      ['Esc', 'Put the mark back'],
      ['Del', 'Take the mark away'],
      ['+ − 0', 'Zoom in, out, show the whole'],
    ],
  },
  {
    title: 'Lesion and comparing',
    keys: [
      ['C', 'Compare the images that are ticked, or the first and the last'],
      ['1 2 3 4 5', 'Side by side, blink, swipe, fade, difference'],
      ['Space', 'Hold the blinking, and turn to the other picture'],
      ['[ ]', 'Move the line of the swipe; fade'],
      ['J K', 'A later image, an earlier one; with Shift in the place of the first'],
      ['+ − 0', 'Zoom in, out, show the whole'],
      ['Arrows', 'Move the pictures'],
      ['Shift Arrows', 'Move the later one over the first'],
      ['Q W', 'Turn it'],
      ['A D', 'Make it smaller, larger'],
      ['X', 'Put it back as it was taken'],
      ['Esc', 'Back to the lesion'],
    ],
  },
  {
    title: 'Reading page',
    keys: [
      ['J', 'Next image of the worklist'],
      ['K', 'Previous image of the worklist'],
      ['1 … 9', 'Choose the impression'],
      ['N M B', 'Decide: no action, monitor, biopsy'],
      ['E R', 'Decide: excise, refer'],
      [`${modName} Enter`, 'Save the review'],
      ['+ −', 'Zoom in and out'],
      ['0', 'Fit the whole image'],
      ['Z', 'Real pixels, 100 %'],
      ['F', 'Full screen, and back'],
      ['V', 'Show what the network saw, or not'],
      ['L', 'Measure, or not'],
      ['[ ]', 'Measuring: to the next point of the outline; arrows move it'],
      [`${modName} Z`, 'Measuring: undo the last step; with Shift do it again'],
      ['Arrows', 'Move the image while it has the focus'],
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
