import { expect, test } from 'vitest';
import { environmentOf } from '../../src/processes/environment.ts';

const shell = {
  PATH: '/usr/bin',
  HOME: '/home/winter',
  LANG: 'de_DE.UTF-8',
  LC_TIME: 'C',
  XDG_DATA_HOME: '/data',
  DERMASPIKE_DATA: '/data/clinic',
  TZ: 'Europe/Vienna',
};
const hostile = {
  LD_PRELOAD: '/tmp/evil.so',
  LD_LIBRARY_PATH: '/tmp',
  DYLD_INSERT_LIBRARIES: '/tmp/evil.dylib',
  NODE_OPTIONS: '--require /tmp/evil.cjs',
  NODE_EXTRA_CA_CERTS: '/tmp/ca.pem',
  NODE_PATH: '/tmp',
  NODE_TLS_REJECT_UNAUTHORIZED: '0',
  NODE_V8_COVERAGE: '/tmp',
  ELECTRON_RUN_AS_NODE: '1',
  OPENSSL_CONF: '/tmp/openssl.cnf',
  PYTHONPATH: '/tmp',
  SSLKEYLOGFILE: '/tmp/keys',
  AWS_SECRET_ACCESS_KEY: 'secret',
};

test('a process is given where things lie and the language, and nothing that changes what it runs', () => {
  for (const name of ['station', 'bridge', 'virtual-device'] as const)
    expect(environmentOf(name, { ...shell, ...hostile })).toEqual(shell);
});

test('what opens the clinic is for the command line alone, and reaches no process', () => {
  const secrets = {
    DERMASPIKE_PASSPHRASE: 'copper lantern orchard',
    DERMASPIKE_RECOVERY_KEY: '00000-00000',
  };
  for (const name of ['station', 'bridge', 'virtual-device', 'decoder'] as const)
    expect(Object.values(environmentOf(name, { ...shell, ...secrets }))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/copper|00000/)]),
    );
});

test('the decoder is given next to nothing', () => {
  expect(environmentOf('decoder', { ...shell, ...hostile })).toEqual({ TZ: 'Europe/Vienna' });
});
