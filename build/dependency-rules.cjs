// Imports point one way. The layers, from the top:
//   renderer, electron, src/web-shell, src/cli → src/station → src/clinic, native-bridge (its client)
//   → src/store, src/imaging, src/interchange → src/snn; src/processes serves them all.
/** Forbids imports of the project's from `from` to anything but itself and `to`.
 * @type {(name: string, from: string, to: string[]) => object} */
const allow = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|native-bridge|electron|renderer)/', pathNot: [from, ...to] },
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
    allow('imaging', '^src/imaging/', ['^src/processes/', '^src/clinic/entities\\.ts$']),
    allow('store', '^src/store/', ['^src/processes/', '^src/clinic/entities\\.ts$']),
    allow('interchange', '^src/interchange/', ['^src/clinic/entities\\.ts$']),
    allow('bridge', '^native-bridge/', [
      '^src/processes/',
      '^src/snn/',
      '^src/clinic/entities\\.ts$',
    ]),
    allow('clinic', '^src/clinic/', [
      '^src/processes/',
      '^src/snn/',
      '^src/imaging/',
      '^src/store/',
      '^native-bridge/(client|contract)\\.ts$',
    ]),
    allow('station', '^src/station/', [
      '^src/(clinic|store|imaging|interchange|processes|snn)/',
      '^native-bridge/(client|contract)\\.ts$',
    ]),
    allow('renderer', '^renderer/', [
      '^src/station/contract\\.ts$',
      '^src/clinic/entities\\.ts$',
      '^src/processes/(link|contract|channel)\\.ts$',
    ]),
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: '^(dist|node_modules)',
  },
};
