// A virtual accelerator as a process of this program: that of the demo clinic. Its parent gives it its
// serial number.
import { parentLink } from '../../src/processes/parent.ts';
import { ownHosted } from '../links/hosted.ts';
import { VirtualDevice } from './device.ts';

const [serial = 'virtual'] = process.argv.slice(2);
new VirtualDevice(ownHosted(parentLink()), { serial });
