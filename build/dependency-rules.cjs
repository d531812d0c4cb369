// Imports point one way. The layers, from the top:
//   renderer, electron, src/web-shell, src/cli → src/station → src/clinic, native-bridge (its client)
//   → src/store, src/imaging, src/interchange → src/snn; src/processes and src/language serve them all.
/** Forbids imports of the project's from `from` to anything but itself and `to`.
 * @type {(name: string, from: string, to: string[]) => object} */
const allow = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|native-bridge|electron|renderer)/', pathNot: [from, ...to] },
});

/** One room of the bridge, and the other ones that it may import.
 * @type {(name: string, to: string[]) => object} */
const room = (name, to) => ({
  name: `bridge-${name}`,
  severity: 'error',
  from: { path: `^native-bridge/${name}/` },
  to: { path: '^native-bridge/', pathNot: `^native-bridge/(${[name, ...to].join('|')})/` },
});

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'snn-stands-alone',
      comment:
        'The spiking core runs anywhere: it imports nothing of the project, of Node, of npm.',
      severity: 'error',
      from: { path: '^src/snn/' },
      to: { pathNot: '^src/snn/' },
    },
    allow('processes-at-the-bottom', '^src/processes/', []),
    allow('language-at-the-bottom', '^src/language/', []),
    allow('measuring', '^src/measuring/', []),
    allow('registration', '^src/registration/', []),
    allow('imaging', '^src/imaging/', [
      '^src/processes/',
      '^src/clinic/entities/',
      '^src/measuring/',
    ]),
    allow('store', '^src/store/', ['^src/processes/', '^src/clinic/entities/']),
    allow('interchange', '^src/interchange/', ['^src/clinic/entities/']),
    allow('bridge', '^native-bridge/', ['^src/processes/', '^src/snn/', '^src/clinic/entities/']),
    room('shared', []),
    room('links', ['shared']),
    room('wire', ['links']),
    room('golden', ['shared']),
    room('accelerators', ['wire', 'links', 'golden', 'shared']),
    room('discovery', ['wire', 'links', 'shared']),
    room('supervision', ['accelerators', 'discovery', 'wire', 'shared']),
    room('client', ['supervision', 'accelerators', 'shared']),
    room('virtual-device', ['wire', 'links', 'shared']),
    allow('clinic', '^src/clinic/', [
      '^src/(processes|language)/',
      '^src/snn/',
      '^src/imaging/',
      '^src/(measuring|registration)/',
      '^src/store/',
      '^native-bridge/(client/client|shared/contract)\\.ts$',
    ]),
    allow('station', '^src/station/', [
      '^src/(clinic|store|imaging|measuring|registration|interchange|processes|snn|language)/',
      '^native-bridge/(client/client|shared/contract)\\.ts$',
    ]),
    allow('renderer', '^renderer/', [
      '^src/station/contract/index\\.ts$',
      '^src/clinic/((entities|wording)/|verdict-words\\.ts$)',
      '^src/(measuring|registration|language)/',
      '^src/processes/(link|contract|channel|desktop-page|greeting|pulse)\\.ts$',
    ]),
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: '^(dist|node_modules)',
  },
};
